"""Adjectives of size and degree, and the numbers of a catalogue that they speak of: `lighter`, `most complex`."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from convrec.dialogue.words.fields import Field, former
from convrec.dialogue.words.words import singular, stem
from convrec.facts import unit_of

_MASS = {"mg": 0.001, "g": 1.0, "kg": 1000.0, "oz": 28.35, "lb": 453.6}
_LENGTH = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "km": 1e6, "inches": 25.4, "ft": 304.8, "miles": 1.609e6}
_VOLUME = {"ml": 1.0, "cl": 10.0, "l": 1000.0, "fl oz": 29.57}
_SURFACE = {"m²": 1.0}
_MEMORY = {"MB": 0.001, "GB": 1.0, "TB": 1000.0}
_SPAN = {"months": 1.0, "years": 12.0}
_SPELT: Mapping[str, str] = {
    "mg": r"mg|milligram(?:me)?s?",
    "g": r"g|gr|gram(?:me)?s?",
    "kg": r"kgs?|kilos?|kilogram(?:me)?s?",
    "oz": r"oz|ounces?",
    "lb": r"lbs?",
    "mm": r"mm|millimet(?:er|re)s?",
    "cm": r"cms?|centimet(?:er|re)s?",
    "m": r"m|met(?:er|re)s?",
    "m²": r"m²|m2|sqm|sq(?:uare|\.)? ?m(?:et(?:er|re)s?)?",
    "km": r"kms?|kilomet(?:er|re)s?",
    "inches": r"inch(?:es)?|in|\"|″|”",
    "ft": r"ft|feet|foot",
    "miles": r"miles?",
    "ml": r"ml|millilit(?:er|re)s?",
    "cl": r"cl|centilit(?:er|re)s?",
    "l": r"l|lit(?:er|re)s?",
    "%": r"%|percent",
    "days": r"days?",
    "weeks": r"weeks?",
    "watts": r"w|watts?",
    "hp": r"hp|bhp|ps|horse ?powers?",
    "kW": r"kws?|kilowatts?",
    "°C": r"° ?c?|degrees?(?: celsius)?|celsius",
    "kcal": r"k?cals?|calories?",
    "dB": r"db|decibels?",
    "MB": r"mb|megabytes?",
    "GB": r"gbs?|gigs?|gigabytes?",
    "TB": r"tbs?|terabytes?",
    "mAh": r"mah|milliamp(?:ere)?[- ]hours?",
    "Wh": r"wh|watt[- ]?hours?",
    "MP": r"mp|mpx|mega ?pixels?",
    "rpm": r"rpm",
    "fl oz": r"(?:fl\.? ?)?oz|(?:fluid )?ounces?",
    "months": r"months?",
    "years": r"years?|yrs?",
}
"""Units as people write them, by the name of `convrec.facts`."""
_KINDS = (_MASS, _LENGTH, _VOLUME, _SURFACE, _MEMORY, _SPAN)
_ALIAS = {"lbs": "lb", "metres": "m", "meters": "m", "grams": "g", "kilograms": "kg", "kilos": "kg", "litres": "l"}

_ADJECTIVES: tuple[tuple[str, str, tuple[str, ...], tuple[Mapping[str, float], ...]], ...] = (
    ("cheap inexpensive affordable", "expensive dear pricey costly", ("money",), ()),
    ("short quick brief", "long lengthy", ("minutes", "duration", "runtime", "length", "playtime", "pages"), ()),
    ("light lightweight", "heavy weighty", ("weight", "mass", "gewicht", "peso"), (_MASS,)),
    ("short small low", "tall high big large", ("height", "hoehe", "höhe", "altura", "hauteur"), ()),
    (
        "small compact tiny",
        "big large huge",
        ("size", "length", "width", "diameter", "area", "volume", "capacity", "screen", "display"),
        (),
    ),
    ("thin slim flat", "thick", ("thickness", "depth", "stack"), ()),
    ("shallow", "deep", ("depth",), ()),
    ("narrow", "wide broad", ("width", "breite"), ()),
    (
        "simple easy light undemanding",
        "complex complicated hard difficult heavy demanding challenging",
        ("complexity", "difficulty", "weight"),
        (),
    ),
    ("easy", "hard tough steep", ("grade", "level", "gradient"), ()),
    ("slow", "fast quick", ("speed", "pace", "tempo", "bpm"), ()),
    ("quiet silent", "loud noisy", ("noise", "loudness", "volume_db", "db"), ()),
    ("weak light", "strong powerful", ("strength", "abv", "alcohol", "power"), ()),
    ("mild", "spicy hot", ("heat", "spice", "spiciness", "scoville"), ()),
    ("cold cool", "warm hot", ("temperature", "temp"), ()),
    ("near close", "far distant", ("distance",), ()),
    ("obscure unpopular unknown", "popular", ("popularity", "downloads", "plays", "sold", "sales", "views"), ()),
    ("bad", "good well-rated", ("rating", "score", "stars"), ()),
    ("young", "old", ("age",), ()),
)
"""Words of the low end, of the high end, what names of such numbers have in them, and units that tell them."""
_SIZES = ("size", "volume", "capacity", "content")
_IRREGULAR = {
    "better": "good", "best": "good", "worse": "bad", "worst": "bad", "further": "far", "farther": "far",
    "furthest": "far", "farthest": "far", "least": "", "most": "",
}  # fmt: skip
_ROOT = 4
"""Letters that an adjective and the name of its number have in common: `complex`, `complexity`."""


SUPERLATIVE = r"(?:(?:most|least) [a-z]{4,}|(?:best|highest|top|worst|lowest)[- ]rated|[a-z]{3,}(?:est|st))"
_TIMES: Mapping[str, bool] = {
    "newest": True, "latest": True, "most recent": True, "most modern": True, "oldest": False, "earliest": False,
}  # fmt: skip

_SOON: Mapping[str, bool] = {"earliest": False, "soonest": False, "next": False, "latest": True}
"""Words for the first and the last day to come, where a catalogue has days."""


@dataclass(frozen=True, slots=True)
class Degree:
    """An adjective that speaks of a number.

    Attributes:
        field: Of the catalogue.
        high: Whether it speaks of the high end.
    """

    field: str
    high: bool


def degree_of(word: str, fields: Mapping[str, Field]) -> Degree | None:
    """What an adjective in its plain form says of items of a catalogue; None: nothing that is a number here.

    Args:
        word: `light`, `complex`.
        fields: The catalogue's fields.
    """
    numbers = [one for one in fields.values() if one.nature == "number" and one.measure != "year" and len(one.numbers)]
    uppers = {one.name.removeprefix("max ") for one in numbers if one.name.startswith("max ")}
    numbers = [one for one in numbers if one.name.removeprefix("min ") not in uppers]  # "long" is so at the upper end
    numbers.sort(key=former)  # what is cheap has a low price now
    for low, high, names, units in _ADJECTIVES:
        pole = word in high.split()
        if not pole and word not in low.split():
            continue
        for one in numbers:
            if reached(one.name) is not None:
                if word in _APART and (not reached(one.name) or _only_way(one, numbers)):
                    return Degree(one.name, pole)
                continue
            if "rating" in names and graded(one):
                return Degree(one.name, pole)
            weighs = any(_unit(one) in unit for unit in units) and not _named(one, _SIZES)  # 50 g are a size
            if (one.measure in names and not one.rate) or _named(one, names) or weighs:
                return Degree(one.name, pole)
    if len(word) < _ROOT or any(singular(word) in one.label.split() for one in numbers):
        return None
    for one in numbers:  # "acidic" of "acidity", "popular" of "popularity"
        parts = unit_of(one.name)[0].split()
        if (
            len(parts) == 1
            and not parts[0].endswith("ed")  # "open" is no high "opened"
            and len(parts[0]) > len(word) - 3
            and stem(parts[0])[: max(_ROOT, len(stem(word)))] == stem(word)
        ):
            # what is hardier bears more cold: the number of its hardiness is lower
            return Degree(one.name, not (unit_of(one.name)[1] == "°C" and float(one.numbers[0]) < 0))
    return None


_APART = frozenset({"near", "close", "far", "distant"})
_LEADS = frozenset(
    {"to", "from", "nearest", "next", "away", "walk", "walking", "drive", "driving", "distance", "travel"}
)
"""Words of names of distances, besides what they lead to: `walk from station`."""
_WAYS = frozenset({"km", "miles", "m"})
_LASTING = frozenset(
    {
        *("runtime", "duration", "length", "minutes", "playtime", "playing", "running", "cooking", "time", "total"),
        *("dauer", "spieldauer", "hours", "visit", "reading", "listening", "prep", "preparation"),
    }
)
"""Words of names of how long an item takes."""
_GRADES = frozenset({"rating", "score", "stars"})


@lru_cache(maxsize=2048)
def reached(name: str) -> str | None:
    """What a number that is a distance leads to, by the name of its fact.

    >>> reached("beach_km"), reached("walk from station_min"), reached("to pub_m"), reached("distance_km")
    ('beach', 'station', 'pub', '')
    >>> reached("height_m") is None, reached("cooking_min") is None, reached("mileage") is None
    (True, True, True)
    >>> reached("playing time_min") is None
    True

    Returns:
        Empty for a distance that does not tell, None for a number that is none.
    """
    label, unit = unit_of(name)
    words = (label or unit).split()
    if any(word in _LEADS for word in words):
        return " ".join(word for word in words if word not in _LEADS and word not in ("the", "time", "min", "in"))
    sizes = {part for _, _, names, _ in _ADJECTIVES for part in names}
    away = _ALIAS.get(unit, unit) in _WAYS and label and not sizes & set(words)
    return label if away and len(words) < 3 and not words[-1].endswith(("age", "ed")) else None


def _only_way(field: Field, numbers: Iterable[Field]) -> bool:
    return all(one is field or reached(one.name) is None for one in numbers)


def lasts(field: Field) -> bool:
    """Whether a number of minutes says how long an item itself takes; of a `battery_life` there may be any number."""
    words = unit_of(field.name.removeprefix("min ").removeprefix("max "))[0].split()
    return not words or bool(_LASTING & set(words)) or "per" in words


def graded(field: Field) -> bool:
    """Whether a number grades items: `rating (5)`, `guest score`; not a count of ratings."""
    words = re.findall(r"[a-z]+", unit_of(field.name)[0] or field.label)
    return field.nature == "number" and bool(words) and words[-1] in _GRADES and not {"age", "count"} & set(words)


def high_end(field: Field, name: str) -> tuple[str, ...]:
    """Values at the high end of a scale told in words, by its name: `loud` of a `noise` that is quiet or loud."""
    if field.nature != "closed" or singular(name) != singular(field.label):
        return ()
    scales = [(low.split(), high.split()) for low, high, names, _ in _ADJECTIVES if field.label in names]
    told = {value.lower() for value in field.values}
    return tuple(value for value in field.values for low, high in scales if value.lower() in high and told & set(low))


def degree_said(words: str, fields: Mapping[str, Field]) -> Degree | None:
    """The number that a superlative or a comparative speaks of: `lightest`, `most complex`, `cheaper`, `newest`.

    Args:
        words: Folded.
        fields: The catalogue's fields.
    """
    dated = next((name for name, one in fields.items() if one.measure == "date"), None)
    if words in _SOON and dated is not None and not (words == "latest" and "year" in fields):
        return Degree(dated, _SOON[words])
    if words in _TIMES and "year" in fields:
        return Degree("year", _TIMES[words])
    first, _, rest = words.partition(" ")
    if "rated" in words:
        found = degree_of("good", fields)
        return None if found is None else Degree(found.field, words.startswith(("best", "highest", "top")))
    if first in ("most", "least", "more", "less") and rest:
        found = _most_of(rest, fields) or degree_of(rest, fields)
        return found if found is None or first in ("most", "more") else Degree(found.field, not found.high)
    found = next((one for form in plain_forms(words) if (one := degree_of(form, fields)) is not None), None)
    if found is None and words in ("newer", "older") and "year" in fields:
        return Degree("year", words == "newer")
    return found


def _most_of(word: str, fields: Mapping[str, Field]) -> Degree | None:
    """The number that is counted or measured in some word: `megapixels`, `reviews`, `storage`; None: no one number."""
    numbers = [one for one in fields.values() if one.nature == "number" and one.measure not in ("year", "money")]
    units = [one for one in numbers if (unit := spelt_unit(one)) and re.fullmatch(unit, word)]
    named = [one for one in numbers if singular(word) in map(singular, _own_words(one))]
    named = [one for one in named if len(_own_words(one)) == 1] or named  # episodes, and not minutes per episode
    found = units if len(units) == 1 else [one for one in named if not one.name.startswith("min ")]
    return Degree(found[0].name, True) if found and len({_own_words(one)[-1:] for one in found}) == 1 else None


def _own_words(field: Field) -> tuple[str, ...]:
    label, unit = unit_of(field.name.removeprefix("min ").removeprefix("max "))
    return tuple((label or unit).split())


HIGH = ("best", "top", "most", "highest", "largest", "biggest", "greatest", "better", "higher", "more", "greater",
        "bigger", "larger")  # fmt: skip
LOW = ("worst", "least", "lowest", "fewest", "smallest", "worse", "lower", "less", "fewer", "smaller")
_GRADED = frozenset({"review", "rating", "score", "star", "mark", "grade"})
_JUDGED = frozenset({"best", "worst", "better", "worse"})


def degree_named(words: str, asked: str, fields: Mapping[str, Field]) -> Degree | None:
    """The number that a superlative or a comparative speaks of together with what has it: `biggest` and `battery`,
    `longest` and `episodes`, `most` and `stars`; None: nothing here is called so.

    Args:
        words: The superlative or comparative, folded.
        asked: What stands behind it, folded.
        fields: The catalogue's fields.
    """
    asked = " ".join(map(singular, asked.split()))
    numbers = [one for one in fields.values() if one.nature == "number" and not one.name.startswith("min ")]
    numbers.sort(key=lambda one: (former(one), -len(one.numbers)))
    if words not in HIGH + LOW:
        degree = degree_said(words, fields)
        named = degree is not None and asked.split()[0] in map(singular, fields[degree.field].label.split())
        return degree if named else None
    grades = [one.name for one in numbers if graded(one)]
    own = {one.name: " ".join(map(singular, _own_words(one))) for one in numbers}
    name = next((one.name for one in numbers if asked in (own[one.name], singular(one.label))), "")
    name = name or next((one for one, words_ in own.items() if words_.split()[0] == asked), "")
    if grades and asked in _GRADED and (not name or words in _JUDGED):
        name = grades[0]  # the best reviews are not the most
    if not name:
        return None
    cheap = words in _JUDGED and fields[name].measure == "money"  # the best price is a low one
    return Degree(name, (words in HIGH) is not cheap)


def is_superlative(words: str) -> bool:
    """Whether some words are a superlative, alone or with what it is of: `most complex`, `biggest screen`."""
    return re.fullmatch(rf"{SUPERLATIVE}(?: [a-z]+){{0,2}}", words) is not None


def _named(field: Field, names: Iterable[str]) -> bool:
    """Whether a number measures one of these as such; `minimum age` and `stack height` measure something else."""
    parts = unit_of(field.name.removeprefix("max "))[0].split() or field.label.split()
    return bool(parts) and (parts[0] in names or (parts[-1] in names and len(parts) == 1) or field.label in names)


_TOLD = {"mileage": "miles", "kilometrage": "km", "kilometerstand": "km", "kilometraje": "km"}
"""Names of numbers that tell their unit themselves."""


def _unit(field: Field) -> str:
    rate = field.label.partition(" per ")[0]
    unit = unit_of(field.name)[1] or _TOLD.get(field.label, "") or (rate if rate in _SPELT else "")
    return _ALIAS.get(unit, unit)


@lru_cache(maxsize=4096)
def plain_forms(word: str) -> tuple[str, ...]:
    """What a compared adjective may be made of: `heavier` of `heavy`, `bigger` of `big`; the word itself at last."""
    if word in _IRREGULAR:
        return (_IRREGULAR[word],) if _IRREGULAR[word] else ()
    forms = []
    for ending in ("er", "est"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)]
            forms += [f"{base[:-1]}y"] if base.endswith("i") else []
            forms += [base[:-1]] if base[-1] == base[-2] else []
            forms += [base, f"{base}e"]
    return (*forms, word)


_SIZED = frozenset({"inches", "ml", "cl", "fl oz", "rpm"})
_CAPABLE = frozenset({"MB", "GB", "TB", "mAh", "Wh", "MP"})
_CLOSE, _BELOW_NEXT = 0.05, 0.99


def exact_in(field: Field) -> bool:
    """Whether a bare number in the unit of a field asks for items of that size: `a 13 inch laptop`, `50 ml`."""
    return _unit(field) in _SIZED


def more_is_better(field: Field) -> bool:
    """Whether a bare number in the unit of a field asks for at least so much: `with 256 GB`, `a 50 MP camera`."""
    return _unit(field) in _CAPABLE


def about(field: Field, value: float) -> tuple[float, float]:
    """What counts as a size: 13 inches are anything up to 14, 50 ml and 1.7 oz the same."""
    if _unit(field) == "inches" and value == int(value) and any(number % 1 for number in field.numbers.tolist()):
        return value, value + _BELOW_NEXT
    return (value, value) if _unit(field) == "rpm" else (value * (1 - _CLOSE), value * (1 + _CLOSE))


def size_of(low: float, high: float) -> float:
    """The size that two bounds are about, as `about` has them; 0: none."""
    middle = round((low + high) / 2, 2)
    close = 0 < low < high and math.isclose(low, middle * (1 - _CLOSE)) and math.isclose(high, middle * (1 + _CLOSE))
    return middle if close else low if math.isclose(high - low, _BELOW_NEXT) else 0.0


def spelt_unit(field: Field) -> str:
    """A pattern of the units that a number of the field may be said in; empty where it has none of them."""
    unit = _unit(field)
    kind = next((one for one in _KINDS if unit in one), None)
    spelt = [_SPELT[one] for one in (kind or (unit,)) if one in _SPELT]
    return "|".join(spelt)


def converted(value: float, said: str, field: Field) -> float:
    """A value said in some unit, in the unit of the field."""
    unit = _unit(field)
    kind = next((one for one in _KINDS if unit in one), None)
    if kind is None:
        return value
    given = next((one for one in kind if re.fullmatch(_SPELT[one], said)), unit)
    return round(value * kind[given] / kind[unit], 6)
