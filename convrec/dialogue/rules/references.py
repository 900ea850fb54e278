"""Items that a message points at without naming them: `the second one`, `it`, `none of them`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from convrec.dialogue.words.english import NUMBERS, ORDINALS, number
from convrec.types import ItemId

_ORDINAL = "|".join(ORDINALS)
_COUNT = "|".join(NUMBERS)


@dataclass(frozen=True, slots=True)
class Reference:
    """A place that points at items.

    Attributes:
        start: Where the words begin.
        end: Where they end.
        item_ids: At which; empty where nothing fits (`it`, with several items in view).
        said: The words.
    """

    start: int
    end: int
    item_ids: tuple[ItemId, ...]
    said: str

    @property
    def other(self) -> bool:
        """Whether it is what is left of several: `the other one`."""
        return self.said.startswith("the other ")

    @property
    def by_place(self) -> bool:
        """Whether it counts the cards: no word of `the first one` is the catalogue's own."""
        return any(word in ORDINALS for word in self.said.split())


def references_in(
    plain: str, noun: str, shown: Sequence[ItemId], focus: ItemId | None, blocked: Sequence[tuple[int, int]] = ()
) -> list[Reference]:
    """What a folded text points at.

    Args:
        plain: Folded text.
        noun: What one item is called.
        shown: The items in view, in order.
        focus: The item spoken of last; None: none in particular.
        blocked: Places that mean something else.
    """
    thing = (
        rf"(?:{re.escape(noun)}s?|ones?|picks?|suggestions?|recommendations?|titles?|items?|options?|movies?|films?)"
    )
    found: list[Reference] = []
    patterns = (
        (rf"\b(?:the )?(?P<side>first|last|other) (?P<n>{_COUNT}|\d)(?: {thing})?\b", _several),
        (rf"\b(?:the |your )?(?P<o>{_ORDINAL})(?: {thing}\b)", _ordinal),
        (
            rf"\bthe (?P<o>{_ORDINAL})(?=\s*"
            r"(?:$|[.,!?;]|(?:but|and|is|was|looks|sounds|seems|please|pls|again|or|though|instead|about|like|has|have|does"
            r"|did|would|any|compares?|vs|versus|then|with|too|tonight|thanks|thx)\b))",
            _ordinal,
        ),
        (rf"\bthis (?P<o>{_ORDINAL})(?= (?:i|we|is|was|looks|sounds|seems)\b)", _ordinal),
        (
            rf"(?:(?<=\bis )|(?<=\bwas )|(?<=\bdoes )|(?<=\bwhy )|(?<=\btake )|(?<=\blike ))the (?P<o>{_ORDINAL})\b"
            r"(?!\s+(?:time|half|part|season|episode|day|night|week|year|decade|century|world|of)\b)",
            _ordinal,
        ),
        (rf"(?:\b(?:number|no\.|nr\.?)\s?|#)(?P<n>\d+|{_COUNT})\b", _numbered),
        (
            r"\b(?:all|none|neither|both|any|each|some) of (?:them|those|these)\b|\b(?:these|those|them|neither"
            r"|both)\b(?= (?:\w+ ){0,2}|\W|$)",
            _all,
        ),
        (
            rf"\b(?:that|this) (?:{thing}|\w+ one)\b|\b(?:it|this|that one)\b"
            r"(?!\s+(?:night|evening|weekend|week|time|year|month|morning"
            r"|afternoon|kind|type|sort|genre|catalogue)\b)"
            r"|\bthat(?='s|\s*$|\s+(?:is|was|looks|sounds|seems|one)\b)|(?<=like )that\b",
            _focus,
        ),
    )
    for pattern, read in patterns:
        for match in re.finditer(pattern, plain):
            taken = [*blocked, *((one.start, one.end) for one in found)]
            if not any(match.start() < end and match.end() > start for start, end in taken):
                found.append(Reference(match.start(), match.end(), read(match, shown, focus), match.group()))
    found.sort(key=lambda one: one.start)
    return [_both(one, found[:at]) for at, one in enumerate(found)]


def _both(one: Reference, before: Sequence[Reference]) -> Reference:
    """`the first two, loved both`, `the second, is it dear?`: what was pointed at in the same breath."""
    if one.said in ("it", "that", "this", "that one"):  # "the second one, how much is it?"
        placed = next(
            (earlier for earlier in reversed(before) if earlier.by_place and len(earlier.item_ids) == 1), None
        )
        return one if placed is None else replace(one, item_ids=placed.item_ids)
    several = next((earlier for earlier in reversed(before) if len(earlier.item_ids) > 1), None)
    if several is None or one.said.split()[0] not in ("both", "them", "those", "these"):
        return one
    return replace(one, item_ids=several.item_ids)


def _several(match: re.Match[str], shown: Sequence[ItemId], focus: ItemId | None) -> tuple[ItemId, ...]:
    count = number(match.group("n")) or 1
    if match.group("side") == "other":
        rest = tuple(one for one in shown if one != focus)
        return rest if len(rest) == count else ()  # of five cards: which other one?
    return tuple(shown[:count]) if match.group("side") == "first" else tuple(shown[-count:])


def _ordinal(match: re.Match[str], shown: Sequence[ItemId], focus: ItemId | None) -> tuple[ItemId, ...]:
    return _place(shown, ORDINALS[match.group("o")])


def _numbered(match: re.Match[str], shown: Sequence[ItemId], focus: ItemId | None) -> tuple[ItemId, ...]:
    return _place(shown, number(match.group("n")) or 0)


def _place(shown: Sequence[ItemId], place: int) -> tuple[ItemId, ...]:
    if place == -1:
        return tuple(shown[-1:])
    return (shown[place - 1],) if 0 < place <= len(shown) else ()


def _all(match: re.Match[str], shown: Sequence[ItemId], focus: ItemId | None) -> tuple[ItemId, ...]:
    if match.group().startswith("both") and len(shown) != 2:
        return ()  # of five cards: which two?
    return tuple(shown)


def _focus(match: re.Match[str], shown: Sequence[ItemId], focus: ItemId | None) -> tuple[ItemId, ...]:
    return (focus,) if focus is not None else tuple(shown) if len(shown) == 1 else ()
