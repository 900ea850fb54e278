"""Requests with conditions in words, made from a catalogue's own facts, and what they mean: true by construction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from convrec.days import WEEKDAY, day_of
from convrec.dialogue.words.calendar import calendar_in
from convrec.dialogue.words.english import ORDINALS, may_stand_alone
from convrec.dialogue.words.fields import PARTS, called, graded_parts
from convrec.dialogue.words.polarity import affirming, wider
from convrec.dialogue.words.words import keys
from convrec.evaluate.moment_requests import MomentMaker, Said
from convrec.facts import OPEN_END, tells_harm, unit_of
from convrec.flags import tells_absence
from convrec.frames import DEGREES
from convrec.language import article, facet_phrase, listing, plural, said, singular, value_phrase
from convrec.types import Item

if TYPE_CHECKING:
    from convrec.dialogue.words.fields import Field
    from convrec.protocols import Catalogue

Holds = Callable[[Item], bool]
_SAYABLE = re.compile(r"[^\W\d_][\w' .-]{2,28}")
_REFUSES = re.compile(r"(?:please )?(?:no|not|nothing)\b")
_WORDS_OF_TENS = {20: "twenties", 30: "thirties", 40: "forties", 50: "fifties", 60: "sixties", 70: "seventies",
                  80: "eighties", 90: "nineties"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition as a piece of a sentence.

    Attributes:
        kind: For reports: `refused name`, `years`...
        field: What it is about; a request has at most one of each.
        text: The piece.
        holds: Whether an item meets it, read from the item itself and not through any filter.
        head: Whether the piece is the noun phrase that the others hang on.
        value: The word of the catalogue in it; empty for numbers.
    """

    kind: str
    field: str
    text: str
    holds: Holds
    head: bool = False
    value: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A request.

    Attributes:
        messages: What is said, one after the other.
        conditions: What all of it means.
    """

    messages: tuple[str, ...]
    conditions: tuple[Condition, ...]


class RequestMaker:
    """Makes requests over one catalogue."""

    def __init__(
        self,
        catalogue: Catalogue,
        fields: Mapping[str, Field],
        noun: str,
        draw: np.random.Generator,
        today: date | None = None,
    ) -> None:
        """Look at what can be asked for.

        Args:
            catalogue: The items.
            fields: Those that words can ask for.
            noun: What one item is called.
            draw: Chooses.
            today: What `tomorrow` is counted from; None: the day of the clock.
        """
        self._items = catalogue.items
        self._fields = list(fields.values())
        self._named = fields
        self._noun, self._nouns = noun.lower(), plural(noun.lower())
        self._draw = draw
        carried = Counter(value.casefold() for field in self._fields for value in field.values)
        self._shared = {value for value, fields in carried.items() if fields > 1}
        self._prices = sum(field.measure == "money" for field in self._fields)
        self._makers: list[Callable[[], Condition | None]] = [
            made for field in self._fields for made in self._makers_of(field)
        ]
        when = MomentMaker(self._items, calendar_in(fields), today or day_of(), draw)
        self._makers += [partial(_when, made) for made in when.makers()]

    def make(self) -> Spoken:
        """One to four conditions, in one message or in several."""
        wanted = int(self._draw.choice([1, 2, 3, 4], p=[0.25, 0.4, 0.25, 0.1]))
        chosen: list[Condition] = []
        for _ in range(40):
            if len(chosen) == wanted:
                break
            one = self._makers[int(self._draw.integers(len(self._makers)))]()
            if one is not None and not any(_clash(one, other) for other in chosen):
                chosen.append(one)
        late = bool(self._draw.random() < 0.6)
        chosen.sort(key=lambda one: (not one.head, late and one.kind.startswith("refused")))
        if len(chosen) > 1 and self._draw.random() < 0.3:
            return Spoken(tuple(self._sentence([one], first=not at) for at, one in enumerate(chosen)), tuple(chosen))
        return Spoken((self._sentence(chosen, first=True),), tuple(chosen))

    def _sentence(self, conditions: Sequence[Condition], *, first: bool) -> str:
        if not first and not conditions[0].head:
            return self._pick(("{}", "{}, please", "and {}")).format(conditions[0].text)
        head = conditions[0].text if conditions[0].head else self._pick((article(self._noun), "something", self._nouns))
        rest = [one.text for one in conditions if not one.head]
        led = self._pick(("{}", "I'd like {}", "I am looking for {}", "show me {}", "can you recommend {}")).format(
            head
        )
        if not rest:
            return led
        if self._draw.random() < 0.5 or _goes_on(rest):
            return f"{led} {', '.join(rest)}"
        return f"{led} {rest[0]}" + (f", {listing(rest[1:])}" if rest[1:] else "")

    # -- conditions of each nature ----------------------------------------------------------------------------------

    def _makers_of(self, field: Field) -> list[Callable[[], Condition | None]]:
        if field.name == WEEKDAY:
            return []  # said with the days, see `MomentMaker`
        if field.measure == "year":
            return [self._years] * 2
        if field.nature == "number":
            lower = field.name.removeprefix("min ")
            if lower != field.name and f"max {lower}" in self._named:
                return []  # "at least 4 hours per week" bounds the upper end: nobody names the lower one
            return [lambda: self._bound(field)]
        if field.nature == "flag":
            return [lambda: self._flag(field)]
        if affirming(field):
            return []  # nobody says "yes courses": what a question is answered by is asked for by the question
        # "plants for cats" wants none that is toxic to them: whom things harm is refused and never wanted
        wanted = [lambda: self._wanted(field)] if field.nature != "theme" and not tells_harm(field.name) else []
        if tells_absence(field.name):
            return wanted  # nobody wants nothing that is free of parabens
        return [*wanted, lambda: self._refused(field)] if field.values else []

    def _value(self, field: Field) -> str | None:
        # Where two fields have a value, its word does not say which is meant: taught in French, or with subtitles.
        values = [
            value for value, count in field.values.items()
            if count >= 2 and said(value) and _says(value) and value.casefold() not in self._shared
        ]  # fmt: skip
        if not values:
            return None
        weights = np.sqrt([field.values[value] for value in values])
        return values[int(self._draw.choice(len(values), p=weights / weights.sum()))]

    def _wanted(self, field: Field) -> Condition | None:
        value = self._value(field)
        if value is None:
            return None
        if field.name == "genres":
            other = self._value(field)
            if other not in (None, value) and self._draw.random() < 0.3:
                both = (value, str(other))
                words = " or ".join(value_phrase("genres", one) for one in both)
                return Condition(
                    "one of two kinds", "genres", f"{words} {self._nouns}", _has("genres", both), head=True
                )
            many = self._draw.random() < 0.5
            phrase = facet_phrase("genres", [value], self._noun, many=many)
            text = phrase if many else article(phrase)
            return Condition("kind", "genres", text, _has("genres", (value,)), head=True, value=value)
        phrase = facet_phrase(field.name, [value], self._noun)
        if not _tells(field, value, phrase):
            return None
        if _bare(field, value) and (phrase == f"{value} {self._nouns}" or self._draw.random() < 0.5):
            has = _has(field.name, _versions(wider((value,), field), field))
            return Condition("wanted closed", field.name, f"{value} {self._nouns}", has, head=True)
        has = _has(field.name, _versions(wider((value,), field), field))  # "any" day is as good as Friday
        return Condition(f"wanted {field.nature}", field.name, _after(phrase, self._nouns), has, value=value)

    def _refused(self, field: Field) -> Condition | None:
        value = self._value(field)
        if value is None:
            return None
        word = value_phrase(field.name, value)
        phrase = facet_phrase(field.name, [value], self._noun)
        if not _tells(field, value, phrase):
            return None
        tail = phrase.removeprefix(self._nouns).strip() if phrase.startswith(self._nouns) else ""
        if field.name == "genres":
            text = self._pick(("no {}", "not {}", "please no {}")).format(word)
        elif _bare(field, value):
            text = self._pick((f"no {value} {self._nouns}", f"not {value}"))
        elif tail:
            text = self._pick(("nothing {}", "not {}", "no " + self._nouns + " {}")).format(tail)
        else:
            text = f"no {word} {self._nouns}"
        has = _has(field.name, (value,))
        return Condition(f"refused {field.nature}", field.name, text, lambda item: not has(item), value=value)

    def _years(self) -> Condition:
        years = [item.year for item in self._items if item.year is not None]
        year = int(self._draw.choice(years))
        decade, later = year // 10 * 10, year + int(self._draw.integers(1, 12))
        ways: list[tuple[str, int, int]] = [
            (f"from the {decade}s", decade, decade + 9),
            (f"from {year}", year, year),
            (f"before {year}", 0, year - 1),
            (f"after {year}", year + 1, 9999),
            (f"between {year} and {later}", year, later),
            (f"nothing before {year}", year, 9999),
            (f"nothing after {year}", 0, year),
            (f"from {year} to {later}", year, later),
        ]
        if 1920 <= decade < 2000:
            ways.append((f"from the {_WORDS_OF_TENS[decade - 1900]}", decade, decade + 9))
        text, low, high = ways[int(self._draw.integers(len(ways)))]
        return Condition("years", "year", text, lambda item: item.year is not None and low <= item.year <= high)

    def _bound(self, field: Field) -> Condition | None:
        value = float(self._draw.choice(field.numbers))
        if value == OPEN_END and field.name.startswith("max "):
            return None  # there is no upper end
        below = bool(self._draw.random() < 0.6)
        if field.measure == "minutes" and unit_of(field.name)[1] != "hours" and 10 <= value < 1000:
            value = max(10.0, round(value / 5) * 5)
            words = ("at most {} minutes", "no longer than {} minutes") if below else ("at least {} minutes",)
        elif field.measure == "money" and self._prices == 1:
            value = max(1.0, round(value))
            words = ("at most {} euros", "up to ${}") if below else ("at least {} euros",)
        else:
            how = "at most" if below else "at least"
            words = (_bound_words(field, how),)
        text = self._pick(words).format(f"{value:g}")

        def holds(item: Item) -> bool:
            own = item.facts.get(field.name)
            return isinstance(own, int | float) and (own <= value if below else own >= value)

        return Condition("numbers", field.name, text, holds)

    def _flag(self, field: Field) -> Condition:
        label = field.label
        if self._draw.random() < 0.5:
            return Condition(
                "yes or no", field.name, f"not {label}", lambda item: item.facts.get(field.name) is not True
            )
        text = f"{label} {self._nouns}"
        return Condition("yes or no", field.name, text, lambda item: item.facts.get(field.name) is True, head=True)

    def _pick(self, pool: Sequence[str]) -> str:
        return pool[int(self._draw.integers(len(pool)))]


def _when(made: Callable[[], Said | None]) -> Condition | None:
    said = made()
    return None if said is None else Condition(said[0], said[0], said[1], said[2])


def _clash(one: Condition, other: Condition) -> bool:
    """Whether two conditions cannot stand in one request: one field, two noun phrases, one word wanted and refused, a
    day and a day of the week, which that day may not be.
    """
    same = bool(one.value) and one.value.casefold() == other.value.casefold()
    days = {one.kind, other.kind} <= {"days", "weekday"}
    return one.field == other.field or (one.head and other.head) or same or days


def _bare(field: Field, value: str) -> bool:
    """Whether a value is said before the noun, as an adjective: `dry wines`."""
    framed = facet_phrase(field.name, [value], "§", many=False)
    plain = framed in (f"{value} §", f"§ with {value} {singular(field.name)}")
    says = " " in value or (
        may_stand_alone(value) and value not in DEGREES and value not in ORDINALS
    )  # "high" and "little" do not say of what
    return field.nature == "closed" and value.islower() and says and plain and "-" not in value


def _bound_words(field: Field, how: str) -> str:
    """A bound on a number as people say it, by its name: `height at most {} cm`, `at least {} hours per week`."""
    words, unit = unit_of(field.name.removeprefix("max "))
    words = words.replace("_", " ")
    if unit and unit not in words.split():
        return f"{words} {how} {{}} {unit}" if words else f"{how} {{}} {unit}"
    if words.endswith("s") or unit:
        return f"{how} {{}} {words}"
    return f"{singular(words)} {how} {{}}"


def _tells(field: Field, value: str, phrase: str) -> bool:
    """Whether a value is understood as one: a word of everyday talk (`play`, `first`) only with its field's name."""
    return " " in value or may_stand_alone(value.lower()) or singular(field.name) in phrase


def _says(value: str) -> bool:
    return _SAYABLE.fullmatch(value) is not None and len(value.split()) <= 4 and not value.startswith(("the ", "any"))


def _versions(values: tuple[str, ...], field: Field) -> tuple[str, ...]:
    """Values with those that serve who wants them: Windows 11 Pro for Windows 11, low to bright for low light."""
    more = (one for one in field.values for value in values if _serves(one, value, field))
    return tuple(dict.fromkeys((*values, *more)))


def _serves(one: str, wanted: str, field: Field) -> bool:
    spelt = keys(wanted)
    return spelt in called(one) or wanted.lower() in graded_parts(one, field) or keys(one) == ("very", *spelt)


def _after(phrase: str, nouns: str) -> str:
    """What hangs on the noun: `from France`; or `in black` for a word that would stand before it."""
    return (
        phrase.removeprefix(nouns).strip()
        if phrase.startswith(nouns)
        else f"that are {phrase.removesuffix(nouns)}".strip()
    )


def _has(field: str, values: Sequence[str]) -> Holds:
    asked = {value.casefold() for value in values}

    def holds(item: Item) -> bool:
        own = item.genres if field == "genres" else item.facts.get(field, ())
        words = own if isinstance(own, tuple) else (str(own),)
        parts = {part.strip() for word in words for part in PARTS.split(word)}  # "near future and 1990s" is both
        return any(word.casefold() in asked for word in (*words, *parts))

    return holds


def _goes_on(pieces: Sequence[str]) -> bool:
    """Whether `and` between the last two would make a wish a part of a refusal: `nothing set in Rome and from 1990`."""
    refused = [_REFUSES.match(piece) is not None for piece in pieces[-2:]]
    return refused == [True, False]
