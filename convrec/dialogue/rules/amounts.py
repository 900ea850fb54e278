"""Numbers in a wish: how many items, and bounds on the catalogue's number facts (running time, price, players)."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from convrec.dialogue.rules.bounds import OTHER_UNIT, bounds_in
from convrec.dialogue.rules.cold import borne_in
from convrec.dialogue.rules.degrees import degrees_in
from convrec.dialogue.rules.party import company_in, party_in
from convrec.dialogue.rules.prices import EACH, PAID_FOR, main_price
from convrec.dialogue.rules.stock import had_in, stocked_in
from convrec.dialogue.words.dimensions import lasts, reached
from convrec.dialogue.words.english import FIGURES, NUMBERS, THOUSANDS, figure, number
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.words import singular
from convrec.facts import unit_of
from convrec.types import Filter

_N = rf"(?:{FIGURES}|(?:" + "|".join(NUMBERS) + rf"){THOUSANDS}?|an?)"
_HALF = r"(?:\s+and a half)?"
_BELOW = (
    r"(?:(?:no|not) (?:more|longer|over|above) than|no longer than|not over|under|less than|below|at most"
    r"|max(?:imum)?(?: of)?"
    r"|up to|shorter than|cheaper than|within|fewer than|not longer than)"
)
_ABOVE = r"(?:(?:no|not) (?:less|shorter) than|over|more than|above|at least|min(?:imum)?(?: of)?|longer than|from)"
_TIME = re.compile(
    rf"(?P<how>{_BELOW}|{_ABOVE})\s+(?P<n>{_N})(?P<half>{_HALF})\s*-?(?P<unit>hours?|hrs?|h|minutes?|mins?|min)\b"
    rf"(?P<half2>{_HALF})"
)
_TIME_MAX = re.compile(
    rf"(?P<n>{_N})(?P<half>{_HALF})\s*-?(?P<unit>hours?|hrs?|h|minutes?|mins?)(?P<half2>{_HALF})"
    r"\s+(?:max|or less|at most|tops)\b"
)
_BUDGET = re.compile(
    rf"\bbudget(?: is| of|'s|:)?(?: (?:about|around|max(?:imum)?(?: of)?|up to|roughly|only|just))?"
    rf" [$€£]?\s*(?P<n>{FIGURES})"
    r"(?:\s*(?:[$€£]|dollars?|euros?|pounds?|bucks?|quid)(?!\w))?"
)
_MONEY = re.compile(
    rf"(?P<how>{_BELOW}|{_ABOVE})\s+(?:[$€£]\s*(?P<n1>\d+(?:[.,]\d+)?)|(?P<n2>{_N})\s*(?:[$€£]|dollars?|euros?|pounds?|bucks?|quid))"
)
_POOR = r"(?:no|little|not much|hardly any) money|(?<=i'm )broke|(?<=im )broke|(?<=are )broke"
_SIZES = {
    "minutes": (
        r"(?:not|nothing|isn't|less)(?: \w+)? (?:too |so |very |that )?long|short(?:er|est)?(?! (?:story|stories|film"
        r"|circuit))|quick"
        r"|(?:(?:was|is|are|a bit|way|were|'s|'re) )?too long|not longer",
        r"(?:not|nothing)(?: \w+)? (?:too |so |very )?short|(?:really |very )?long(?:er)? (?=\w+)|epic length|longer",
    ),
    "money": (
        r"cheap(?:er|est)?|inexpensive|affordable|(?:not|nothing|too)(?: \w+)? (?:too |so |very )?(?:expensive|pricey"
        r"|dear)"
        rf"|(?:less|too) expensive|on a (?:tight |small |low )?budget|{_POOR}",
        r"expensive|pricey|premium|high[- ]end|(?:not|nothing) (?:too )?cheap",
    ),
}
_PRICED = re.compile(
    r"\b(?:(?:less|too|more|(?:not|nothing)(?: \w+)? (?:too|so|very)) (?:expensive|pricey|dear|costly)|cheap(?:er|est)?"
    rf"|inexpensive|affordable|(?:on a|low|small|tight) budget|{_POOR})\b(?! (?:trick|joke|laugh|thrill|shot)s?\b)"
    rf"|(?:{_BELOW}|{_ABOVE}) (?:[$€£]\s?{FIGURES}|{FIGURES}\s?(?:[$€£]|(?:euros?|dollars?|pounds?|bucks?|quid)\b))"
)
_KINDS_OF = r"(?:previous|former|prior|earlier|past|different|separate|full|single|double|spare|extra)"
"""What may stand between a number and what it counts."""
_FREE = re.compile(
    r"(?:(?<=^)|(?<=[,.;!?] )|\b(?:something|anything|things?|stuff|is|are|it|they|totally|completely|really|be|which"
    r"|that's|what's|for|and|but|also|any|some|an?|with|not|nothing) )"
    r"(?P<free>free)(?= ?(?:$|[,.;!?])| (?:if|please|and|or|with|for|in|only|things?|stuff|ones?|entry|admission"
    r"|of charge"
    r"|would|is best|preferably|is better|\w+s)\b)(?! (?:of|from) (?!charge))"
)
_FREE_THING = re.compile(
    r"(?:^|\b(?:an?|any|some|the|other) )(?P<free>free)"
    r"(?= (?!(?:spirit|will|range|fall|time|day|evening|afternoon|morning|kick|trade|press|diving|running|jazz|man"
    r"|woman|people|country|gift|wifi|wi-fi|parking|shipping|delivery|form|verse)\b)\w)"
)
_PAID = re.compile(r"\b(?:not|nothing) $")
_WOULD = re.compile(r" (?:would|is best|is better)\b")
_COMPARES = re.compile(r"(?:short|long|cheap)er\b|(?:^|\s)(?:too|less|more)\b")
NONE_IN_VIEW: Mapping[str, Sequence[float]] = {}
_HOW_MANY = re.compile(
    r"(?<![\w#$€£-])(?:(?P<top>top|give me|show me|recommend(?: me)?|suggest(?: me)?|list|name|find me|need|want"
    r"|like|get me)\s+)?"
    r"(?P<just>just |only |another |a |the )?(?P<n>\d{1,3}|"
    + "|".join(NUMBERS)
    + r")(?![^\W\d_])(?P<rest>(?:[ -](?!hours?|minutes?|mins?|years?"
    r"|of (?:them|those|these)|and|stars?|times?|days?)[\w'-]+){0,5})"
)
_POINTED = re.compile(r"\b(?:first|last|other) $")
MOST = 100


@dataclass(frozen=True, slots=True)
class Amount:
    """A bound on a number fact that a text speaks of; `filters` is empty where no field measures it."""

    start: int
    end: int
    said: str
    filters: tuple[Filter, ...]

    @property
    def names_field(self) -> bool:
        """Whether it begins with the name of its number, which may be a verb of talk elsewhere: `drop of 4 mm`."""
        first = self.said.split()[:1]
        return any(first == unit_of(one.field)[0].split()[:1] for one in self.filters)


_HOW_MUCH = re.compile(r"\bhow (?:much |many )?$")
"""Asks for a number and sets no bound: `how much power?`."""


def amounts_in(
    plain: str, fields: Iterable[Field], in_view: Mapping[str, Sequence[float]] = NONE_IN_VIEW
) -> list[Amount]:
    """Bounds on number facts in a folded text, in order of kind.

    Args:
        plain: Folded text.
        fields: The catalogue's fields.
        in_view: Numbers of the items spoken of by field, for `shorter` and `cheaper`.
    """
    fields = list(fields)
    numeric = [field for field in fields if field.nature == "number" and field.measure != "year" and len(field.numbers)]
    known = {field.name: field for field in fields}
    price = main_price(numeric)
    found: list[Amount] = []

    def add(*amounts: Amount) -> None:
        for amount in amounts:
            if not any(amount.start < one.end and amount.end > one.start for one in found):
                found.append(amount)

    add(*(Amount(*place) for place in party_in(plain, known)))
    add(*(Amount(*place) for place in borne_in(plain, numeric)))
    add(*(Amount(*place) for place in (*stocked_in(plain, numeric), *had_in(plain, numeric))))
    places = [Amount(*place) for field in numeric for place in bounds_in(plain, field, numeric)]
    # longest first, so that "between 30 and 60 minutes" is not "60 minutes", nor "child price" the other price
    add(*sorted(places, key=lambda one: one.start - one.end))
    uppers = {field.name.removeprefix("max ") for field in numeric if field.name.startswith("max ")}
    for field in numeric:
        if field.name.removeprefix("min ") in uppers:
            continue  # the upper end of a range is meant
        if field.measure == "money" and field is not price:
            add(*_labelled(plain, field))
            continue
        add(*_labelled(plain, field), *_measured(plain, field), *_sized(plain, field, in_view.get(field.name, ())))
    if price is not None and price.numbers[0] == 0:
        add(*_free(plain, price))
    bound = {one.field for amount in found for one in amount.filters}  # "at least 1 m tall" says it once
    degrees = (Amount(*place) for place in degrees_in(plain, known, in_view))
    add(
        *(
            one
            for one in degrees
            if not bound & {each.field for each in one.filters} and not _HOW_MUCH.search(plain, 0, one.start)
        )
    )
    free = [one for one in found if any(each.said == "free" for each in one.filters)]
    if free:  # "free or cheap" says it once
        said = {(each.field, each.op, each.values) for one in free for each in one.filters}
        found = [one for one in found if one in free or {(e.field, e.op, e.values) for e in one.filters} - said]
    bare = _bare(plain, price, fields) if price is not None else []
    found += [one for one in bare if not any(one.start < other.end and one.end > other.start for other in found)]
    told = {one.filters[0].field for one in found if one.filters and any(map(str.isdigit, one.said))}
    # "too expensive, max 900": the number says it
    found = [
        one if not one.filters or one.filters[0].field not in told or _counts(one) else replace(one, filters=())
        for one in found
    ]
    paid = {field.name for field in numeric if field.measure == "money"}
    return [_with_each(one, plain) if {each.field for each in one.filters} & paid else one for one in found]


def _counts(amount: Amount) -> bool:
    return any(map(str.isdigit, amount.said)) or not amount.said.startswith("too ")


def _with_each(amount: Amount, plain: str) -> Amount:
    """A price with what it is paid for: `under 20 a person`."""
    each = EACH.match(plain, amount.end)
    return replace(amount, end=each.end(), said=plain[amount.start : each.end()]) if each else amount


def unpriced(plain: str, fields: Mapping[str, Field], found: Iterable[Placed]) -> tuple[tuple[int, int], ...]:
    """Places that ask for a price where no number of the catalogue is one.

    Args:
        plain: Folded text.
        fields: The catalogue's fields, by name.
        found: Words of the catalogue in it, which mean what they mean there.
    """
    if any(field.measure == "money" and len(field.numbers) for field in fields.values()):
        return ()
    known = [(one.start, one.end) for one in found]
    places = (match.span() for match in _PRICED.finditer(plain))
    return tuple(place for place in places if not any(place[0] < end and place[1] > start for start, end in known))


class Placed(Protocol):
    """What has a place in a text."""

    @property
    def start(self) -> int:
        """Where it begins."""
        ...

    @property
    def end(self) -> int:
        """Where it ends."""
        ...


def _measured(plain: str, field: Field) -> list[Amount]:
    found = []
    if field.measure == "minutes":
        for match in _TIME.finditer(plain):
            below = re.fullmatch(_BELOW, match.group("how")) is not None
            found.append(_bound(match, field, _minutes(match, field), below=below))
        found += [_bound(match, field, _minutes(match, field), below=True) for match in _TIME_MAX.finditer(plain)]
    if field.measure == "money":
        for match in _MONEY.finditer(plain):
            below = re.fullmatch(_BELOW, match.group("how")) is not None
            found.append(_bound(match, field, _value(match.group("n1") or match.group("n2")), below=below))
        found += [_bound(match, field, _value(match["n"]), below=True) for match in _BUDGET.finditer(plain)]
    return found


_BARE = re.compile(
    rf"(?P<how>{_BELOW}|{_ABOVE})\s+(?P<n>{FIGURES})(?=\s*(?:$|[,.;!?]|(?:and|but|please|or|each|apiece"
    rf"|tops|pp|(?:an?|per|the) {PAID_FOR})\b))(?!\.\d)"
)


_YEAR = r"(?:18|19|20)\d\d"
_BETWEEN = re.compile(
    rf"\b(?:between|from) (?P<a>{FIGURES}) (?:and|to|-) (?P<b>{FIGURES})"
    r"(?=\s*(?:$|[,.;!?]|(?:and|but|please|or)\b))(?!\.\d)"
)
"""Two ends of a price: `between 1000 and 1400`."""


def _bare(plain: str, field: Field, fields: Sequence[Field]) -> list[Amount]:
    """`under 500` is a price where prices are the only measure, and it is no year."""
    timed = any(other.measure == "minutes" and reached(other.name) is None and lasts(other) for other in fields)
    between = [
        Amount(match.start(), match.end(), match.group().strip(), _from_to(match, field))
        for match in _BETWEEN.finditer(plain)
        if not timed and not all(re.fullmatch(_YEAR, match[end]) for end in ("a", "b"))
    ]
    return between + _bare_bounds(plain, field, timed=timed)


def _from_to(match: re.Match[str], field: Field) -> tuple[Filter, ...]:
    low, high = sorted((_value(match["a"]), _value(match["b"])))
    said = match.group().strip()
    return Filter(field.name, "at_least", (low,), said), Filter(field.name, "at_most", (high,), said)


def _bare_bounds(plain: str, field: Field, *, timed: bool) -> list[Amount]:
    return [
        _bound(match, field, _value(match.group("n")), below=re.fullmatch(_BELOW, match.group("how")) is not None)
        for match in _BARE.finditer(plain)
        if (not timed or EACH.match(plain, match.end()))
        and match.group("how") != "from"
        and not re.fullmatch(_YEAR, match.group("n"))
    ]


def _free(plain: str, price: Field) -> Iterator[Amount]:
    """What costs nothing, or shall not: `something free`, `free would be best`, `not free`."""
    for pattern in (_FREE, _FREE_THING):
        for match in pattern.finditer(plain):
            start, end = match.span("free")
            if refused := _PAID.search(plain, 0, start):
                least = float(price.numbers[price.numbers > 0].min(initial=math.inf))
                bound = Filter(price.name, "at_least", (least,), "not free")
                yield Amount(refused.start(), end, "not free", (bound,) if least < math.inf else ())
                continue
            would = _WOULD.match(plain, end)
            end = would.end() if would else end
            yield Amount(start, end, plain[start:end], (Filter(price.name, "at_most", (0.0,), "free"),))


def _labelled(plain: str, field: Field) -> list[Amount]:
    """Bounds that name the field: `rating over 7`, `at least 4 players`, `2 players`."""
    bare = re.escape(re.sub(r"(?<!s)s$", "", field.label))
    label = rf"(?:{_KINDS_OF} )?{bare}(?:s|er)?"  # "2 previous owners", "a two seater"
    after = re.compile(rf"\b{label} (?:is |of |should be )?(?:(?P<how>{_BELOW}|{_ABOVE}) )(?P<n>{_N})(?![\w'])")
    before = re.compile(rf"(?<!\w)(?:(?P<how>{_BELOW}|{_ABOVE})\s+)?(?P<n>{_N})[ -]{label}\b")
    found = []
    for match in (*after.finditer(plain), *before.finditer(plain)):
        value, how = _value(match.group("n")), match.group("how")
        if OTHER_UNIT.match(plain, match.end()):
            continue  # "episodes shorter than 15 min" bounds the minutes
        if how is None and match["n"] in ("a", "an") and value < field.numbers[0]:
            continue  # "a Seat" is no car with one seat, where none has one
        if how is None:
            both = (
                Filter(field.name, "at_least", (value,), match.group()),
                Filter(field.name, "at_most", (value,), match.group()),
            )
            found.append(Amount(match.start(), match.end(), match.group(), both))
        else:
            found.append(_bound(match, field, value, below=re.fullmatch(_BELOW, how) is not None))
    return found


def _sized(plain: str, field: Field, in_view: Sequence[float]) -> list[Amount]:
    """`not too long`, `cheap`: bounds from the catalogue's spread; `shorter`, `too expensive`: from what is in view."""
    if field.measure not in _SIZES or field.rate or reached(field.name) is not None:
        return []
    small, large = _SIZES[field.measure]
    found = []
    for match in re.finditer(rf"\b(?:(?P<small>{small})|(?P<large>{large}))(?![\w'])", plain):
        if match.group().endswith("est"):  # the most of all, not less than most
            continue
        below = match.group("small") is not None
        mild = match.group().startswith(("not", "nothing", "isn't", "too", "was", "is", "are", "a bit", "way"))
        share = (0.6 if mild else 0.3) if below else (0.4 if mild else 0.7)
        value = float(np.quantile(field.numbers, share))
        if len(in_view) and _COMPARES.search(match.group()):
            middle = float(np.median(in_view))
            step = 1.0 if middle > 10 else 0.01
            value = middle - step if below else middle + step
        found.append(_bound(match, field, float(round(value)) if value > 10 else round(value, 2), below=below))
        found[-1] = _with_named(found[-1], plain, field)
    return found


def _with_named(amount: Amount, plain: str, field: Field) -> Amount:
    """A size with what it is the size of, where the name of the number has it: `longer episodes`."""
    named, end = frozenset(map(singular, field.label.split())), amount.end
    while (word := _NEXT_WORD.match(plain, end)) and singular(word["word"]) in named:
        end = word.end()
    said = plain[amount.start : end].strip()
    return replace(amount, end=end, said=said, filters=tuple(replace(one, said=said) for one in amount.filters))


_NEXT_WORD = re.compile(r" ?(?P<word>[a-z]+)\b")


def _bound(match: re.Match[str], field: Field, value: float, *, below: bool) -> Amount:
    wanted = Filter(field.name, "at_most" if below else "at_least", (value,), match.group().strip())
    return Amount(match.start(), match.end(), match.group().strip(), (wanted,))


def _minutes(match: re.Match[str], field: Field) -> float:
    value = _value(match.group("n")) + (0.5 if match.group("half") or match.group("half2") else 0.0)
    minutes = value * 60 if match.group("unit").startswith("h") else value
    if unit_of(field.name)[1] == "hours":
        return minutes / 60
    middle = float(np.median(field.numbers))
    return minutes / 60 if middle < 10 else minutes * 60 if middle > 1000 else minutes


def _value(word: str) -> float:
    return 1.0 if word in ("a", "an") else figure(word)


def how_many(plain: str, noun: str, blocked: Iterable[tuple[int, int]] = ()) -> tuple[int, int, int] | None:
    """How many items a text asks for, with the place that says so; at most 100.

    Args:
        plain: Folded text.
        noun: What one item is called.
        blocked: Places that mean something else (titles, years, running times).
    """
    kept = [*blocked, *company_in(plain)]
    things = rf"(?:{re.escape(noun)}s?|items?|ones?|recommendations?|suggestions?|options?|ideas?|picks?|titles?|more"
    things += "|others?|movies?|films?)"
    for match in _HOW_MANY.finditer(plain):
        start, end = match.span("n")
        if any(start < stop and end > begin for begin, stop in kept) or _POINTED.search(plain, 0, start):
            continue
        count = number(match.group("n")) or 0
        alone = not plain[: match.start()].strip() and not plain[match.end("n") :].strip(" .!?")
        thing = re.search(rf"(?<![\w']){things}(?![\w'])", match.group("rest"))
        rest = match.group("rest").strip()
        asked = (bool(match.group("top")) and not rest) or rest == "please"
        single = count == 1 and match.group("just") not in ("just ", "only ") and not (thing and match.group("top"))
        if not 0 < count <= 999 or single or match.group("just") == "the ":
            continue
        if alone or asked or thing:
            return min(count, MOST), start, end
    return None
