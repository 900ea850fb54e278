"""What an event says about liking: one number from -1 (hated) to 1 (loved), for any log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from convrec.errors import UsageError
from convrec.types import Interaction

KIND_SIGNAL = {
    "like": 1.0,
    "love": 1.0,
    "favorite": 1.0,
    "favourite": 1.0,
    "buy": 0.7,
    "purchase": 0.7,
    "order": 0.7,
    "subscribe": 0.7,
    "save": 0.6,
    "bookmark": 0.6,
    "wishlist": 0.6,
    "finish": 0.5,
    "complete": 0.5,
    "play": 0.4,
    "view": 0.3,
    "watch": 0.3,
    "read": 0.3,
    "listen": 0.3,
    "click": 0.2,
    "seen": 0.0,
    "skip": -0.3,
    "drop": -0.5,
    "return": -0.5,
    "refund": -0.5,
    "unsubscribe": -0.5,
    "remove": -0.5,
    "hide": -0.7,
    "block": -1.0,
    "dislike": -1.0,
    "hate": -1.0,
}
"""Signal of an event without a rating. A word that is not here counts as `view`."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The rating scale of a log.

    Attributes:
        low: Lowest rating there is.
        high: Highest rating there is.
        like_from: Ratings from here up count as liking.
    """

    low: float = 1.0
    high: float = 5.0
    like_from: float = 4.0

    def __post_init__(self) -> None:
        if not self.low <= self.like_from <= self.high:
            raise UsageError(f"like_from {self.like_from!r} lies outside the scale {self.low!r} to {self.high!r}")

    @classmethod
    def of(cls, ratings: Iterable[float], like_from: float | None = None) -> Scale:
        """Learn the scale from the ratings of a log.

        Liking starts at the smallest rating in use that lies at or above 70 % of the range: 4 of 1 to 5, 4 of
        0.5 to 5, 8 of 1 to 10. A log with one single value says liking by being there.

        Args:
            ratings: Every rating, or the distinct ones.
            like_from: Overrides what is learned.
        """
        values = sorted(set(ratings))
        if not values:
            return cls() if like_from is None else cls(min(1.0, like_from), max(5.0, like_from), like_from)
        low, high = values[0], values[-1]
        if like_from is None:
            like_from = next(value for value in values if value >= low + 0.7 * (high - low))
        return cls(min(low, like_from), max(high, like_from), like_from)

    def signal(self, event: Interaction) -> float:
        """How much the event says the person liked the item, -1 to 1; 0 says nothing either way."""
        if event.kind in ("like", "dislike", "drop", "save", "seen") or event.rating is None:
            return KIND_SIGNAL.get(event.kind, KIND_SIGNAL["view"])
        rating = min(max(event.rating, self.low), self.high)
        if rating >= self.like_from:
            above = self.high - self.like_from
            return 1.0 if above == 0 else 0.5 + 0.5 * (rating - self.like_from) / above
        neutral = max(self.like_from - (self.high - self.low) / 4, self.low)
        if rating >= neutral:
            return 0.5 * (rating - neutral) / (self.like_from - neutral)
        return -(neutral - rating) / (neutral - self.low)

    def likes(self, event: Interaction) -> bool:
        """Whether the event counts as liking."""
        signal = self.signal(event)
        return signal >= 0.5 or (event.rating is None and signal > 0)


def verb(signal: float, neutral: str = "tried") -> str:
    """A word for people: what somebody did who gave this signal; `neutral` is the catalogue's own verb."""
    if signal >= 0.95:
        return "loved"
    if signal >= 0.5:
        return "liked"
    if signal <= -0.95:
        return "hated"
    if signal <= -0.3:
        return "disliked"
    return neutral
