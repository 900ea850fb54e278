"""What the words of a talk point at by themselves: names and other values of the catalogue, titles, kinship of items.

The vectors of a reader blur names. Whoever says the name of an actor, an author or a maker speaks of few items, and
those are found exactly; the rarer a value is in the catalogue, the more it says (inverse document frequency).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.data.catalogue import words_of
from convrec.index.document import NOT_ABOUT
from convrec.retrieve.lexical import stopwords, tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue
    from convrec.types import Turn

NAMES = ("names", "names_lately", "kinds", "words", "titled", "kin_names", "kin_words", "sequel")
"""Columns of `Evidence.of`:

- `names`, `words`: facts of several words and of one that are said in the talk, by rarity. `Tom Hanks` is a name
  wherever it is said, `love` mostly no keyword;
- `names_lately`: the former in the newest turns;
- `kinds`: genres that are said;
- `titled`: the title occurs in the words, the more the longer it is;
- `kin_names`, `kin_words`: facts and genres shared with the items named so far, by rarity;
- `sequel`: words of the title shared with those, 0 to 1 for the likest.
"""

LATELY = 2
"""Newest turns."""
_OWN = {"title", "genres"}
_LONGEST = 5
"""Words of a value; longer ones are texts, not names."""
_NAMED = 6
"""Items named so far that count, the newest."""
_TOGETHER = 6.0
"""More than so much of one kind says no more."""


_CLAUSE = re.compile(r"(?<=\w\w)[.!?]+\s|[,;]\s|\n|\bbut\b", re.IGNORECASE)
"""Ends of clauses; the dots of `J. K. Rowling` are none."""
_REFUSAL = re.compile(
    r"\b(?:no|not|nothing|never|without|except|hate[ds]?|dislike[ds]?|anything but|(?:tired|sick) of|can.?t stand"
    r"|(?:do|did|does|wo|would)n.?t (?:really |much )?(?:like|want|care|enjoy))\b",
    re.IGNORECASE,
)
"""A clause with one of these points at what is not wanted."""


class Evidence:
    """The exact words of talks over one catalogue. Nothing changes after construction."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Read the catalogue's values and titles."""
        self._size = len(catalogue)
        self._row = {item.id: row for row, item in enumerate(catalogue.items)}
        values = list(_values(catalogue))
        kinds = [(row, " ".join(words(kind))) for row, item in enumerate(catalogue.items) for kind in item.genres]
        self._kinds = _Postings(kinds, self._size)
        self._names = _Postings((one for one in values if " " in one[1]), self._size)
        self._words = _Postings((one for one in values if " " not in one[1]), self._size)
        self._kin = _Postings((*kinds, *(one for one in values if " " not in one[1])), self._size)
        titles = [(row, " ".join(words(item.title))) for row, item in enumerate(catalogue.items)]
        self._titles = _Postings(titles, self._size)
        pieces = ((row, word) for row, title in titles for word in title.split() if word not in stopwords())
        self._pieces = _Postings(pieces, self._size)

    def of(self, turns: Sequence[Turn]) -> NDArray[np.float32]:
        """Evidence for every item, 0 to `_TOGETHER`, shape `(n_items, len(NAMES))`."""
        found = np.zeros((self._size, len(NAMES)), dtype=np.float32)
        said = [_spoken(turn.text) for turn in turns]
        spoken: set[str] = set().union(*said)
        self._names.add(found[:, 0], spoken)
        self._names.add(found[:, 1], set().union(*said[-LATELY:]))
        self._kinds.add(found[:, 2], spoken)
        self._words.add(found[:, 3], spoken)
        for title in spoken & self._titles.rows.keys():
            rows = self._titles.rows[title]
            found[rows, 4] = np.maximum(found[rows, 4], _length(title))
        self._add_kinship(found, turns)
        return np.minimum(found, _TOGETHER, out=found)

    def _add_kinship(self, found: NDArray[np.float32], turns: Sequence[Turn]) -> None:
        named = dict.fromkeys(self._row[one] for turn in turns for one in turn.items if one in self._row)
        for row in list(named)[-_NAMED:]:
            self._names.add(found[:, 5], self._names.of[row])
            self._kin.add(found[:, 6], self._kin.of[row])
            alike = np.zeros(self._size, dtype=np.float32)
            self._pieces.add(alike, self._pieces.of[row])
            if whole := float(alike[row]):
                np.maximum(found[:, 7], alike / whole, out=found[:, 7])


class _Postings:
    """Which items have a phrase, and the other way round.

    Attributes:
        rows: Of the items by phrase.
        of: Phrases by row.
    """

    def __init__(self, pairs: Iterable[tuple[int, str]], size: int) -> None:
        found: dict[str, set[int]] = defaultdict(set)
        self.of: list[list[str]] = [[] for _ in range(size)]
        for row, phrase in pairs:
            if phrase and row not in found[phrase]:
                found[phrase].add(row)
                self.of[row].append(phrase)
        self.rows: Mapping[str, NDArray[np.int64]] = {
            phrase: np.array(sorted(rows), dtype=np.int64) for phrase, rows in found.items() if rows
        }
        self._rarity = {phrase: float(np.log(size / len(rows))) for phrase, rows in self.rows.items()}

    def add(self, out: NDArray[np.float32], phrases: Iterable[str]) -> None:
        """Rarity of each phrase, on the items that have it."""
        for phrase in phrases:
            if phrase in self.rows:
                out[self.rows[phrase]] += self._rarity[phrase]


def words(text: str) -> list[str]:
    """As `lexical.tokens`, `comedies` as `comedy`."""
    return [word[:-2] + "y" if len(word) > 4 and word.endswith("ie") else word for word in tokens(text)]


def _spoken(text: str) -> set[str]:
    """What is said and not refused."""
    clauses = (clause for clause in _CLAUSE.split(text) if not _REFUSAL.search(clause))
    return {phrase for clause in clauses for phrase in _phrases(words(clause))}


def _phrases(said: Sequence[str]) -> Iterable[str]:
    quiet = stopwords()
    for start in range(len(said)):
        for stop in range(start + 1, min(start + _LONGEST, len(said)) + 1):
            if any(word not in quiet for word in said[start:stop]):
                yield " ".join(said[start:stop])


def _values(catalogue: Catalogue) -> Iterable[tuple[int, str]]:
    fields = [name for name, kind in catalogue.fields.items() if kind == "words" and name not in _OWN | NOT_ABOUT]
    for row, item in enumerate(catalogue.items):
        for name in fields:
            for value in words_of(item, name):
                found = words(value)
                if 0 < len(found) <= _LONGEST and any(len(word) > 1 for word in found):
                    yield row, " ".join(found)


def _length(title: str) -> float:
    return float(np.log1p(len(title.split()) ** 2))
