"""Prompts are files: `prompts/<name>.md`, a TOML header between `+++` lines and one `## role` section a message.

    +++
    name = "greet"
    version = 1
    inputs = ["noun", "facts"]
    output = "one sentence"
    [caps]
    facts = 400
    +++
    ## system
    You talk about {noun}s.
    ## user
    {facts}

Only `{word}` is a placeholder; every other brace is text, so JSON needs no escaping. What is filled in is data from
catalogues and people: it is capped and cleared of chat-template tokens and invisible characters, and it cannot open
a section, because sections are cut before anything is filled in.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, cast

from convrec.errors import UsageError
from convrec.types import Message

DEFAULT_CAP = 1200
"""Characters an input may have where the header sets no cap of its own."""

Value = str | int | float | Sequence[str]
"""What can be filled in: text, a number, or several texts, which become one line each."""

_HEADER = {"name", "version", "inputs", "output", "caps", "sample"}
_SECTION = re.compile(r"^## (system|user|assistant)[ \t]*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_TEMPLATE_TOKEN = re.compile(
    r"<[|｜][^<>\n]{0,60}[|｜]>"  # ChatML, Llama 3, DeepSeek
    r"|<{1,2}/?SYS>{1,2}|\[/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]"  # Llama 2, Mistral
    r"|</?(?:s|bos|eos|pad|unk|start_of_turn|end_of_turn|think|tool_call|tool_response)>",  # Gemma, Qwen, SentencePiece
    re.IGNORECASE,
)
_JOINERS = {"\u200c", "\u200d"}  # spelling of Persian, Hindi... and of compound emoji


def clean(text: str, cap: int = DEFAULT_CAP) -> str:
    """Text from outside, safe to stand in a prompt.

    Removes control and bidirectional characters and chat-template tokens (also those that appear once others are
    gone), cuts at a word boundary to at most `cap` characters and marks the cut.
    """
    text = text[: 4 * cap + 64]  # what lies far beyond the cap is never looked at
    text = unicodedata.normalize("NFC", "".join(filter(_is_visible, text)))
    while True:
        fewer = _TEMPLATE_TOKEN.sub("", text)
        if fewer == text:
            break
        text = fewer
    text = text.strip()
    if len(text) <= cap:
        return text
    head, _, _ = text[: cap - 1].rpartition(" ")
    return (head if len(head) > cap // 2 else text[: cap - 1]).rstrip() + "…"


def one_line(text: str, cap: int = DEFAULT_CAP) -> str:
    """As `clean`, with every run of white space made one blank."""
    return clean(" ".join(text[: 4 * cap + 64].split()), cap)


def _is_visible(character: str) -> bool:
    if character in "\n\t" or character in _JOINERS:
        return True
    return unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cs", "Cn")


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt as read from its file.

    Attributes:
        name: The file's name without `.md`.
        version: Raised with every change of wording; stored with what was written.
        inputs: Names that `render` takes, no more and no fewer.
        output: The form of the answer, in words for people.
        messages: With placeholders.
        caps: Characters an input is cut to, by name; `DEFAULT_CAP` for the rest.
        sample: Inputs that tests render the prompt with.
    """

    name: str
    version: int
    inputs: tuple[str, ...]
    output: str
    messages: tuple[Message, ...]
    caps: Mapping[str, int] = field(default_factory=dict)
    sample: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Name and version: `explain@3`."""
        return f"{self.name}@{self.version}"

    @property
    def digest(self) -> str:
        """Changes with the wording, whether or not the version was raised."""
        text = "\x1e".join(f"{message.role}\x1f{message.content}" for message in self.messages)
        return blake2b(text.encode(), digest_size=8).hexdigest()

    def render(self, **inputs: Value) -> list[Message]:
        """Fill in the inputs.

        Raises:
            UsageError: An input is missing, unknown or of a type that cannot be filled in; names it.
        """
        missing = [name for name in self.inputs if name not in inputs]
        unknown = [name for name in inputs if name not in self.inputs]
        if missing or unknown:
            said = "; ".join(
                f"{word} {', '.join(map(repr, names))}"
                for word, names in (("missing", missing), ("unknown", unknown))
                if names
            )
            raise UsageError(f"prompt {self.name!r} takes {', '.join(self.inputs) or 'no inputs'}: {said}")
        texts = {name: self._text(name, value) for name, value in inputs.items()}
        return [
            Message(message.role, _PLACEHOLDER.sub(lambda match: texts[match[1]], message.content))
            for message in self.messages
        ]

    def _text(self, name: str, value: Value) -> str:
        cap = self.caps.get(name, DEFAULT_CAP)
        if isinstance(value, str):
            return clean(value, cap)
        if isinstance(value, int | float):
            return str(value)
        if isinstance(value, Sequence) and all(isinstance(line, str) for line in value):
            return clean("\n".join(one_line(line, cap) for line in value), cap)
        raise UsageError(
            f"prompt {self.name!r}: input {name!r} is {type(value).__name__}; text, numbers or a list of texts"
        )


def parse(text: str, where: str) -> Prompt:
    """Read a prompt from the text of its file.

    Args:
        text: The whole file.
        where: What to call it in error messages.

    Raises:
        UsageError: The header or the sections are not as described above, or a placeholder is not an input.
    """
    header, body = _split(text, where)
    messages = _messages(body, where)
    caps = header.get("caps", {})
    sample = header.get("sample", {})
    inputs = tuple(header["inputs"])
    used = {match for message in messages for match in _PLACEHOLDER.findall(message.content)}
    for kind, names in (("placeholder", used), ("cap for", set(caps)), ("sample for", set(sample))):
        if stray := sorted(names - set(inputs)):
            raise UsageError(f"{where}: {kind} {stray[0]!r} is not among the inputs ({', '.join(inputs) or 'none'})")
    if idle := sorted(set(inputs) - used):
        raise UsageError(f"{where}: input {idle[0]!r} is used nowhere in the prompt")
    return Prompt(header["name"], header["version"], inputs, header["output"], messages, caps, sample)


def _split(text: str, where: str) -> tuple[dict[str, Any], str]:
    parts = re.split(r"^\+\+\+[ \t]*$", text.replace("\r\n", "\n"), maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise UsageError(f"{where}: must begin with a header between two lines of +++")
    try:
        header = tomllib.loads(parts[1])
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where}: the header is not valid TOML: {error}") from error
    if unknown := sorted(set(header) - _HEADER):
        raise UsageError(f"{where}: unknown header entry {unknown[0]!r}; known: {', '.join(sorted(_HEADER))}")
    kinds: dict[str, type] = {"name": str, "version": int, "inputs": list, "output": str}
    for key, kind in kinds.items():
        if not isinstance(header.get(key), kind):
            raise UsageError(f"{where}: the header needs {key!r} ({kind.__name__})")
    return header, parts[2]


def _messages(body: str, where: str) -> tuple[Message, ...]:
    before, *rest = _SECTION.split(body)
    if before.strip():
        raise UsageError(f"{where}: text before the first '## system' or '## user' line: {before.strip()[:60]!r}")
    pairs = zip(rest[::2], rest[1::2], strict=True)
    messages = tuple(
        Message(cast("Literal['system', 'user', 'assistant']", role), content.strip()) for role, content in pairs
    )
    roles = [message.role for message in messages]
    turns = roles[1:] if roles[:1] == ["system"] else roles
    if not turns or turns != ["user", "assistant"] * (len(turns) // 2) + ["user"] * (len(turns) % 2):
        raise UsageError(f"{where}: sections must be an optional system, then user and assistant in turn; are: {roles}")
    if turns[-1] != "user":
        raise UsageError(f"{where}: the last section must be '## user', which the model answers")
    return messages


@lru_cache(maxsize=64)
def load(name: str, folder: Path | None = None) -> Prompt:
    """Read `<name>.md`.

    Args:
        name: Of the prompt.
        folder: Where to look; None: the prompts that come with convrec.

    Raises:
        UsageError: There is no such prompt (names those there are), or its file is malformed.
    """
    place = files("convrec._prompts") if folder is None else folder
    file = place / f"{name}.md"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise UsageError(f"no prompt {name!r}; there are: {', '.join(names(folder)) or 'none'}")
    prompt = parse(file.read_text(encoding="utf-8"), f"prompts/{name}.md")
    if prompt.name != name:
        raise UsageError(f"prompts/{name}.md: the header says name = {prompt.name!r}")
    return prompt


def names(folder: Path | None = None) -> list[str]:
    """The prompts there are, in alphabetical order."""
    place = files("convrec._prompts") if folder is None else folder
    return sorted(file.name.removesuffix(".md") for file in place.iterdir() if file.name.endswith(".md"))
