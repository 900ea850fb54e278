"""Messages to tokens by the model's own chat template, with data unable to pose as part of the template."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from convrec.errors import UsageError
from convrec.types import Message


class ChatFormat:
    """The chat template of one tokenizer.

    Attributes:
        tokenizer: The Hugging Face tokenizer.
        end_ids: Tokens that end an answer.
    """

    def __init__(self, tokenizer: Any, end_ids: Sequence[int] = ()) -> None:
        """Learn what the template can do.

        Args:
            tokenizer: With a chat template.
            end_ids: Of the model's generation config, beside the tokenizer's own end token.

        Raises:
            UsageError: The tokenizer has no chat template.
        """
        if not tokenizer.chat_template:
            raise UsageError(
                "the model has no chat template, so it is not an instruction model; choose an -Instruct one"
            )
        self.tokenizer = tokenizer
        self.end_ids = frozenset([*end_ids, *([] if tokenizer.eos_token_id is None else [tokenizer.eos_token_id])])
        special = sorted({*tokenizer.get_added_vocab(), *tokenizer.all_special_tokens}, key=len, reverse=True)
        self._special = re.compile("|".join(map(re.escape, special))) if special else None
        self._takes_system = self._accepts_system()

    def tokens(self, messages: Sequence[Message]) -> list[int]:
        """A prompt that the model continues: with an answer, or with the rest of a begun one (last is assistant).

        Raises:
            UsageError: The template refuses the order of the roles.
        """
        if not messages:
            raise UsageError("a prompt needs at least one message")
        return self._render(messages, answer=True)

    def boundary(self, messages: Sequence[Message], tokens: Sequence[int]) -> int:
        """How many of the prompt's tokens belong to the messages before the last question: instruction and examples."""
        asked = messages[:-1] if messages and messages[-1].role == "assistant" else messages  # the answer was begun
        if len(asked) < 2 or asked[-1].role != "user":
            return 0
        before = asked[:-1]
        if before[-1].role == "system" and not self._takes_system:
            return 0
        head = self._render(before, answer=False)
        length = 0
        for ours, theirs in zip(head, tokens, strict=False):
            if ours != theirs:
                break
            length += 1
        return length

    def continuation(self, text: str) -> list[int]:
        """Tokens of a text that continues a prompt; at least one.

        Raises:
            UsageError: The text is empty.
        """
        found: list[int] = self.tokenizer(self._plain(text), add_special_tokens=False).input_ids
        if not found:
            raise UsageError(f"continuation {text!r} has no tokens, so it has no score")
        return found

    def text(self, tokens: Sequence[int]) -> str:
        """The words of tokens, without special ones."""
        words: str = self.tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return words

    def _render(self, messages: Sequence[Message], *, answer: bool) -> list[int]:
        from jinja2.exceptions import TemplateError

        turns = [{"role": message.role, "content": self._plain(message.content)} for message in messages]
        if turns[0]["role"] == "system" and not self._takes_system:
            turns = _system_as_user(turns)
        begun = answer and turns[-1]["role"] == "assistant"
        try:
            text = self.tokenizer.apply_chat_template(
                turns, tokenize=False, add_generation_prompt=answer and not begun, continue_final_message=begun
            )
        except TemplateError as error:
            roles = ", ".join(message.role for message in messages)
            raise UsageError(f"the model's chat template refuses messages in the order {roles}: {error}") from error
        found: list[int] = self.tokenizer(text, add_special_tokens=False).input_ids
        return found

    def _plain(self, text: str) -> str:
        """Without the tokenizer's special tokens, also those that appear once others are gone."""
        while self._special is not None:
            fewer = self._special.sub("", text)
            if fewer == text:
                break
            text = fewer
        return text

    def _accepts_system(self) -> bool:
        from jinja2.exceptions import TemplateError

        turns = [{"role": "system", "content": "convrec?"}, {"role": "user", "content": "yes"}]
        try:
            return "convrec?" in self.tokenizer.apply_chat_template(turns, tokenize=False)
        except TemplateError:
            return False


def _system_as_user(turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """For templates without a system role (Gemma): the instruction opens the first user message."""
    system, *rest = turns
    if rest and rest[0]["role"] == "user":
        return [{"role": "user", "content": f"{system['content']}\n\n{rest[0]['content']}"}, *rest[1:]]
    return [{"role": "user", "content": system["content"]}, *rest]
