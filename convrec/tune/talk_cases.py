"""Moments of recorded talks to learn from: what was said and named, and what the recommending person named next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from convrec.data.catalogue import ItemTable
from convrec.data.dialogues import Dialogue, in_tenth, read_dialogues
from convrec.errors import UsageError
from convrec.retrieve.talk.text import named, written
from convrec.tune.pairs import HELD, TRAIN
from convrec.types import Turn


@dataclass(frozen=True, slots=True)
class Case:
    """One assistant turn that names new items.

    Attributes:
        words: The turns before it, as the encoder reads them.
        user: Rows that the seeking person named, oldest first.
        assistant: Rows that the recommending one named.
        out: Every row named before, oldest first: no answers.
        answers: Rows named for the first time in this turn.
        turns: The turns before it.
        talk: Id of the talk.
    """

    words: str
    user: tuple[int, ...]
    assistant: tuple[int, ...]
    out: tuple[int, ...]
    answers: tuple[int, ...]
    turns: tuple[Turn, ...] = ()
    talk: str = ""


@dataclass(frozen=True)
class Talks:
    """A catalogue with the talks about it.

    Attributes:
        name: Of the catalogue's folder or file.
        catalogue: The items.
        train: To learn from.
        held: The tenth of the training dialogues that is held out, to choose by.
        files: Names of the dialogue files.
        named: Rows that each talk to learn from names, by either side.
    """

    name: str
    catalogue: ItemTable
    train: tuple[Case, ...]
    held: tuple[Case, ...]
    files: tuple[str, ...]
    named: tuple[tuple[int, ...], ...] = ()


def read(items: Path, dialogues: Sequence[Path]) -> Talks:
    """A catalogue and its talks; splits other than `train` are not looked at, a tenth of `train` is held out.

    Raises:
        UsageError: A file is missing or malformed, or there is nothing to learn from or to judge by.
    """
    from convrec.data.sources import load

    catalogue = ItemTable(load(items=items).items)
    parts: dict[bool, list[Case]] = {True: [], False: []}
    together: list[tuple[int, ...]] = []
    for talk in (talk for path in dialogues for talk in read_dialogues(path)):
        if talk.split.lower() in HELD or talk.split.lower() not in TRAIN:
            continue
        parts[in_tenth(talk.id)].extend(cases(talk, catalogue))
        if not in_tenth(talk.id):
            known = dict.fromkeys(one for turn in talk.turns for one in turn.items if one in catalogue)
            together.append(tuple(catalogue.row(one) for one in known))
    names = tuple(path.name for path in dialogues)
    if not parts[False] or not parts[True]:
        raise UsageError(
            f"{', '.join(names)}: {len(parts[False])} moments to learn from and {len(parts[True])} held out, of items "
            f"in {items.name}; there must be some of both, in dialogues of split 'train'"
        )
    return Talks(
        items.parent.name or items.stem, catalogue, tuple(parts[False]), tuple(parts[True]), names, tuple(together)
    )


def cases(talk: Dialogue, catalogue: ItemTable) -> list[Case]:
    """The moments of one talk; items outside the catalogue do not count."""
    found: list[Case] = []
    turns: list[Turn] = []
    seen: dict[int, None] = {}
    for turn in talk.turns:
        known = tuple(one for one in dict.fromkeys(turn.items) if one in catalogue)
        rows = [catalogue.row(one) for one in known]
        new = tuple(row for row in rows if row not in seen)
        # At the very first turn nothing was said yet.
        if turn.role == "assistant" and new and turns:
            user = tuple(catalogue.row(one) for one in named(turns, "user"))
            assistant = tuple(catalogue.row(one) for one in named(turns, "assistant"))
            found.append(Case(written(turns), user, assistant, tuple(seen), new, tuple(turns), talk.id))
        seen |= dict.fromkeys(rows)
        turns.append(Turn(turn.role, turn.text, known))
    return found
