"""Statements against the raw events: counted again, in another way than they were made."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convrec.language import short_title, singular
from convrec.profile.latest import FACET as LATEST
from convrec.signal import Scale
from convrec.types import OF_TITLES, History, Interaction, Item, Statement

if TYPE_CHECKING:
    from convrec.protocols import Catalogue

_JUDGING = frozenset({"like", "love", "dislike", "hate", "drop"})
_VERBS = {"loved": (0.95, 1.0), "liked": (0.5, 0.95), "disliked": (-0.95, -0.3), "hated": (-1.0, -0.95)}
"""Signals that a verb stands for."""


def faults(statement: Statement, history: History, catalogue: Catalogue, scale: Scale) -> list[str]:
    """What a computed statement says that the events do not bear out; empty: all of it is right.

    Args:
        statement: About a facet or a likeness; what the person said themselves has no events.
        history: The raw events.
        catalogue: The items.
        scale: What a rating says.
    """
    if statement.origin != "log":
        return []
    last = _last_word(history, catalogue, scale)
    found = []
    for one in statement.evidence:
        event = last.get(one.item_id)
        if event is None:
            found.append(f"{one.title} is not in the history")
            continue
        if one.rating != event.rating:
            found.append(f"{one.title} was rated {event.rating}, not {one.rating}")
        low, high = _VERBS.get(one.verb, (-1.0, 1.0))
        if not low <= scale.signal(event) <= high:
            found.append(f"{one.title} was not {one.verb}")
        if catalogue[one.item_id].label != one.title:
            found.append(f"{one.title} is not the title of {one.item_id}")
    if statement.facet not in OF_TITLES:
        found += _miscounted(statement, last, catalogue, scale)
    if statement.facet == LATEST:
        found += _not_latest(statement, history, last, catalogue, scale)
    return found


def _not_latest(
    statement: Statement, history: History, last: dict[str, Interaction], catalogue: Catalogue, scale: Scale
) -> list[str]:
    """Items that were liked later than those said to be the latest, after an event of the same kind."""
    place = {event.item_id: number for number, event in enumerate(history.events)}
    said = {one.item_id for one in statement.evidence if one.item_id in last}
    titles = {short_title(one.title) for one in statement.evidence}
    oldest = min((place[item_id] for item_id in said), default=0)
    kinds = {_is_judgement(last[item_id]) for item_id in said}
    later = [item_id for item_id, event in last.items() if place[item_id] > oldest and scale.likes(event)]
    return [
        f"{catalogue[item_id].label} was liked later"
        for item_id in later
        if kinds == {_is_judgement(last[item_id])} and short_title(catalogue[item_id].label) not in titles
    ]


def _is_judgement(event: Interaction) -> bool:
    return event.rating is not None or event.kind in _JUDGING


def _miscounted(statement: Statement, last: dict[str, Interaction], catalogue: Catalogue, scale: Scale) -> list[str]:
    having = {item_id: event for item_id, event in last.items() if has(catalogue[item_id], statement)}
    wanted = scale.likes if statement.polarity == "like" else lambda event: scale.signal(event) <= -0.3
    agreeing = [event for event in having.values() if wanted(event)]
    found = []
    if len(agreeing) != statement.count:
        found.append(f"{len(agreeing)} events agree, not {statement.count}")
    if statement.judged and statement.judged != len(having):
        found.append(f"there are {len(having)} events of it, not {statement.judged}")
    times = [event.timestamp for event in agreeing if event.timestamp is not None]
    if statement.since != min(times, default=None):
        found.append(f"it is so since {min(times, default=None)}, not {statement.since}")
    strange = [one.title for one in statement.evidence if one.item_id in last and one.item_id not in having]
    return [*found, *(f"{title} is not {statement.value}" for title in strange)]


def has(item: Item, statement: Statement) -> bool:
    """Whether an item carries what a statement is about."""
    facet, value = statement.facet, statement.value
    if facet == "genre":
        return value in item.genres
    if facet == "period":
        return item.year is not None and f"{item.year // 10 * 10}s" == value
    if facet == "title":
        words = re.findall(r"\w+", value.lower())
        return " ".join(words) in " ".join(re.findall(r"\w+", item.title.lower()))
    own = [known for name, known in item.facts.items() if facet in (name, singular(name))]
    return any(
        value == known
        or (isinstance(known, bool) and value.lower() == str(known).lower())
        or (isinstance(known, tuple) and value in known)
        for known in own
    )


def _last_word(history: History, catalogue: Catalogue, scale: Scale) -> dict[str, Interaction]:
    """Of each item the event that counts: the last that judges it, else the strongest, the later of two alike."""
    by_item: dict[str, list[Interaction]] = {}
    for event in history.events:
        if event.item_id in catalogue:
            by_item.setdefault(event.item_id, []).append(event)
    chosen = {}
    for item_id, events in by_item.items():
        judging = [event for event in events if event.rating is not None or event.kind in _JUDGING]
        chosen[item_id] = judging[-1] if judging else max(reversed(events), key=scale.signal)
    return chosen
