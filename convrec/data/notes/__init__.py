"""convrec's own notes on films: who made them, where they are set, what they are about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any

from convrec.data.titles import normalise_title, parse_title
from convrec.errors import RunError
from convrec.types import FactValue, Item

FILE = "movies.jsonl"
WORDS = ("director", "cast", "country", "language", "themes", "moods")
SETTING = ("place", "time")


@dataclass(frozen=True, slots=True)
class Note:
    """What is noted on one film.

    Attributes:
        titles: Under which it is found, each normalised by `normalise_title`; the first is the main one.
        year: Of release.
        text: One or two sentences on what it is about; may be empty.
        facts: `director, cast, country, language, runtime` (minutes)`, themes, moods, place, time` as far as known.
    """

    titles: tuple[str, ...]
    year: int | None
    text: str = ""
    facts: Mapping[str, FactValue] = field(default_factory=dict)


@cache
def notes() -> tuple[Note, ...]:
    """Every note of the package; none where the file is not there.

    Raises:
        RunError: A line of the file cannot be read.
    """
    path = files(__name__) / FILE
    if not path.is_file():
        return ()
    found = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        try:
            found.append(_note(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise RunError("data", f"{FILE}:{number} cannot be read: {error!r}") from error
    return tuple(found)


def annotate(items: Iterable[Item], known: Iterable[Note] | None = None) -> list[Item]:
    """Items with the notes on them: the text where an item has none, facts it does not have itself.

    A note is an item's where the normalised titles are the same and the years too; failing that, where exactly
    one note of that title is at most one year off, an unknown year on either side counting as near.
    """
    by_title = indexed(notes() if known is None else known)
    return [_joined(item, by_title) for item in items]


def indexed(known: Iterable[Note]) -> dict[str, list[Note]]:
    """Notes by each of their titles."""
    by_title: dict[str, list[Note]] = {}
    for note in known:
        for title in note.titles:
            by_title.setdefault(title, []).append(note)
    return by_title


def note_of(item: Item, by_title: Mapping[str, list[Note]]) -> Note | None:
    """The note on an item, by any of its titles; None where there is none or it is not clear which."""
    parsed = parse_title(item.title, alternates=True)
    also = (*_also(item), *parsed.also)
    for title in (item.title, parsed.text, *also, *(f"{item.title} ({name})" for name in also)):
        same = by_title.get(normalise_title(title), [])
        exact = [note for note in same if note.year == item.year]
        near = [note for note in same if note.year is None or item.year is None or abs(note.year - item.year) <= 1]
        if exact and item.year:
            return exact[0]
        if len(near) == 1:
            return near[0]
    return None


def _joined(item: Item, by_title: Mapping[str, list[Note]]) -> Item:
    note = note_of(item, by_title)
    if note is None:
        return item
    return replace(item, text=item.text or note.text, facts={**note.facts, **item.facts})


def _also(item: Item) -> tuple[str, ...]:
    also = item.facts.get("also", ())
    return also if isinstance(also, tuple) else (str(also),)


def _note(line: Mapping[str, Any]) -> Note:
    facts: dict[str, FactValue] = {name: tuple(map(str, line[name])) for name in WORDS if line.get(name)}
    if line.get("runtime"):
        facts["runtime"] = int(line["runtime"])
    setting = line.get("setting") or {}
    facts |= {name: str(setting[name]) for name in SETTING if setting.get(name)}
    year = line.get("year")
    title = parse_title(line["title"], alternates=True)
    titles = dict.fromkeys(normalise_title(name) for name in (title.text, *title.also))
    return Note(tuple(titles), title.year if year is None else int(year), line.get("text", ""), facts)
