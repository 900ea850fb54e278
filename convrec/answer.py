"""What the stages were given and what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from convrec.codec import decode
from convrec.errors import UsageError
from convrec.protocols import Catalogue
from convrec.types import Conversation, History, Interaction, ItemId, Profile, Recommendation, Request, UserId

log = logging.getLogger("convrec")

Event = Interaction | Mapping[str, Any]
Talk = Conversation | Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A recommendation with what it was made from.

    Attributes:
        recommendations: Best first.
        request: As understood.
        profile: That ranking and reasons went by.
        timings: Seconds by stage: `understand`, `profile`, `retrieve`, `rerank`, `explain`.
    """

    recommendations: list[Recommendation]
    request: Request
    profile: Profile
    timings: dict[str, float] = field(default_factory=dict)


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        """Start with none."""
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Time a block as one stage."""
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start


def interaction(event: Event, user_id: UserId = "") -> Interaction:
    """An event however it was given; `UsageError` names an unknown field."""
    if isinstance(event, Interaction):
        return event
    made = decode(Interaction, {"user_id": user_id, **event})
    if not isinstance(made.item_id, str):
        raise UsageError(f"item_id {made.item_id!r} is not a string; ids are strings throughout")
    for name in ("rating", "timestamp"):
        value = getattr(made, name)
        if value is not None and (not isinstance(value, int | float) or value != value):
            raise UsageError(f"{name} {value!r} of item {made.item_id!r} is not a number")
    return made


def require(item_ids: Sequence[ItemId], catalogue: Catalogue) -> None:
    """Refuse items that the catalogue does not have; `UsageError` names the first."""
    if unknown := [item_id for item_id in item_ids if item_id not in catalogue]:
        more = f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""
        raise UsageError(f"item {unknown[0]!r}{more} is not in the catalogue; ids are strings, as in the items table")


def stamped(events: Iterable[Event]) -> list[Interaction]:
    """Events that may be stored: each of somebody, and those without a time happen now.

    Raises:
        UsageError: A user is missing or a field is unknown.
    """
    made = [interaction(event) for event in events]
    if nobody := next((event for event in made if not event.user_id), None):
        raise UsageError(f"an event has no user_id: {nobody!r}")
    now = time.time()
    return [event if event.timestamp is not None else replace(event, timestamp=now) for event in made]


def given_history(given: History | Sequence[Event], user_id: UserId | None, catalogue: Catalogue) -> History:
    """A history that is not stored, oldest first; events outside the catalogue are left out with a warning.

    Raises:
        UsageError: None of its items is in the catalogue.
    """
    events = (
        list(given.events) if isinstance(given, History) else [interaction(event, user_id or "") for event in given]
    )
    known = [event for event in events if event.item_id in catalogue]
    if events and not known:
        raise UsageError(
            f"none of the {len(events)} items of the history is in the catalogue; the first is {events[0].item_id!r}"
        )
    if len(known) < len(events):
        log.warning("%d of %d events are on items outside the catalogue", len(events) - len(known), len(events))
    # Stable: equal times, and events without a time, keep the order they were given in.
    known.sort(key=lambda event: float("inf") if event.timestamp is None else event.timestamp)
    return History(user_id, tuple(known))


class Reads(Protocol):
    """Makes a request of words."""

    def request_from(self, talk: str | Sequence[Mapping[str, Any]]) -> Request:
        """What a wish, or a talk so far, asks for."""
        ...


def understood(reader: Reads, query: str | None, talk: Talk | None) -> Request:
    """What a wish and a talk ask for, one or both."""
    if isinstance(talk, Conversation):
        talk = [{"role": turn.role, "text": turn.text, "items": turn.items} for turn in talk.turns]
    wish = (query or "").strip()
    if not talk:
        return reader.request_from(wish)
    so_far = reader.request_from(talk)
    return merged(so_far, reader.request_from(wish)) if wish else so_far


def merged(talk: Request, asked: Request) -> Request:
    """A wish on top of what a talk asks for."""
    return replace(
        talk,
        text=f"{talk.text}\n{asked.text}".strip(),
        filters=(*talk.filters, *asked.filters),
        wishes=(*talk.wishes, *asked.wishes),
        avoid=(*talk.avoid, *asked.avoid),
        like=(*talk.like, *asked.like),
        unlike=(*talk.unlike, *asked.unlike),
        exclude=talk.exclude | asked.exclude,
    )
