"""Questions when something is, and whether it is then: `when does it start?`, `is the second one on a Saturday?`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convrec.dialogue.rules.moments import Moment
from convrec.dialogue.rules.references import Reference
from convrec.dialogue.understanding import Question
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.words import akin
from convrec.types import Filter, ItemId
from convrec.when import Calendar

_LED = r"^\W*(?:(?:and|but|so|ok|okay|well|hm+|cool|great|nice|thanks|then)\W+)*"
_THING = r"(?:it|this|that|they|these|those|them|§+|the \w+(?: (?:one|\w+))?|(?:this|that) one)"
_WHEN = re.compile(
    _LED + r"(?:(?:at|until|till|from|since|by) )?(?:when|what time|what day|which day|what date|what dates|which dates"
    r"|how late|how long|what are the (?:opening )?(?:hours|times|dates))(?:'s)?\b"
    rf"(?: (?:of|for|at) (?:{_THING})| (?:exactly )?(?:is|are|does|do|will|can|was|would) "
    rf"(?:(?P<thing>{_THING})|there|we|i|you|doors)"
    r"(?!\w)[^?.!]*)?\W*$"
)
_SPAN = re.compile(r"\bhow long\b(?!.*\b(?:open|on|runs?|running|until|last|lasts|going)\b)")
"""Asks for a length, which is no matter of days where the catalogue tells lengths."""
_CHECK = re.compile(
    _LED + r"(?:[^?.!]*(?:,|\bbut) )?(?:is|are|does|do|will|was|can (?:i|we) (?:go to|see|visit|do)) "
    rf"{_THING}(?!\w)(?P<rest>[^?.!]*)\W*$"
)
_WHICH = re.compile(
    _LED + r"which(?: one| ones)?(?: of (?:them|these|those))?(?: is| are| do| does|'s)?\b(?P<rest>[^?.!]*)\W*$"
)
_FIRST = re.compile(
    _LED + r"which(?: one| of (?:them|these|those)| \w+)?(?: is| are|'s)?(?: the one that)? "
    r"(?P<of>starts?|begins?|opens?|ends?|closes?|finish(?:es)?|is|the) ?(?:on )?"
    r"(?P<side>first|last|soonest|earliest|latest)\W*$"
)
_DAILY = re.compile(r"\b(?:every day|daily|each day|all week|all day|still on|already on|on now|still open|over)\b")
"""Asks for more than a yes or no: when it is says it."""
_OTHERS = re.compile(r"\b(?:something|anything|what else|others?|what's on|what is on|there)\b")


def when_in(
    masked: str,
    calendar: Calendar,
    fields: Mapping[str, Field],
    moments: Sequence[Moment],
    filters: Sequence[Filter],
    references: Sequence[Reference],
    named: Sequence[ItemId],
    shown: Sequence[ItemId],
    focus: ItemId | None,
) -> Question | None:
    """What a message as a whole asks about when items are; None: it is a message like others.

    Args:
        masked: Folded text with `§` in place of each title.
        calendar: Fields that say when.
        fields: The catalogue's fields.
        moments: Days and times in it.
        filters: The conditions that they are.
        references: Items pointed at in it.
        named: Items named in it.
        shown: The items in view.
        focus: The item spoken of last.
    """
    if calendar.is_empty or _OTHERS.search(masked):
        return None
    pointed = tuple(dict.fromkeys(one for ref in references for one in ref.item_ids))
    about = tuple(named) or pointed or ((focus,) if focus is not None else tuple(shown))
    if not about:
        return None
    if name := _named(masked, fields):
        return Question("when", about, (name,), masked.strip()) if _WHEN.match(masked) and not moments else None
    timed = any(one.measure == "minutes" for one in fields.values())
    asked = _WHEN.match(masked)
    if asked and (not moments or asked["thing"]) and not (timed and _SPAN.search(masked)):
        return Question("when", about, said=masked.strip())
    if (first := _FIRST.match(masked)) and shown:
        return _first(first, calendar, shown)
    match = _CHECK.match(masked)
    if match and not moments and _DAILY.search(match["rest"]):
        return Question("when", about, said=masked.strip())
    if not filters:
        return None
    if match and all(one.end > match.start("rest") for one in moments):
        return Question("when", about, said=masked.strip(), filters=tuple(filters))
    which = _WHICH.match(masked)
    if which and len(shown) > 1 and all(one.start >= which.end() - len(which["rest"]) - 12 for one in moments):
        return Question("when", tuple(shown), said=masked.strip(), filters=tuple(filters))
    return None


def _first(match: re.Match[str], calendar: Calendar, shown: Sequence[ItemId]) -> Question:
    """Which of the cards starts or ends first or last; of opening hours all are told."""
    last = match["of"].startswith(("end", "clos", "finish"))
    name = (calendar.end if last else calendar.start) or (calendar.until if last else calendar.time)
    if not name:
        return Question("when", tuple(shown), said=match.group())
    side = "high" if match["side"] in ("last", "latest") else "low"
    said = f"one that {match['of']} {match['side']}" if match["of"] not in ("is", "the") else match["side"]
    return Question("most", tuple(shown), (name,), said, ((name, side),))


_PLAIN = frozenset(
    {
        *("starts", "ends", "date", "dates", "time", "times", "until", "when", "day", "days", "hours", "opening"),
        *("opens", "closes"),
    }
)
"""Names of days and times that say no more than that."""


def _named(masked: str, fields: Mapping[str, Field]) -> str:
    """The field of days or times that a question names: `when does the kitchen close?`, `when are doors?`."""
    said = re.findall(r"[^\W\d_]+", masked)
    labels = {one.name: one.label.split() for one in fields.values() if one.measure in ("date", "time", "hours")}
    own = {name: words for name, words in labels.items() if not set(words) <= _PLAIN}
    return next(
        (name for name, words in own.items() if all(any(akin(word, one) for one in said) for word in words)), ""
    )
