"""Dialogues for tuning and evaluation: JSON lines, also .gz."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from zlib import crc32

from convrec.data.files import encoding_of, json_lines
from convrec.data.report import Report
from convrec.errors import UsageError
from convrec.types import Conversation, ItemId, Role, Turn

ROLES = ("user", "assistant")


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A recorded talk.

    Attributes:
        conversation: Its id and its turns, oldest first, with the items each names.
        split: `train`, `dev`, `test` or the file's own word; empty where it says nothing.
        extra: Whatever else the file says of the dialogue, by name (`liked`, `seen`, `satisfied`...).
        turn_extra: Whatever else it says of each turn, as many as there are turns.
    """

    conversation: Conversation
    split: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    turn_extra: tuple[Mapping[str, Any], ...] = ()

    @property
    def id(self) -> str:
        """The dialogue's own id."""
        return self.conversation.id

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The turns, oldest first."""
        return self.conversation.turns

    def listed(self, name: str) -> tuple[ItemId, ...]:
        """An extra that lists items, as ids; empty where there is none."""
        value = self.extra.get(name)
        return tuple(map(str, value)) if isinstance(value, list) else ()


def read_dialogues(path: Path, split: str | None = None) -> Iterator[Dialogue]:
    """The dialogues of a file, one at a time, in its order.

    Args:
        path: `{"dialogue_id", "split", "turns": [{"role", "text", "items"}]}` a line.
        split: Only those of this split; None: all.

    Raises:
        UsageError: The file is missing, or a line is no dialogue; names file and line.
    """
    if not path.is_file():
        raise UsageError(f"no file {str(path)!r}")
    return _dialogues(path, split)


def in_tenth(dialogue_id: str) -> bool:
    """Whether a talk is of the tenth that is held out where a file has no held-out part, by a checksum of its id."""
    return crc32(dialogue_id.encode()) % 10 == 0


def parted(paths: Sequence[Path], split: str) -> tuple[list[Dialogue], list[Dialogue]]:
    """The talks of one split, and all others.

    Args:
        paths: Files.
        split: Their own word, `held-out` for the tenth of `in_tenth`, or `all`.

    Raises:
        UsageError: A file is missing or malformed, or has no such split; says which there are.
    """
    chosen: list[Dialogue] = []
    others: list[Dialogue] = []
    for talk in (talk for path in paths for talk in read_dialogues(path)):
        held = split == "all" or (in_tenth(talk.id) if split == "held-out" else talk.split == split)
        (chosen if held else others).append(talk)
    if not chosen:
        there = ", ".join(sorted({repr(talk.split) for talk in others})) or "no dialogue at all"
        raise UsageError(f"no dialogue of split {split!r} in {', '.join(one.name for one in paths)}: there is {there}")
    return chosen, others


def _dialogues(path: Path, split: str | None) -> Iterator[Dialogue]:
    for number, _, line in json_lines(path, encoding_of(path, Report())):
        where = f"{path}:{number}"
        if line is None:
            raise UsageError(f"{where}: not a JSON object")
        if split is None or line.get("split", "") == split:
            yield _dialogue(line, where)


def _dialogue(line: dict[str, Any], where: str) -> Dialogue:
    for name in ("dialogue_id", "turns"):
        if name not in line:
            raise UsageError(f"{where}: no {name!r} (found: {', '.join(sorted(line)) or 'nothing'})")
    if not isinstance(line["turns"], list):
        raise UsageError(f"{where}: 'turns' is no list")
    turns = tuple(_turn(turn, f"{where}, turn {place}") for place, turn in enumerate(line["turns"], 1))
    return Dialogue(
        conversation=Conversation(str(line["dialogue_id"]), None, turns),
        split=str(line.get("split") or ""),
        extra={name: value for name, value in line.items() if name not in ("dialogue_id", "split", "turns")},
        turn_extra=tuple(
            {name: value for name, value in turn.items() if name not in ("role", "text", "items")}
            for turn in line["turns"]
        ),
    )


def _turn(turn: Any, where: str) -> Turn:
    if not isinstance(turn, dict):
        raise UsageError(f"{where}: not a JSON object")
    role, text, items = turn.get("role"), turn.get("text"), turn.get("items") or []
    if role not in ROLES:
        raise UsageError(f"{where}: role {role!r} is not one of {', '.join(ROLES)}")
    if not isinstance(text, str):
        raise UsageError(f"{where}: text {text!r} is no text")
    if not isinstance(items, list):
        raise UsageError(f"{where}: items {items!r} is no list")
    return Turn(cast(Role, role), text, tuple(map(str, items)))
