"""What can be said of items: genres, decades, word facts and repeated names in titles, as numbered features."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.days import WEEKDAY, moment_kind
from convrec.language import is_prose, said, singular
from convrec.types import Item

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue

MAX_VALUE = 40
"""Longest value, in characters, that reads as a word rather than as text."""

_SMALL_WORDS = (
    "a about all an and at by de der die du every for from how i in into it is la le les make making me my no not of "
    "on one or our part the this to vol we what when where who with you your"
)
_STOP = frozenset(_SMALL_WORDS.split())
_NUMERAL = re.compile(r"^(?:\d+|[ivx]+)$", re.IGNORECASE)
_WORD = re.compile(r"[^\W_][\w'’.-]*", re.UNICODE)


class Facets:
    """The features of every item, with how common each is.

    Attributes:
        names: `(facet, value)` by feature number.
        base: Share of the log's events (or of the catalogue) that carry the feature, shape `(n_features,)`, in (0, 1).
        specific: -log of `base`: how much the feature tells one item from another, shape `(n_features,)`.
        rich: Whether items are described by more than genre, decade and title.
    """

    def __init__(self, catalogue: Catalogue, popularity: NDArray[np.float32] | None = None) -> None:
        """Read the catalogue once.

        Args:
            catalogue: The items.
            popularity: Events per item, shape `(n_items,)`; None: every item counts the same.
        """
        rows = [list(dict.fromkeys(_described(item))) for item in catalogue.items]
        frequency = Counter(feature for row in rows for feature in row)
        _add_title_phrases(rows, [item.title for item in catalogue.items])
        self.rich = any(facet not in ("period", "genre") for facet, _ in frequency)
        self.names: list[tuple[str, str]] = []
        self._number: dict[tuple[str, str], int] = {}
        flat: list[int] = []
        ends: list[int] = [0]
        for row in rows:
            for feature in row:
                if feature[0] in ("genre", "period", "title") or frequency[feature] >= 2:
                    flat.append(self._numbered(feature))
            ends.append(len(flat))
        self._flat = np.asarray(flat, dtype=np.int64)
        self._ends = np.asarray(ends, dtype=np.int64)
        self.base = self._rates(popularity)
        self.specific: NDArray[np.float64] = -np.log(self.base)

    def _numbered(self, feature: tuple[str, str]) -> int:
        number = self._number.setdefault(feature, len(self.names))
        if number == len(self.names):
            self.names.append(feature)
        return number

    def _rates(self, popularity: NDArray[np.float32] | None) -> NDArray[np.float64]:
        items = len(self._ends) - 1
        weight = np.ones(items) if popularity is None or not popularity.sum() else popularity.astype(np.float64)
        per_entry = np.repeat(weight, np.diff(self._ends))
        mass = np.bincount(self._flat, weights=per_entry, minlength=len(self.names))
        smallest = 0.5 / max(items, 1)
        rates: NDArray[np.float64] = np.clip(mass / max(weight.sum(), 1e-9), smallest, 1 - 1e-6)
        return rates

    def __len__(self) -> int:
        return len(self.names)

    def of(self, row: int) -> NDArray[np.int64]:
        """Feature numbers of one item."""
        return self._flat[self._ends[row] : self._ends[row + 1]]

    def pairs(self, rows: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Every (position in rows, feature) pair, as two arrays of the same length."""
        parts = [self.of(row) for row in rows]
        positions = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
        features = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        return positions, features

    def number(self, facet: str, value: str) -> int | None:
        """Number of a feature; None where no item has it."""
        return self._number.get((facet, value))

    def shared(self, row: int, other: int) -> list[int]:
        """Features that two items share, most telling first."""
        both = np.intersect1d(self.of(row), self.of(other))
        return [int(feature) for feature in both[np.argsort(-self.specific[both], kind="stable")]]


def _described(item: Item) -> Iterator[tuple[str, str]]:
    for genre in item.genres:
        if said(genre):
            yield "genre", genre
    if item.year is not None:
        yield "period", f"{item.year // 10 * 10}s"
    for name, value in item.facts.items():
        if name == WEEKDAY:  # when something is says nothing of what it is like
            continue
        words = value if isinstance(value, tuple) else (value,)
        for word in words:
            if isinstance(word, str) and said(word) and _is_word(word):
                yield singular(name), word


def _is_word(value: str) -> bool:
    if _FIGURES.fullmatch(value) or moment_kind(value):  # sizes and dates say nothing of taste
        return False
    return len(value) <= MAX_VALUE and not is_prose([value]) and not value.startswith("http")


_FIGURES = re.compile(r"[\d\s.,:/-]+|\d{4}-\d\d-\d\d(?:[T ].*)?")


def _add_title_phrases(rows: list[list[tuple[str, str]]], titles: Sequence[str]) -> None:
    """Give every item the names that its title shares with others (`Star Trek`, `Nintendo DS`).

    Taken are the beginnings of titles and the parts between separators, where at least three titles agree. Single
    words count only where the catalogue says nothing else of its items and its titles are long enough to have parts.
    Where items have genres, those that share the name must also share a genre: `Kiss Me` is no name, `Star Trek` is.
    A name counts wherever it stands: `Rogue One: A Star Wars Story` is one of them.
    """
    described = any(facet != "period" for row in rows for facet, _ in row)
    words = sum(len(_WORD.findall(title)) for title in titles) / max(len(titles), 1)
    found = [list(dict.fromkeys(_phrases(title, not described and words >= 3))) for title in titles]
    spelling = _spellings(found)
    # Three houses called the same are no series.
    different = dict(zip((title.lower() for title in titles), found, strict=True))
    frequency = Counter(phrase.lower() for row in different.values() for phrase in dict.fromkeys(row))
    first_words = Counter(match.group() for title in titles if (match := _WORD.search(title)))
    anywhere = Counter(word for title in titles for word in set(_WORD.findall(title)))
    genres: dict[str, Counter[str]] = {}
    for row, phrases in zip(rows, found, strict=True):
        for phrase in phrases:
            genres.setdefault(phrase.lower(), Counter()).update(value for facet, value in row if facet == "genre")
    any_genres = any(facet == "genre" for row in rows for facet, _ in row)
    names: list[list[str]] = []
    for phrases in found:
        good = [phrase for phrase in phrases if frequency[phrase.lower()] >= 3]
        good = [phrase for phrase in good if " " in phrase or _is_name(phrase, first_words, anywhere)]
        if any_genres:
            good = [phrase for phrase in good if _agree(genres[phrase.lower()], frequency[phrase.lower()])]
        names.append(_without_parts([phrase.lower() for phrase in good], frequency))
    known = {name for own in names for name in own if " " in name}
    for row, title, own in zip(rows, titles, names, strict=True):
        more = [name for name in _within(title, known) if not any(name in longer for longer in own)]
        row.extend(("title", spelling[name]) for name in (*own, *more))


def _within(title: str, names: Collection[str]) -> Iterator[str]:
    """Names that stand anywhere in a title, each once."""
    words = [match.group().rstrip(".'’-") for match in _WORD.finditer(title.lower())]
    runs = (" ".join(words[at : at + length]) for length in (2, 3, 4) for at in range(len(words) - length + 1))
    yield from dict.fromkeys(run for run in runs if run in names)


def _agree(genres: Counter[str], titles: int) -> bool:
    return bool(genres) and genres.most_common(1)[0][1] >= 0.8 * titles


def _spellings(found: Sequence[Sequence[str]]) -> dict[str, str]:
    """The most frequent spelling of every phrase, by its lower case."""
    spellings: dict[str, Counter[str]] = {}
    for row in found:
        for phrase in row:
            spellings.setdefault(phrase.lower(), Counter())[phrase] += 1
    return {phrase: counter.most_common(1)[0][0] for phrase, counter in spellings.items()}


def _without_parts(phrases: list[str], frequency: Counter[str]) -> list[str]:
    """Drop the shorter name that nearly always comes with a longer one: it says nothing more."""
    phrases = sorted(dict.fromkeys(phrases), key=len, reverse=True)
    return [
        phrase
        for n, phrase in enumerate(phrases)
        if not any(phrase in longer and frequency[phrase] < 1.5 * frequency[longer] for longer in phrases[:n])
    ]


def _is_name(word: str, first: Counter[str], anywhere: Counter[str]) -> bool:
    return len(word) >= 4 and first[word] >= 0.7 * anywhere[word]


def _phrases(title: str, with_single_words: bool) -> Iterator[str]:
    shortest = 1 if with_single_words else 2
    segments = [part.strip(" .,!?'\"") for part in re.split(r"\s[-–—]\s|[:()\[\]/]", title)]
    for place, segment in enumerate(segments):
        words = [match.group().rstrip(".'’-") for match in _WORD.finditer(segment)]
        for length in range(shortest, min(len(words), 4) + 1):
            whole = length == len(words)
            if (place == 0 or whole) and _names_something(words[:length], with_single_words and whole and place > 0):
                yield segment[: _end_of(segment, length)]


def _end_of(segment: str, words: int) -> int:
    matches = list(_WORD.finditer(segment))
    return matches[words - 1].start() + len(matches[words - 1].group().rstrip(".'’-"))


def _names_something(words: Sequence[str], suffix: bool) -> bool:
    """Whether the first words of a title can be a name: two that carry meaning, no `of` or number at the end."""
    telling = [word for word in words if word.lower() not in _STOP and not _NUMERAL.match(word)]
    if not telling or words[-1].lower() in _STOP or words[0].lower() in _STOP:
        return False
    if _NUMERAL.match(words[-1]) and not suffix:
        return False
    return len(words) == 1 or len(telling) >= 2 or suffix
