"""Takes a card by what sets it apart, and puts a question again: `the shorter one then`, `I meant the third one`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from convrec.dialogue.rules.superlatives import MORE, MOST
from convrec.dialogue.sense.reading import Reading
from convrec.dialogue.state import State
from convrec.dialogue.understanding import Question
from convrec.dialogue.words.dimensions import degree_said
from convrec.dialogue.words.fields import Field
from convrec.protocols import Catalogue
from convrec.types import Item, ItemId

_YES = r"(?:(?:ok|okay|alright|right|good|great|fine|perfect|cool|hm+|then|well|so|yes|yeah|please)\W+)*"
_TAKE = (
    r"(?:(?:i'll|i will|let's|we'll|i'm going to|i'd) (?:take|have|go (?:with|for)|watch|try|read|play|buy|get|order"
    r"|book)|(?:give|get) me|take)"
)
_END = r"(?P<end>(?:\W+(?:then|it is|please|thanks|thank you|thx|pls))*)\W*$"
_OF = r"(?P<of> (?:of|from|out of) (?:(?:the )?(?:first |last )?(?:two|three|2|3)|them|those|these|both))?"
_TAKEN = re.compile(rf"^\W*{_YES}(?P<verb>{_TAKE} )?the (?:{MOST}|{MORE.replace('<most>', '<more>')}) one{_OF}{_END}")
_CHOSEN = re.compile(r"\b(?:then|it is)\b")
_MEANT = re.compile(
    r"^\W*(?:(?:no|nope|sorry|oh|ah|er+m?|um+|well|but)\W+)*"
    r"(?:i (?:actually )?(?:mean|meant)|i(?:'m| was| am) (?:asking|talking) about|i asked about)\b(?P<rest>.*)$"
)
_AGAIN = ("fact", "about", "why", "worth", "degree", "unknown")
"""Questions that can be put of other items."""


def taken_by_degree(reading: Reading, fields: Mapping[str, Field], state: State, catalogue: Catalogue) -> ItemId | None:
    """The card that a message takes by a number it has most or least of; None: it takes none so.

    Meant are the items just compared, or else the cards in view.

    Args:
        reading: The message.
        fields: The catalogue's fields.
        state: What stands before it.
        catalogue: The items.
    """
    match = _TAKEN.match(reading.plain)
    if match is None or "?" in reading.plain or not (match["verb"] or match["end"] or match["of"]):
        return None
    degree = degree_said(match["most"] or match["more"], fields)
    spoken_of = [one.item_ids for one in reading.references] + [one.item_ids for one in _asked(state)]
    compared = next((ids for ids in spoken_of if len(ids) > 1), ())
    items = [catalogue[one] for one in compared or state.last_shown]
    sure = compared or match["verb"] or len(items) == 2 or (match["most"] and _CHOSEN.search(match["end"]))
    if degree is None or not sure:
        return None
    known = sorted((number, item.id) for item in items if (number := _number(item, degree.field)) is not None)
    if not known:
        return None
    best = known[-1 if degree.high else 0]
    return best[1] if sum(number == best[0] for number, _ in known) == 1 else None


def asked_again(reading: Reading, state: State) -> Question | None:
    """The question before, put of the item that was meant; None: the message does not say so.

    Args:
        reading: The message.
        state: What stands before it.
    """
    match = _MEANT.match(reading.plain)
    meant = [ids for start, _, ids in reading.targets() if match and start >= match.start("rest") and len(ids) == 1]
    before = next((one for one in _asked(state) if one.kind in _AGAIN), None)
    if before is None or len(meant) != 1 or reading.found:
        return None
    return replace(before, item_ids=meant[0])


def _asked(state: State) -> tuple[Question, ...]:
    return state.latest.questions if state.latest is not None else ()


def _number(item: Item, name: str) -> float | None:
    value = item.year if name == "year" else item.facts.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
