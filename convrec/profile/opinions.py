"""A history as opinions: for each item what the person made of it, last word first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from convrec.profile.sentiment import CLEAR, Sentiment
from convrec.protocols import Catalogue
from convrec.signal import Scale, verb
from convrec.types import Evidence, History, Interaction, ItemId

_OPINION_KINDS = frozenset({"like", "love", "dislike", "hate", "drop"})
_MOST_USED = 0.9
"""Signal of what is used over and over; being loved has to be said."""
_OWN_WORDS = {"buy": "bought", "purchase": "bought", "save": "saved", "drop": "gave up on"}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the history says about one item.

    Attributes:
        item_id: Which item.
        row: Its catalogue row.
        signal: -1 to 1, of the latest event that judges it, else of the strongest event.
        judged: Whether the person said what they thought of it; otherwise it was only used.
        verb: What was done, for people: `loved`, `liked`, `disliked`, or the catalogue's own verb.
        rating: Of that event.
        timestamp: Of the latest event.
        place: Position of its latest event in the history, 0 is the oldest.
        liked: Whether it counts as liking (or, in a log without ratings, as choosing).
    """

    item_id: ItemId
    row: int
    signal: float
    judged: bool
    verb: str
    rating: float | None
    timestamp: float | None
    place: int
    liked: bool

    @property
    def disliked(self) -> bool:
        """Whether the person judged it badly."""
        return self.signal <= -0.3

    @property
    def dropped(self) -> bool:
        """Whether the person began it and gave it up."""
        return self.verb == _OWN_WORDS["drop"]

    @property
    def loved(self) -> bool:
        """Whether it is among the best that can be said on this scale."""
        return self.judged and self.signal >= 0.95

    def evidence(self, title: str) -> Evidence:
        """The opinion as evidence of a statement."""
        return Evidence(self.item_id, title, self.verb, self.rating, self.timestamp)


def opinions(
    history: History, catalogue: Catalogue, scale: Scale, used: str, sentiment: Sentiment | None = None
) -> list[Opinion]:
    """One opinion an item, oldest first; items that the catalogue does not hold are left out.

    A rating or a verdict says what was thought, the last one if there are several. Without one, a review that is
    clearly well or ill disposed does, and else what was done: again and again says more than once.

    Args:
        history: What the person did.
        catalogue: The items.
        scale: What a rating says.
        used: The catalogue's own verb in the past tense (`watched`), for events that judge nothing.
        sentiment: Reads reviews; None: they are passed over.
    """
    tempers = _tempers(history, sentiment)
    times: dict[ItemId, int] = {}
    latest: dict[ItemId, tuple[int, Interaction, bool]] = {}
    for place, event in enumerate(history.events):
        if event.item_id not in catalogue:
            continue
        judged = event.rating is not None or event.kind in _OPINION_KINDS
        before = latest.pop(event.item_id, None)
        if before is not None and before[2] and not judged:
            event, judged = before[1], True  # using it again does not take the judgement back
        elif before is not None and not judged and scale.signal(before[1]) > scale.signal(event):
            event = before[1]
        times[event.item_id] = times.get(event.item_id, 0) + 1
        latest[event.item_id] = (place, event, judged)
    return [
        _opinion(place, event, judged, catalogue, scale, used, times[event.item_id], tempers.get(event.item_id))
        for place, event, judged in latest.values()
    ]


def _tempers(history: History, sentiment: Sentiment | None) -> dict[ItemId, float]:
    """How a person's newest review of each item is disposed, where it is clear."""
    reviews = {event.item_id: event.review for event in history.events if event.review.strip()}
    if sentiment is None or not reviews:
        return {}
    read = sentiment.read(list(reviews.values()))
    return {item_id: read[text] for item_id, text in reviews.items() if abs(read[text]) >= CLEAR}


def _opinion(
    place: int,
    event: Interaction,
    judged: bool,
    catalogue: Catalogue,
    scale: Scale,
    used: str,
    times: int,
    temper: float | None,
) -> Opinion:
    signal, liked = scale.signal(event), scale.likes(event)
    if not judged and temper is not None:
        # A review is an opinion, though read by a machine: liked or disliked, never loved or hated.
        judged, liked, signal = True, temper > 0, 0.7 if temper > 0 else -0.6
    elif not judged and signal > 0:
        signal = min(_MOST_USED, signal * (1 + log2(times) / 2))
    word = verb(signal, used) if judged and event.kind != "drop" else _OWN_WORDS.get(event.kind, used)
    row = catalogue.row(event.item_id)
    return Opinion(event.item_id, row, signal, judged, word, event.rating, event.timestamp, place, liked)


def by_strength(found: Sequence[Opinion], *, best: bool = True) -> list[Opinion]:
    """Opinions with the clearest first, newer before older where they are as clear."""
    sign = 1 if best else -1
    return sorted(found, key=lambda opinion: (-sign * opinion.signal, -opinion.place))
