"""Adjectives as bounds on numbers: `lighter`, `less complex`, `not too heavy`, `a light shoe`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from convrec.dialogue.words.dimensions import degree_of, degree_said, graded, plain_forms, reached, spelt_unit
from convrec.dialogue.words.english import PANS, PRAISE
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.words import singular
from convrec.facts import unit_of
from convrec.types import Filter

_LED = re.compile(
    r"\b(?:(?P<less>(?:a (?:bit|little) |much |even |way )?less"
    r"|(?:not|nothing|isn't|nor)(?: \w+)? (?:too|so|very|that|as)|(?:not|nothing)"
    r"|(?:(?:is|are|was|a bit|way|much|'s) )*too)|(?P<more>(?:a (?:bit|little) |much |even |way )?more))"
    r" (?P<word>[a-z]{4,}|far)\b"
)
_COMPARED = re.compile(
    r"\b(?P<not>not |no )?(?P<word>[a-z]{3,}er)\b"
    r"(?! than (?!(?:that|this|those|these|them|it|(?:the )?(?:\w+ )?ones?|what you)\b)| \d)"
    r"(?P<fine> (?:ones? )?(?:is|are|would be|'s) (?:\w+ )?(?:fine|ok|okay|alright|no problem)\b)?"
)
_MORE = ("more", "higher", "bigger", "larger", "greater", "better", "longer", "stronger")
_BY_NAME = re.compile(
    rf"\b(?P<side>{'|'.join(_MORE)}|less|lower|smaller|shorter|weaker|fewer|high|low|little) "
    r"(?P<name>[a-z]+(?: [a-z]+)?)"
    r"(?=\s*(?:$|[,.!?;]|please\b|and\b))"
)
_PLAIN = re.compile(
    r"(?<![\w'-])(?<!most )(?<!least )(?<!how )(?:(?:really|very|quite|pretty) )?(?P<word>[a-z]{4,})(?![\w'-])"
)
_NEAR = frozenset(("near", "close", "far"))
"""Adjectives that lead to something else where they are not compared: `close to home`, `so far`."""
_OVERUSED = PRAISE | PANS | frozenset(("old", "young", "popular", "obscure", "unknown", "unpopular", "weigh"))
"""Adjectives that ask for no number, whatever the catalogue counts."""
_SHARES = {"plain": (0.3, 0.7), "mild": (0.6, 0.4), "compared": (0.5, 0.5)}
"""Share of the catalogue below a bound that is said without anything in view, downwards and upwards."""

_SHORT = 3
"""Letters of a unit that is said with a number only."""

Place = tuple[int, int, str, tuple[Filter, ...]]


def degrees_in(plain: str, fields: Mapping[str, Field], in_view: Mapping[str, Sequence[float]]) -> Iterator[Place]:
    """Bounds that adjectives say, those compared with what is in view first.

    Args:
        plain: Folded text.
        fields: The catalogue's fields.
        in_view: Numbers of the items spoken of, by field.
    """
    if not any(one.nature == "number" and one.measure != "year" for one in fields.values()):
        return
    yield from _near_to(plain, fields, in_view)
    for match in _LED.finditer(plain):
        mild = match["more"] is None and "less" not in match["less"]
        downwards = match["more"] is None
        if found := _bound(match["word"], fields, in_view, mild=mild, turned=downwards, led=match.group()):
            yield (*match.span(), match.group(), (found,))
    for match in _BY_NAME.finditer(plain):
        named = next((one for one in fields.values() if _called(one, match["name"])), None)
        if named is not None:
            high = match["side"] in (*_MORE, "high")
            plainly = match["side"] in ("high", "low", "little")
            share = float(np.quantile(named.numbers, _SHARES["plain"][1 if high else 0])) if plainly else 0.0
            bound = (
                _rounded(named.name, share, high=high, led=match.group())
                if plainly
                else _compared(named, in_view, high=high, led=match.group())
            )
            yield (*match.span(), match.group(), (bound,))
    for match in _COMPARED.finditer(plain):
        if match["fine"] and degree_said(match["word"], fields):  # "heavier is fine" takes a bound back, and sets none
            yield (*match.span(), match.group(), ())
            continue
        forms = [one for one in plain_forms(match["word"]) if one != match["word"]]
        turned = match["not"] is not None
        bounds = (_bound(form, fields, in_view, mild=False, turned=turned, led=match.group()) for form in forms)
        if found := next((one for one in bounds if one is not None), None):
            yield (*match.span(), match.group(), (found,))
    for match in _PLAIN.finditer(plain):
        word = match["word"]
        if len(plain_forms(word)) > 1:
            continue
        found = _bound(word, fields, {}, mild=None, turned=False, led=match.group())
        if found and not _is_value(word, fields):
            yield (*match.span(), match.group(), (found,))


_TO = (
    r"\b(?P<far>(?:not|nothing|isn't) (?:(?:too|so|very|that) )?far)?(?P<less>nearer|closer)?"
    r"(?P<near>(?:(?:very|really|quite|pretty) )?(?:near|close|next|walkable|walking distance"
    r"|(?:in|within) (?:easy )?(?:walking distance|reach)))?(?: away)?(?: (?:to|from|of|by))? (?:the |an? |any )?"
)


def _near_to(plain: str, fields: Mapping[str, Field], in_view: Mapping[str, Sequence[float]]) -> Iterator[Place]:
    """Bounds on distances by what they lead to: `near the beach`, `closer to a pub`, `not far from the station`."""
    for field in fields.values():
        if not (goal := reached(field.name)) or not len(field.numbers):
            continue
        for match in re.finditer(rf"{_TO}{re.escape(goal)}\b", plain):
            if match["less"]:
                yield (*match.span(), match.group(), (_compared(field, in_view, high=False, led=match.group()),))
            elif match["near"] or match["far"]:
                value = float(np.quantile(field.numbers, _SHARES["plain"][0]))
                yield (*match.span(), match.group(), (_rounded(field.name, value, high=False, led=match.group()),))


def _is_value(word: str, fields: Mapping[str, Field]) -> bool:
    """Whether it is a word of the catalogue's own; as dear as the catalogue is large, so asked of few words."""
    return any(word in value.lower().split() for one in fields.values() for value in one.values)


def _bound(
    word: str,
    fields: Mapping[str, Field],
    in_view: Mapping[str, Sequence[float]],
    *,
    mild: bool | None,
    turned: bool,
    led: str,
) -> Filter | None:
    """A bound; None where the word speaks of no number here.

    Args:
        word: The adjective in its plain form.
        fields: The catalogue's fields.
        in_view: Numbers of the items spoken of.
        mild: Whether it says how much is too much; None: it is the bare adjective.
        turned: Whether it asks for less of what the word says.
        led: All the words.
    """
    if word in _OVERUSED or (word in _NEAR and mild is None):
        return None
    degree = degree_of(word, fields)
    if degree is None:
        return None
    high = degree.high is not turned
    numbers = fields[degree.field].numbers
    if mild is False or (mild and in_view.get(degree.field) and not led.startswith(("not too", "nothing too"))):
        return _compared(fields[degree.field], in_view, high=high, led=led)
    value = float(np.quantile(numbers, _SHARES["mild" if mild else "plain"][1 if high else 0]))
    return _rounded(degree.field, value, high=high, led=led)


def _compared(field: Field, in_view: Mapping[str, Sequence[float]], *, high: bool, led: str) -> Filter:
    """More or less than what is in view; than half of the catalogue, where nothing is."""
    seen = in_view.get(field.name, ())
    if not len(seen):
        return _rounded(
            field.name, float(np.quantile(field.numbers, _SHARES["compared"][1 if high else 0])), high=high, led=led
        )
    middle = float(np.median(seen))
    whole = middle > 1 and bool((field.numbers == np.round(field.numbers)).all())
    step = 1.0 if middle > 10 or whole else 0.01
    return _rounded(field.name, middle + step if high else middle - step, high=high, led=led)


def _rounded(name: str, value: float, *, high: bool, led: str) -> Filter:
    value = float(round(value)) if value > 10 else round(value, 2)
    return Filter(name, "at_least" if high else "at_most", (value,), led.strip())


def _called(field: Field, name: str) -> bool:
    """Whether a number is called so: `drop` of `drop_mm`, `players` of `players`."""
    if field.nature != "number" or field.measure == "year" or not len(field.numbers):
        return False
    if field.name.startswith("min "):
        return False  # "more memory" means the upper end
    label, unit = unit_of(field.name.removeprefix("max "))
    rate = label.partition(" per ")[0]
    units = spelt_unit(field)
    if graded(field) and singular(name) in ("rating", "score", "review"):
        return True
    in_units = len(name) > _SHORT and bool(units) and re.fullmatch(units, name) is not None  # "less calories"
    return in_units or singular(name) in {singular(one) for one in (label or unit, rate, field.label) if one}
