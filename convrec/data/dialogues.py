"""Dialogues for tuning and evaluation: JSON lines, also .gz."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

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
