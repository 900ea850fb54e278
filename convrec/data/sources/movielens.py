"""What all MovieLens editions share: films, watched, on GroupLens' terms."""

from __future__ import annotations

from collections.abc import Iterable

from convrec.data.dataset import Dataset
from convrec.data.log import Log
from convrec.data.notes import annotate
from convrec.data.report import Report
from convrec.types import Item

LICENCE = "GroupLens: research and non-commercial use; redistribution only on the same terms, of ml-100k and ml-1m none"
NO_GENRE = ("unknown", "(no genres listed)")
"""How MovieLens writes that a film has no genre."""


def genres(words: Iterable[str]) -> list[str]:
    """Genres without the words that stand for none."""
    return [word for word in words if word not in NO_GENRE]


def dataset(name: str, items: list[Item], log: Log, report: Report) -> Dataset:
    """A dataset of films, with convrec's own notes on them joined."""
    return Dataset(name, annotate(items), log, report, noun="film", verb="watched", licence=LICENCE)
