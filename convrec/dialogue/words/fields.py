"""What the fields of a catalogue are like, learned from its items: which hold names, themes, numbers, categories."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from convrec.days import all_moments, number_of
from convrec.dialogue.words.english import may_stand_alone
from convrec.dialogue.words.words import keys
from convrec.facts import unit_of
from convrec.language import is_prose
from convrec.protocols import Catalogue
from convrec.types import FactValue, Item

if TYPE_CHECKING:
    from numpy.typing import NDArray

Nature = Literal["category", "closed", "name", "theme", "number", "flag", "told"]
"""`category`: genres. `closed`: a small set of words of which an item has one or few (language, country, platform).
`name`: people and makers. `theme`: free tags, never complete, so wanting one is a wish and no condition.
`told`: times, dates and codes, which are asked about; days, times and opening hours are asked for by words of time."""

_RATE = re.compile(r" per (?!episode|chapter|part|round|game|track|song|lesson|class|session|item|person|serving)")
CLOSED_SIZE = 250
_KINDS = 25
"""Words of a field that may stand side by side in an item and still sort the catalogue (breakfast, lunch, dessert)."""
_COVERED, _PER_ITEM, _PER_WORD = 0.9, 3.0, 5.0
"""Share of the items that then have one, how many each has at most, and items that each word has at least, on average:
free tags are none of these."""
_TERMS = 60
"""Words of a field, each of `_OFTEN` items on average, that are terms though written as names (`Hand Management`)."""
_OFTEN, _SORTED = 3.0, 1.5
_PEOPLE = (
    "cast", "actor", "actress", "star", "direct", "writ", "author", "maker", "produc", "creat", "develop", "artist",
    "design", "host", "guest", "singer", "band", "compos", "cook", "chef", "teach", "instruct", "speaker", "narrat",
)  # fmt: skip
"""What names of fields have in them that hold people."""
_SORTS = ("categor", "genre", "kind", "type", "topic", "subject", "style", "note", "colo", "season")
"""How the first or the last word of names of fields begins that say what sort of thing an item is."""
_TAGS = ("tag", "keyword", "theme", "mood", "trope", "topic", "subject")
"""What names of fields have in them whose words are never complete."""
MAX_WORDS = 6
_NOTE = " note"
"""How names of facts end that hold the words among a column's numbers."""
_SEVERAL = 1.5
_DENSE, _DENSE_ITEMS = 0.15, 20
"""Share of the items that each word of a short list has on average, from which on the list is kept for every item
(what a cottage comes with), and items from which on that says something."""
PARTS = re.compile(r"[/&,]|\band\b", re.IGNORECASE)
"""What parts a value that stands for several: `present and 1970s`."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the catalogue.

    Attributes:
        name: As in filters.
        nature: How its words act in a wish.
        values: The distinct words with the number of items that have each; empty for numbers.
        numbers: Every item's number, sorted; of days ordinals, of times minutes since midnight; empty for words.
        measure: What a number measures: `minutes`, `money`, `year`; `date`, `time` or `hours` where the values are
            days, times of day or opening hours; or empty.
        several: Whether an item mostly has more than one of its words (amenities), so that `X and Y` asks for both.
    """

    name: str
    nature: Nature
    values: Mapping[str, int] = field(default_factory=dict)
    numbers: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    measure: str = ""
    several: bool = False

    @property
    def label(self) -> str:
        """The name as people say it."""
        return self.name.replace("_", " ").lower()

    @property
    def rate(self) -> bool:
        """Whether a number says how much of something there is in a time: `hours per week` are no duration."""
        return _RATE.search(self.label) is not None and self.measure != "money"

    @property
    def hard(self) -> bool:
        """Whether wanting one of its words is a condition, not a wish."""
        return self.nature != "theme"


_MEASURES = {
    "minutes": ("runtime", "duration", "length", "minutes", "playtime", "playing_time", "running_time"),
    "money": ("price", "cost"),
}

_PRICES = frozenset({"fee", "fees", "fare", "tuition", "preis", "precio", "prix", "prezzo"})
"""Words of names of prices, as whole words: a `coffee` is none."""

_UNITS = {
    **dict.fromkeys(("euros", "dollars", "pounds", "francs"), "money"),
    **dict.fromkeys(("minutes", "hours"), "minutes"),
    **dict.fromkeys(("days", "weeks", "months", "years"), ""),
}
"""What numbers measure whose names end in a unit: `preis_eur`, `spieldauer_min`."""


def fields_of(catalogue: Catalogue) -> dict[str, Field]:
    """Every field that words can ask for, by name; free text and identifiers are left out."""
    columns: dict[str, list[FactValue]] = {}
    for item in catalogue.items:
        for name, value in _values_of(item):
            columns.setdefault(name, []).append(value)
    found = (_field(name, values, len(catalogue)) for name, values in columns.items())
    return {one.name: one for one in found if one is not None}


def _values_of(item: Item) -> list[tuple[str, FactValue]]:
    own: list[tuple[str, FactValue]] = []
    if item.genres:
        own.append(("genres", item.genres))
    if item.year is not None:
        own.append(("year", item.year))
    facts = [(name, value) for name, value in item.facts.items() if name not in ("title", "genres", "year", "also")]
    return own + [(name, value) for name, value in facts if value not in ("", ())]


def version_of(value: str) -> tuple[str, ...]:
    """What a value is called without its number and what follows: `android` of `Android 14`; empty: it has no number.

    >>> version_of("Windows 11 Pro"), version_of("Android"), version_of("4 doors")
    (('windows',), (), ())
    """
    spelt = keys(value)
    at = next((place for place, word in enumerate(spelt) if word[:1].isdigit()), 0)
    return spelt[:at] if all(may_stand_alone(word) and len(word) > 1 for word in spelt[:at]) else ()


_FORMER = re.compile(r"\b(?:old|was|before|previous|former|original|regular|list|rrp|msrp|uvp|full|retail|sticker)\b")


def former(field: Field) -> bool:
    """Whether a price is no longer paid, or not here, by its name: `old price`, `rrp`."""
    return field.measure == "money" and _FORMER.search(field.label) is not None


def called(value: str) -> set[tuple[str, ...]]:
    """What a value and its parts are called: `windows` and `windows 11` for `Windows 11 Pro`, and all of it."""
    found = {keys(value), keys(value.partition("(")[0])}
    for part in PARTS.split(value):
        name, spelt = version_of(part), keys(part)
        found |= {spelt, name, spelt[: len(name) + 1]} if name else {spelt}
    return found - {()}


def graded_parts(value: str, field: Field) -> tuple[str, ...]:
    """What lies in a stretch told in words, `low to bright`: its ends, and what lies between them by other values.

    Empty where the ends stand in no other value of the field: `Back to the Future` is none.
    """

    def ends_of(one: str) -> tuple[str, ...]:
        low, tie, high = one.lower().partition(" to ")
        return (low.strip(), high.strip()) if tie else ()

    if not (ends := ends_of(value)):
        return ()
    stretches = {ends_of(one) for one in field.values} - {()}
    known = {one.lower() for one in field.values} | {end for one in stretches if one != ends for end in one}
    if not set(ends) <= known:
        return ()
    between = (low_end for low, low_end in stretches if low == ends[0] and (low_end, ends[1]) in stretches)
    return (*ends, *between)


def versions(field: Field) -> list[tuple[str, tuple[str, ...]]]:
    """Values that are versions of one thing, with what it is called: `Android 13`, `Android 14` and `Android`."""
    if field.nature not in ("closed", "category") or holds_people(field.name):
        return []
    names = [(value, spelt) for value in field.values for spelt in called(value)]
    versioned = {spelt for value in field.values for part in PARTS.split(value) if (spelt := version_of(part))}
    return [
        (value, spelt)
        for value, spelt in names
        if any(spelt[: len(one)] == one for one in versioned) and sum(spelt == other for _, other in names) > 1
    ]


def _field(name: str, values: list[FactValue], n_items: int) -> Field | None:
    if all(isinstance(value, bool) for value in values):
        return Field(name, "flag", {"true": sum(bool(value) for value in values)})
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        numbers = np.sort(np.asarray(values, dtype=np.float64))
        return Field(name, "number", numbers=numbers[~np.isnan(numbers)], measure=_measure(name))
    if moment := all_moments(values):
        told = (number_of(str(value)) for value in values if moment != "hours")
        return Field(name, "told", numbers=np.sort(np.fromiter(told, dtype=np.float64)), measure=moment)
    if is_prose([value for value in values if isinstance(value, str)]):
        return None
    words = Counter(word for value in values if isinstance(value, str | tuple) for word in _several(value))
    if words and all(word.isdecimal() for word in words) and any(isinstance(value, tuple) for value in values):
        return Field(name, "closed", dict(words), several=True)  # sizes of shoes; asked for by the field's name
    spoken = {word: count for word, count in words.items() if _speakable(word)}
    if name.endswith(_NOTE) and not any(may_stand_alone(part) for word in spoken for part in keys(word)):
        return Field(name, "told")  # "new" among ratings: an everyday word, which asks for nothing
    if not spoken or len(spoken) < len(words) / 2:
        return Field(name, "told") if words else None
    single = sum(isinstance(value, str) or (isinstance(value, tuple) and len(value) == 1) for value in values)
    if name == "genres":
        return Field(name, "category", spoken)
    least = max(_PER_WORD, _DENSE * n_items) * len(spoken)
    kept = 1 < len(spoken) <= _KINDS and n_items >= _DENSE_ITEMS and words.total() >= least
    kept = kept and not holds_people(name) and not any(part in name.lower() for part in _TAGS)
    sort = any(word.startswith(_SORTS) for word in _ends_of(name))
    least = _SORTED if sort else _OFTEN
    often = not holds_people(name) and len(spoken) <= _TERMS and words.total() >= least * len(spoken)
    few = len(spoken) <= _KINDS and _PER_WORD * len(spoken) <= words.total() <= _PER_ITEM * len(values)
    sorts = few and len(values) >= _COVERED * n_items
    nature = "closed" if sorts or kept else _nature(spoken, single / len(values), n_items)
    if often and (nature == "name" or (nature == "theme" and sort)):
        nature = "closed"
    return Field(name, nature, spoken, several=words.total() >= _SEVERAL * len(values))


def _ends_of(name: str) -> tuple[str, ...]:
    words = name.lower().replace("_", " ").split()
    return (words[0], words[-1]) if words else ()


def holds_people(name: str) -> bool:
    """Whether a field holds people, by its name: who made or plays something."""
    return any(word in name.lower() for word in _PEOPLE)


def _several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _speakable(word: str) -> bool:
    """Whether people may say it: a name or a listing of names (`Paris, Rome and Los Angeles`) of a few words each."""
    parts = keys(word)
    if not parts or word.startswith("(") or all(part.isdecimal() for part in parts):
        return False
    return all(len(keys(name)) <= MAX_WORDS for name in PARTS.split(word))


def _nature(values: Mapping[str, int], single: float, n_items: int) -> Nature:
    capital = sum(_is_name(word) for word in values) / len(values)
    long_names = sum(len(word.split()) > 1 for word in values) / len(values)
    if len(values) <= CLOSED_SIZE and (single > 0.8 or (capital > 0.8 and long_names < 0.5)):
        return "closed"
    if capital > 0.7 and long_names > 0.5:
        return "name"
    return "closed" if single > 0.8 and len(values) < n_items / 2 else "theme"


def _is_name(word: str) -> bool:
    parts = word.split()
    return parts[0][:1].isupper() and parts[-1][:1].isupper()


def _measure(name: str) -> str:
    label = name.lower()
    if label == "year":
        return "year"
    unit = unit_of(name)[1]
    if unit in _UNITS:
        return _UNITS[unit]  # "duration_weeks" is no number of minutes
    if _PRICES & set(re.findall(r"[a-z]+", label)):
        return "money"
    return next((measure for measure, names in _MEASURES.items() if any(word in label for word in names)), "")
