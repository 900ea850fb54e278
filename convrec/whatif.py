"""What a place in the ranking rests on: without these events, and beside that other item. Computed, never guessed.

A counterfactual explanation (Tran et al. 2021; Ghazimatin et al. 2020, PRINCE) names events without which the item
would not have been recommended. Here they are taken out of the history and everything is ranked anew; the models of
the log stay as they were fitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from convrec.errors import UsageError
from convrec.language import facet_phrase, listing, ordinal, plural, short_title
from convrec.types import History, ItemId, Profile, Request, Statement

if TYPE_CHECKING:
    from convrec.recommend import Recommender

_MOST_GROUPS = 6


@dataclass(frozen=True, slots=True)
class WhatIf:
    """One item's place with and without some events.

    Attributes:
        item_id: Of which item.
        without: Items of the history that are taken out.
        reason: What these have in common, as a noun phrase; empty where they were given.
        before: Place in the whole catalogue as things are, 1 is best; None: it is not among what may be shown.
        after: Place without them.
        text: The same as a sentence.
    """

    item_id: ItemId
    without: tuple[ItemId, ...]
    reason: str
    before: int | None
    after: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Contrast:
    """Why one item stands before another.

    Attributes:
        item_id: The one.
        other_id: The other.
        places: Of both in the whole catalogue.
        shares: By signal, how much more it gives the one than the other; they add up to the difference in score.
        text: The signals that decide, in words.
    """

    item_id: ItemId
    other_id: ItemId
    places: tuple[int | None, int | None]
    shares: Mapping[str, float]
    text: str


_SIGNALS = {
    "collaborative": "what goes together with what you {verb}",
    "llm": "the order in which you {verb} things",
    "neighbours": "people with a taste like yours",
    "fame": "how few people know it",
    "trend": "what people take up lately",
    "semantic": "nearness to what you like",
    "profile": "your profile",
    "liking": "how sure it is that you would like it",
    "popularity": "how many people know it",
    "wish": "nearness to your wish",
    "lexical": "the words of your wish",
    "kind": "the kind of thing you wished for",
    "likeness": "likeness to what you named",
    "aversion": "what you wanted to avoid",
    "novelty": "how well known it is",
    "stated": "that it says what is inside of it",
    "explore": "how far it is from what you know",
}


def without(
    rec: Recommender,
    history: History,
    item_id: ItemId,
    taken: Sequence[ItemId] | None = None,
    *,
    request: Request | None = None,
) -> WhatIf:
    """The item's place without some events of the history.

    Args:
        rec: The recommender.
        history: Whose.
        item_id: Of which item.
        taken: Items whose events are taken out; None: of the groups that the profile's statements rest on, the one
            without which the item falls furthest.
        request: What is wanted; None: nothing in particular.

    Raises:
        UsageError: An item is unknown, or one of `taken` is not in the history.
    """
    rec.require([item_id, *(taken or ())])
    request = request or Request()
    before = places(rec, history, request).get(item_id)
    if taken is not None:
        touched = set(history.item_ids)
        if strange := [one for one in taken if one not in touched]:
            raise UsageError(f"item {strange[0]!r} is not in the history: it cannot be taken out of it")
        return _told(rec, item_id, tuple(taken), "", before, _after(rec, history, taken, item_id, request))
    tried = [
        (group, reason, _after(rec, history, group, item_id, request))
        for group, reason in _groups(rec, history, item_id)
    ]
    if not tried:
        raise UsageError("nothing in this history has anything in common with the item: there is nothing to take out")
    group, reason, after = max(tried, key=lambda one: one[2] or len(rec.catalogue) + 1)
    return _told(rec, item_id, group, reason, before, after)


def contrast(
    rec: Recommender, history: History, item_id: ItemId, other_id: ItemId, *, request: Request | None = None
) -> Contrast:
    """Why one item stands where it does beside another.

    Raises:
        UsageError: An item is unknown.
    """
    rec.require([item_id, other_id])
    request = request or Request()
    profile = rec.quick_profile(history)
    ranked = rec.ranked(
        history, profile, replace(request, k=2), rec.candidates(history, profile, request, [item_id, other_id])
    )
    of = {candidate.item_id: candidate.sources for candidate in ranked}
    names = {*of[item_id], *of[other_id]}
    shares = {name: of[item_id].get(name, 0.0) - of[other_id].get(name, 0.0) for name in sorted(names)}
    known = places(rec, history, request)
    return Contrast(
        item_id, other_id, (known.get(item_id), known.get(other_id)), shares, _decided(rec, item_id, other_id, shares)
    )


def places(rec: Recommender, history: History, request: Request) -> dict[ItemId, int]:
    """The place of every item that may be shown, 1 is best."""
    profile: Profile = rec.quick_profile(history)
    whole = replace(request, k=len(rec.catalogue), diversity=0.0)
    found = rec.candidates(history, profile, whole)
    return {one.item_id: place for place, one in enumerate(rec.ranked(history, profile, whole, found), 1)}


def _after(
    rec: Recommender, history: History, taken: Sequence[ItemId], item_id: ItemId, request: Request
) -> int | None:
    gone = set(taken)
    # What was taken out is still known to the person: it does not come back as a recommendation.
    hidden = replace(request, exclude=request.exclude | gone)
    left = replace(history, events=tuple(event for event in history.events if event.item_id not in gone))
    return places(rec, left, hidden).get(item_id)


def _groups(rec: Recommender, history: History, item_id: ItemId) -> list[tuple[tuple[ItemId, ...], str]]:
    """Items of the history by what they share with the item: by the profile's statements, and the nearest alone."""
    item = rec.catalogue[item_id]
    touched = list(dict.fromkeys(one for one in history.item_ids if one in rec.catalogue and one != item_id))
    facets = rec.stages.profiler.facets
    own = {facets.names[n] for n in facets.of(rec.catalogue.row(item.id))}
    statements: Sequence[Statement] = rec.quick_profile(history).statements
    groups = []
    for one in statements:
        feature = (one.facet, one.value)
        if one.polarity == "like" and feature in own:
            number = facets.number(*feature)
            sharing = tuple(t for t in touched if number in facets.of(rec.catalogue.row(t)))
            if sharing:
                groups.append((sharing, facet_phrase(one.facet, [one.value], rec.settings.noun)))
    nearest = rec.stages.retriever.contributions(history, [item_id])[item_id]
    closest = tuple(one for one, share in nearest.items() if share > 0)[:5]
    if closest:
        groups.append((closest, listing([short_title(rec.catalogue[one].title) for one in closest[:3]])))
    # Without all of a history somebody is a stranger, and that says nothing of what the place rests on.
    telling = [(group, reason) for group, reason in groups if len(group) < len(touched)]
    return (telling or groups)[:_MOST_GROUPS]


def _told(
    rec: Recommender, item_id: ItemId, taken: tuple[ItemId, ...], reason: str, before: int | None, after: int | None
) -> WhatIf:
    title = short_title(rec.catalogue[item_id].title)
    count = len(taken)
    noun = rec.settings.noun if count == 1 else plural(rec.settings.noun)
    what = f"the {reason} you {rec.settings.verb}" if reason else f"the {count} {noun} taken out"
    now = "is not shown" if before is None else f"comes {ordinal(before)}"
    then = "would not be shown" if after is None else f"would come {ordinal(after)}"
    return WhatIf(item_id, taken, reason, before, after, f"{title} {now}; without {what}, it {then}.")


def _decided(rec: Recommender, item_id: ItemId, other_id: ItemId, shares: Mapping[str, float]) -> str:
    one, other = (short_title(rec.catalogue[each].title) for each in (item_id, other_id))
    total = sum(shares.values())
    first, second = (one, other) if total >= 0 else (other, one)
    sign = 1 if total >= 0 else -1
    order = sorted(shares, key=lambda name: -sign * shares[name])
    said = [_SIGNALS.get(name, name).format(verb=rec.settings.verb) for name in order if sign * shares[name] > 0][:2]
    if not said:
        return f"{one} and {other} are level."
    against = [name for name in reversed(order) if sign * shares[name] < -0.05][:1]
    still = (
        f", though {_SIGNALS.get(against[0], against[0]).format(verb=rec.settings.verb)} speaks for {second}"
        if against
        else ""
    )
    return f"{first} stands before {second} by {listing(said)}{still}."
