"""Years in a wish: decades, bounds, ranges, newer and older."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.dialogue.words.english import DECADES, NUMBERS
from convrec.types import Filter

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORDS = "|".join(DECADES)
_DECADE = rf"(?:(?:18|19|20)\d0'?s|'?\d0'?s|{_WORDS})"
_POINT = (
    rf"(?:(?P<{{0}}y>(?:18|19|20)\d\d)(?!'?s|\d)|(?:the )?(?:(?P<{{0}}p>early|mid|late)[- ])?(?P<{{0}}d>{_DECADE}))"
)
_A, _B = _POINT.format("a"), _POINT.format("b")
_RANGE = re.compile(rf"(?<!\w)(?:between |from )?(?:the )?{_A}\s*(?:-|to|and|until|through|till)\s*{_B}(?!\w)")
_BOUND = re.compile(
    r"(?<!\w)(?P<how>(?:nothing |not |no |none |never )?(?:before|after|since|pre|post|until|up to|older than"
    r"|newer than|prior to"
    rf"|later than|earlier than|from before|from after|made before|made after|released (?:before|after)))[- ]?"
    rf"{_A}(?!\w)"
)
_IN = re.compile(
    rf"(?<!\w)(?P<from>(?:from|in|of|out in|made in|released in|during|circa|around) )?(?:the )?{_A}(?!\w)"
)
_LISTED = re.compile(rf"(?<!\w){_DECADE}\s*(?:,|or|and|,\s*or|/)\s*$")
_OPEN = re.compile(
    rf"(?<!\w)(?:from |since |in )?(?:the )?{_A}(?: on\b(?! \w+ing)|[ -]onwards?\b"
    r"| (?:and|or) (?:(?P<later>later|newer|after|up|younger|more recent)|(?P<earlier>earlier|older|before))\b)"
)
_LAST = re.compile(
    r"\b(?:last|past) (?:(?P<n>\d+|two|three|four|five|ten|twenty|few|couple(?: of)?) )?(?P<unit>years?|decades?)\b"
)
_AGED = re.compile(
    r"\b(?P<not>(?:not|no|nothing|none|isn't|aren't|never) )?(?P<how>older|newer|younger) than (?:the last |the past )?"
    r"(?P<n>\d{1,2}|one|two|three|four|five|six|ten|fifteen|twenty|thirty|fifty|a few|a couple of) years?\b"
)
_CENTURY = re.compile(r"\b(?:this|the 21st|21st) century\b")
_RELATIVE = re.compile(
    r"\b(?:(?P<new>newer|more recent|more modern|more current|(?<!not )too (?:old|dated)(?! for))"
    r"|(?P<old>older|more old-fashioned|(?<!not )too (?:new|recent|modern)))\b"
    r"(?!\s+(?:than (?:me|my)|kids?|children|brother|sister|son|daughter|people|folks|man|woman|guy|audience))"
)
_AGE = re.compile(
    r"\b(?:(?P<new>recent|modern|contemporary|(?:latest|newest|brand new|new)(?= (?:\w+ )?(?:ones|releases?|films"
    r"|movies|games"
    r"|books|albums|items|titles|stuff))|new release|up to date|not (?:too |so "
    r"|very )?old)|"
    r"(?P<old>(?<!not )(?<!not too )(?<!years )(?<!year )old|vintage|not (?:too |so |very )?(?:new|modern|recent)))"
    r"(?=[ ,.!?;]|$)(?!\s+(?:man|men|woman|lady|people|guy|school|friend|version|enough|kids?|son|daughter|one's"
    r"|and \d))"
)
_MINE = re.compile(r"\b(?:my|her|his|their|your|our)(?: \w+)? $")


@dataclass(frozen=True, slots=True)
class Years:
    """A stretch of years somebody speaks of.

    Attributes:
        start: Where the words begin.
        end: Where they end.
        said: The words.
        low: First year; None: open.
        high: Last year; None: open.
        explicit: Whether the words alone say that years are meant (`from the 80s`), and not only a bare number.
    """

    start: int
    end: int
    said: str
    low: int | None
    high: int | None
    explicit: bool = True

    def filters(self, field: str = "year", *, refused: bool = False) -> tuple[Filter, ...]:
        """As conditions on a field of years."""
        if refused:
            if self.low is None or self.high is None:
                return Years(self.start, self.end, self.said, *self._beyond()).filters(field)
            return (Filter(field, "none_of", tuple(range(self.low, self.high + 1)), self.said),)
        low = () if self.low is None else (Filter(field, "at_least", (self.low,), self.said),)
        high = () if self.high is None else (Filter(field, "at_most", (self.high,), self.said),)
        return (*low, *high)

    def _beyond(self) -> tuple[int | None, int | None]:
        return (None, self.low - 1) if self.low is not None else ((self.high or 0) + 1, None)


def years_in(plain: str, known: NDArray[np.float64], around: list[int], blocked: list[tuple[int, int]]) -> list[Years]:
    """Every stretch of years in a folded text, in order, without overlaps.

    Args:
        plain: Folded text.
        known: The catalogue's years, sorted.
        around: Years of the items spoken of, for `newer` and `older`.
        blocked: Places that mean something else.
    """
    reader = _Reader(plain, known, around)
    found: list[Years] = []
    for pattern, read in reader.patterns():
        for match in pattern.finditer(plain):
            taken = [*blocked, *((one.start, one.end) for one in found)]
            if any(match.start() < end and match.end() > start for start, end in taken):
                continue
            years = read(match)
            vague = pattern in (_RELATIVE, _AGE)
            if years is not None and not (vague and found):
                found.append(years)
    return _joined(sorted(found, key=lambda one: one.start), plain)


def _joined(found: list[Years], plain: str) -> list[Years]:
    """`from the 70s or 80s` as one stretch."""
    joined: list[Years] = []
    for years in found:
        before = joined[-1] if joined else None
        if before is not None and re.fullmatch(
            r"\s*(?:,|or|and|,\s*or|/)\s*(?:the\s+)?", plain[before.end : years.start]
        ):
            ends = (before.low, before.high, years.low, years.high)
            bounds = [one for one in ends if one is not None]
            if len(bounds) == 4:
                low, high = min(bounds), max(bounds)
                said = plain[before.start : years.end]
                joined[-1] = Years(before.start, years.end, said, low, high, before.explicit or years.explicit)
                continue
        joined.append(years)
    return joined


class _Reader:
    def __init__(self, plain: str, known: NDArray[np.float64], around: list[int]) -> None:
        self._plain, self._known, self._around = plain, known, around

    def patterns(self) -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Years | None]], ...]:
        """Patterns with their readers, the most telling first."""
        return (
            (_OPEN, self._open),
            (_RANGE, self._range),
            (_BOUND, self._bound),
            (_IN, self._in),
            (_LAST, self._last),
            (_AGED, self._aged),
            (_CENTURY, lambda match: self._years(match, 2001, None)),
            (_RELATIVE, self._relative),
            (_AGE, self._age),
        )

    def _years(self, match: re.Match[str], low: int | None, high: int | None, *, explicit: bool = True) -> Years:
        return Years(match.start(), match.end(), match.group().strip(), low, high, explicit)

    def _range(self, match: re.Match[str]) -> Years | None:
        low, high = self._point(match, "a"), self._point(match, "b")
        return self._years(match, low[0], high[1]) if low[0] <= high[1] else None

    def _bound(self, match: re.Match[str]) -> Years:
        low, high = self._point(match, "a")
        how = match.group("how")
        negated = how.split()[0] in ("nothing", "not", "no", "none", "never")
        before = any(word in how for word in ("before", "pre", "until", "up to", "older", "prior", "earlier"))
        if "until" in how or "up to" in how:
            return self._years(match, None, high)
        if "since" in how:
            return self._years(match, low, None)
        if negated:  # "nothing before 1990" wants 1990 and later; "nothing after 1990" wants 1990 and earlier
            return self._years(match, low, None) if before else self._years(match, None, high)
        return self._years(match, None, low - 1) if before else self._years(match, high + 1, None)

    def _open(self, match: re.Match[str]) -> Years:
        """`from 1985 on`, `1990 or older`."""
        low, high = self._point(match, "a")
        return self._years(match, None, high) if match.group("earlier") else self._years(match, low, None)

    def _in(self, match: re.Match[str]) -> Years | None:
        if _MINE.search(self._plain[: match.start()]) or (match.group("ad") and _MINE.search(match.group())):
            return None
        low, high = self._point(match, "a")
        bare = match.group("from") is None
        if bare and re.match(r"\s*\)", self._plain[match.end() :]):
            return None  # the year of a title
        listed = _LISTED.search(self._plain[: match.start()]) is not None  # "from the sixties or seventies" means both
        if bare and not listed and match.group("ad") in DECADES and "the " not in match.group():
            return None
        return self._years(match, low, high, explicit=not bare)

    def _last(self, match: re.Match[str]) -> Years:
        word = (match.group("n") or "one").split()[0]
        count = int(word) if word.isdecimal() else NUMBERS.get(word, 5)
        span = count * (10 if match.group("unit").startswith("decade") else 1)
        return self._years(match, int(self._newest()) - span, None)

    def _aged(self, match: re.Match[str]) -> Years:
        """`not older than ten years`, `newer than five years`."""
        said = match.group("n")
        count = int(said) if said.isdecimal() else NUMBERS.get(said, 3)
        bound = int(self._newest()) - count
        older = (match.group("how") == "older") != (match.group("not") is not None)
        return self._years(match, None, bound) if older else self._years(match, bound, None)

    def _relative(self, match: re.Match[str]) -> Years:
        newer = match.group("new") is not None
        if self._around:
            middle = int(np.median(self._around))
            return self._years(match, middle + 1, None) if newer else self._years(match, None, middle - 1)
        bound = int(np.quantile(self._known, 0.7 if newer else 0.3))
        return self._years(match, bound, None) if newer else self._years(match, None, bound)

    def _age(self, match: re.Match[str]) -> Years:
        if match.group("new"):
            return self._years(match, min(int(np.quantile(self._known, 0.8)), int(self._newest()) - 4), None)
        return self._years(match, None, min(int(np.quantile(self._known, 0.35)), int(self._newest()) - 25))

    def _newest(self) -> float:
        return float(self._known[-1])

    def _point(self, match: re.Match[str], name: str) -> tuple[int, int]:
        if year := match.group(f"{name}y"):
            return int(year), int(year)
        start = self._decade(match.group(f"{name}d").replace("'", ""))
        part = match.group(f"{name}p")
        return {"early": (start, start + 4), "mid": (start + 3, start + 6), "late": (start + 5, start + 9)}.get(
            part or "", (start, start + 9)
        )

    def _decade(self, word: str) -> int:
        if word in DECADES:
            short = DECADES[word]
        elif len(word) >= 5:
            return int(word[:4])
        else:
            short = int(word[:2])
        late, early = 2000 + short, 1900 + short
        if short == 0:
            return 2000
        in_late = np.count_nonzero((self._known >= late) & (self._known < late + 10))
        in_early = np.count_nonzero((self._known >= early) & (self._known < early + 10))
        if word == "twenties" and in_early:
            return early  # "the twenties" were a hundred years ago, wherever there is anything from then
        return late if short <= 20 and in_late > in_early else early
