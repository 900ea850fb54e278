"""Bounds on numbers said with a unit or the name of the field: `under 300 g`, `30 to 60 minutes`, `drop of 4 mm`."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence

from convrec.dialogue.rules.prices import EACH, main_price
from convrec.dialogue.words.dimensions import about, converted, exact_in, graded, more_is_better, reached, spelt_unit
from convrec.dialogue.words.english import FIGURES, FUNCTION, NUMBERS, TALK, THOUSANDS, figure
from convrec.dialogue.words.fields import Field, former
from convrec.dialogue.words.words import folded, keys
from convrec.facts import unit_of
from convrec.types import Filter

_N = rf"(?:{FIGURES}|(?:" + "|".join((*NUMBERS, "zero", "half an?")) + rf"){THOUSANDS}?)"
_SIGNED_N = rf"(?:(?:[-−]|minus )(?:{FIGURES}|{'|'.join(NUMBERS)})|{_N})"
"""Below zero as well, where a number of the catalogue lies there: elsewhere a hyphen is none of the number's."""
_MINUS = re.compile(r"[-−]|minus ")
_BELOW = (
    r"(?:(?:no|not) (?:more|longer|over|above|heavier|higher|taller|bigger|larger) than|not over|under|less than|below"
    r"|at most|max(?:imum)?(?: of)?|up to"
    r"|(?:shorter|cheaper|lighter|smaller|lower|fewer|thinner|narrower|closer|nearer) than|within"
    r"|<=?)"
)
_ABOVE = (
    r"(?:(?:no|not) (?:less|shorter|lighter|smaller|lower) than|over|more than|above|at least|min(?:imum)?(?: of)?"
    r"|(?:longer|heavier|taller|higher|bigger|larger|deeper|thicker|wider|further|farther) than|>=?|from)"
)
_TAIL_BELOW = r"(?:or (?:less|under|lighter|shorter|smaller|lower|below|fewer)|max(?:imum)?|at most|tops)"
_TAIL_ABOVE = (
    r"(?:or (?:more|over|heavier|longer|taller|higher|above|bigger)|and (?:up|more|above)|min(?:imum)?|at least)"
)
_ABOUT = r"(?:about|around|roughly|approximately|circa|ca\.?|~)"
_NEAR = 0.15
"""Share by which `about 45 minutes` may be more or less."""
_SPARE = re.compile(
    r"\b(?:have|has|got|with|only|in|(?:for|during|fill|kill)(?: an?| my| the| our)?|an?|the next)"
    r" (?:just |only |about |around |another |maybe |perhaps |roughly )?$"
)
"""What leads to the time that somebody has."""
_HAD = re.compile(r"\b(?:i|we|you|he|she|they)(?:'ve)?(?: only| just| have)* (?:have|has|got)(?: only| just)* $")
"""The same before `about`: who has about an hour and a half has no more."""
_CLOCK = r"hours?|hrs?|h|minutes?|mins?|min"
_SIGNED = re.compile(rf"[$€£]|\d{THOUSANDS}|\bgrand\b")
"""What tells that a number is a price, where no name or unit of another number stands by it."""
_WAY = r"(?: (?:tall|high|long|wide|deep|thick)\b)?"
"""What may follow a length: it tells a unit's direction and no more."""
_PER = re.compile(r" per (?:(?P<time>week|month|year)s\?$)?")
"""Rates are said in several ways: `hours a week`, `hours weekly`."""
_MONEY = r"[$€£]|dollars?|euros?|eur|usd|gbp|pounds?|bucks?|quid"

OTHER_UNIT = re.compile(r"\s?-?(?:min(?:ute)?s?|h(?:ou)?rs?|h|[$€£%]|gb|tb|mb|kg|g|cm|mm|ml|inch(?:es)?)(?![\w'])")
"""Says that a number is none of a field that has no unit."""

Place = tuple[int, int, str, tuple[Filter, ...]]
"""Where it is said, the words, and the bounds."""


def bounds_in(plain: str, field: Field, numeric: Sequence[Field]) -> Iterator[Place]:
    """Bounds on one number field.

    A unit alone tells the field where no other is in such a unit; else its name must be said.

    Args:
        plain: Folded text.
        field: The field.
        numeric: Every number field of the catalogue, this one among them.
    """
    units = _units(field)
    alone = bool(units) and sum(_units(other) == units for other in numeric if not _lower_end(other, numeric)) == 1
    lower = _lower_end(field, numeric)
    alone = alone and not lower
    coldest = below_zero(field) and sum(map(below_zero, numeric)) == 1
    alone = main_price(numeric) is field if field.measure == "money" else alone
    # in "6 min hours per week" `min` begins a name: of a number of minutes it would be their unit as well
    ends = "|".join(_ends_named(numeric))
    own = f"(?!(?:{ends}))" if ends else ""
    unit = rf"\s*-?{own}(?:{units})(?![\w'])" if units else ""
    n = _SIGNED_N if below_zero(field) else _N
    one = rf"(?:{n}|an?(?={unit}))" if unit else n  # "under a kilo"
    sign = r"[$€£]?\s*" if field.measure == "money" else ""
    label = "|".join(_labels(field, numeric))
    before, after = rf"\b(?:{label})(?: (?:is|of|should be|must be))? ", rf"(?: |-)(?:{label})\b"
    if goal := re.escape(reached(field.name) or ""):
        before += r"|\b(?:(?:walkable|walking distance|near|close|far|away) )?(?:to|from|of|near) (?:the |an? )?"
        before += rf"{goal}s?(?:,|:| is|,? (?:but|and))? "
        after += rf"| (?:walk )?(?:of|from|to|away from|off) (?:the |an? |any )?{goal}\b"
    before, after = rf"(?P<before>{before})?", rf"(?P<after>{after})?"
    half = r"(?P<half> and a half)?" if unit else "(?P<half>x^)?"
    u1, u2 = (rf"(?P<u1>{unit})?{_WAY}", rf"(?P<u2>{unit})?{_WAY}") if unit else ("(?P<u1>x^)?", "(?P<u2>x^)?")
    elsewhere = [
        place.span()
        for other in numeric
        if other.name != field.name and any(map(str.isdigit, other.label))
        for place in re.finditer(re.escape(other.label), plain)
    ]
    start = r"(?<![\w$€£.,-])"
    shapes = (
        rf"{before}(?:between {sign}(?P<a>{n}){u1} and|{start}(?:from )?{sign}(?P<a2>{n})\s*(?:-|to|or\b))"
        rf" ?{sign}(?P<b>{n}){u2}{after}",
        rf"{before}(?P<how>{_BELOW}|{_ABOVE}|{_ABOUT}) ?(?P<s>{sign})(?P<a>{one}){u1}{half}(?![.,]?\d){after}",
        rf"{before}{start}(?P<s>{sign})(?P<a>{one}){u1}{half}{after} (?P<tail>{_TAIL_BELOW}|{_TAIL_ABOVE})\b",
        rf"{before}{start}(?P<a>{one}){u1}{half}(?![.,]?\d){after}",
        rf"{before}{start}(?P<a>{n}){u1}{after} or (?P<b>{n}){u2}(?=\s*(?:$|[,.!?;]))",
    )
    counted = bool(_upper_end(field, numeric)) and not unit  # "4 players", "for 2 to 4" are both ends of a range
    for at, shape in enumerate(shapes):
        if counted and at not in (1, 2):
            continue
        for match in re.finditer(shape, plain):
            if any(match.start() < end and match.end() > begin for begin, end in elsewhere):
                continue  # the 100 g of "kcal per 100 g"
            if not units and OTHER_UNIT.match(plain, match.end()):
                continue  # "episodes shorter than 15 min" bounds the minutes
            if lower and not (match["before"] or match.groupdict().get("after")):
                continue  # "I have 3 hours" bounds the upper end
            tells = (
                alone
                or _nearest(match, field, numeric)
                or (coldest and match["a"] is not None and _MINUS.match(match["a"]) is not None)
            )
            if found := _place(match, at, field, alone=tells):
                yield found if at != 3 else _ranged(found, field, numeric)


_TELLING = 4
"""Letters of a word of a name that stands for all of it, at least."""
_APART = 8.0
"""How many times larger numbers of a field are than those of another in the same unit, where a number tells which."""


def _nearest(match: re.Match[str], field: Field, numeric: Sequence[Field]) -> bool:
    """Whether a number in a unit of several fields can only be of this one: 512 GB are no memory, 16 GB no storage."""
    parts = match.groupdict()
    told = (parts["u1"] or parts.get("u2") or "").strip(" -")
    rivals = [one for one in numeric if _units(one) == _units(field) and not _lower_end(one, numeric)]
    if not told or len(rivals) < 2 or field.measure or not all(one.numbers[0] > 0 for one in rivals):
        return False
    values = [_value(parts[end], told, field) for end in ("a", "a2", "b") if parts.get(end)]
    around = [one for one in rivals if any(one.numbers[0] <= value <= one.numbers[-1] for value in values)]
    if len(around) == 1:
        return around[0] is field  # "max 30 cm" where no pot is that large
    middles = {one.name: float(one.numbers[len(one.numbers) // 2]) for one in rivals}
    ordered = sorted(middles.values())
    if any(high < _APART * low for low, high in itertools.pairwise(ordered)):
        return False
    value = _value(parts["a"] or parts.get("a2") or "0", told, field)
    return value > 0 and min(rivals, key=lambda one: abs(math.log(value / middles[one.name]))) is field


def _ranged(place: Place, field: Field, numeric: Sequence[Field]) -> Place:
    """An exact number as a bound on both ends of a range, and where more is better as the least."""
    start, end, said, filters = place
    if len(filters) < 2 or filters[0].values != filters[1].values:
        return place
    value = float(filters[0].values[0])
    if more_is_better(field):
        return start, end, said, (filters[0],)
    if not exact_in(field):
        return place
    low, high = about(field, value)
    least = next((one.name for one in numeric if one.name == "min " + field.name.removeprefix("max ")), field.name)
    return start, end, said, (Filter(field.name, "at_least", (low,), said), Filter(least, "at_most", (high,), said))


def below_zero(field: Field) -> bool:
    """Whether numbers of a field lie below zero: temperatures, heights of what lies under the sea."""
    return bool(len(field.numbers)) and float(field.numbers[0]) < 0


def _ends_named(numeric: Sequence[Field]) -> list[str]:
    """Names of the ends of ranges, of which `min` is no unit."""
    names = [unit_of(folded(one.name))[0] for one in numeric if one.measure != "minutes" or one.rate]
    return [re.escape(name) for name in names if name.startswith(("min ", "max "))]


def _upper_end(field: Field, numeric: Sequence[Field]) -> str:
    """What a range is called whose upper end a number in a unit is; empty for any other number."""
    rest = field.name.removeprefix("max ")
    ranged = rest != field.name and field.measure != "money" and any(one.name == f"min {rest}" for one in numeric)
    return (unit_of(folded(rest))[0] or folded(rest)) if ranged else ""


def _lower_end(field: Field, numeric: Sequence[Field]) -> bool:
    """Whether a number is the lower end of a range, whose upper end is meant by a bound that does not tell."""
    rest = field.name.removeprefix("min ")
    return rest != field.name and field.measure != "money" and any(one.name == f"max {rest}" for one in numeric)


def _place(match: re.Match[str], shape: int, field: Field, *, alone: bool) -> Place | None:
    parts = match.groupdict()
    named = bool(parts["before"] or parts.get("after"))
    told = (parts["u1"] or parts.get("u2") or "").strip(" -")
    paid = _SIGNED.search(match.group()) or EACH.match(match.string, match.end())
    value = _value(parts["a"] or parts.get("a2") or "0", told, field, half=bool(parts.get("half")))
    signed = (field.measure == "money" and paid is not None) or _MINUS.match(parts["a"] or "") is not None
    if shape == 3:
        if (
            field.measure == "minutes"
            and reached(field.name) is None
            and told
            and not named
            and _SPARE.search(match.string, 0, match.start())
        ):
            highest = Filter(field.name, "at_most", (value,), match.group().strip())
            return (*match.span(), match.group().strip(), (highest,))  # the time there is: "I have 20 minutes"
        if parts["a"] in ("a", "an"):
            return None
        exactly = alone and told and (exact_in(field) or more_is_better(field))
        if not (named or exactly) or (not told and _units(field) and not parts["before"] and parts["a"] != "zero"):
            return None
    elif not named and not (alone and (told or signed)):
        return None
    said = match.group().strip()
    if shape in (0, 4):
        second = _value(parts["b"], told, field)
        return (*match.span(), said, _between(field, min(value, second), max(value, second), said))
    if shape == 3:
        borne = value < 0 and unit_of(field.name)[1] == "°C"
        if reached(field.name) is not None or borne:  # "10 minutes from the station", "hardiness -20"
            return (*match.span(), said, (Filter(field.name, "at_most", (value,), said),))
        return (*match.span(), said, _between(field, value, value, said))
    how = parts.get("how") or ""
    if how and re.fullmatch(_ABOUT, how):
        if field.measure == "minutes" and told and not named and _HAD.search(match.string, 0, match.start()):
            return (*match.span(), said, (Filter(field.name, "at_most", (value,), said),))
        low, high = value * (1 - _NEAR), value * (1 + _NEAR)
        low, high = (float(math.floor(low)), float(math.ceil(high))) if value > 10 else (low, high)
        return (*match.span(), said, _between(field, low, high, said))
    below = re.fullmatch(_BELOW, how) if how else re.fullmatch(_TAIL_BELOW, parts["tail"])
    return (*match.span(), said, (Filter(field.name, "at_most" if below else "at_least", (value,), said),))


def _between(field: Field, low: float, high: float, said: str) -> tuple[Filter, ...]:
    low, high = (round(one, 2) for one in (low, high))
    return Filter(field.name, "at_least", (low,), said), Filter(field.name, "at_most", (high,), said)


def _value(said: str, unit: str, field: Field, *, half: bool = False) -> float:
    if said.startswith("half"):
        said = "0.5"
    if said in ("a", "an") or half:  # "a kilo and a half"
        said = f"{(1.0 if said in ('a', 'an') else figure(said)) + 0.5 * half:g}"
    if minus := _MINUS.match(said):
        return -_value(said[minus.end() :], unit, field)
    value = 0.0 if said == "zero" else figure(said)
    if field.measure != "minutes":
        return converted(value, unit, field)
    if not unit and unit_of(field.name)[1] == "hours":
        return value  # "at least 3 visit hours"
    minutes = value * 60 if unit.startswith("h") else value
    return minutes / 60 if unit_of(field.name)[1] == "hours" else minutes


def _units(field: Field) -> str:
    if field.measure == "minutes":
        return _CLOCK
    return _MONEY if field.measure == "money" else spelt_unit(field)


def _labels(field: Field, numeric: Sequence[Field]) -> list[str]:
    """How a number is called, longest first; one that alone grades items is asked for by any word for grades."""
    words, unit = unit_of(folded(field.name))  # "m²" is typed as "m2"
    labels = {words, folded(field.label), *(("price", "cost") if main_price(numeric) is field else ())}
    labels |= _words_of_price(field, numeric)
    labels = (labels | {_upper_end(field, numeric)}) - {""}  # "hours per week at most 6"
    if not words and unit:
        labels.add(unit)
    found = [
        _PER.sub(_said_rate, re.escape(re.sub(r"(?<!s)s$", "", one)).replace(r"\ ", " ") + "s?")
        for one in sorted(labels, key=len, reverse=True)
    ]
    grades = ["ratings?", "rated", "scores?", "stars?"] if graded(field) and sum(map(graded, numeric)) == 1 else []
    return [*found, *grades, *(["weigh(?:s|ing)?"] if "weight" in words else [])]


def _words_of_price(field: Field, numeric: Sequence[Field]) -> set[str]:
    """Words by which a price is told from the others, each alone: `warm` and `rent` of `warm rent`."""
    if field.measure != "money" or former(field):
        return set()
    others = {word for one in numeric if one is not field for word in keys(one.label)}
    own = keys(unit_of(folded(field.name))[0])
    return {word for word in own if len(own) > 1 and len(word) >= _TELLING and word not in TALK | FUNCTION | others}


def _said_rate(match: re.Match[str]) -> str:
    ways = r"(?:per|an?|each|every|/) "
    return rf" (?:{ways}{match['time']}s?|{match['time']}ly)" if match["time"] else f" {ways}"
