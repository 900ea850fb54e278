"""What a model is told of one passage of a profile, and how its sentence begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from convrec.language import capital, listing, plural, short_title
from convrec.profile.prose import Passage, drift, stance_of
from convrec.profile.tastes import tastes
from convrec.types import Attitude

_ATTITUDES: dict[Attitude, str] = {
    "loved": "loves",
    "liked": "likes",
    "consumed": "turns to",
    "dropped": "gives up on",
    "disliked": "dislikes",
}
_GOOD = (
    # Not `You` alone: `You love dramas, and you loved Fargo` is what follows.
    "You are at home with", "{What}", "Your taste", "Among the {nouns} you {verb}", "You also have a soft spot for",
)  # fmt: skip
_OPENINGS: dict[Attitude, tuple[str, ...]] = {
    "loved": _GOOD,
    "liked": _GOOD,
    "consumed": ("You", "{What}", "You also"),
    "disliked": ("{What}", "On the other hand,", "Less to your taste", "You"),
    "dropped": ("You",),
}
_LATER = ("You also", "You also have a soft spot for", "On the other hand,", "Less to your taste")
"""What no profile begins with."""
_OF_TITLES = "Among"
_LEAST_NAMED = 2


@dataclass(frozen=True, slots=True)
class Told:
    """The notes of one sentence: training and serving have them from here alone.

    Attributes:
        attitude: What the person makes of it.
        what: What it is about, as a plural: `war and crime films`.
        lately: `more` or `less` than before, or nothing.
        counted: How many pleased them, or did not, of how many that they rated; empty where titles say it.
        verb: What they did with the titles; empty: none are named.
        titles: Their names.
    """

    attitude: Attitude
    what: str
    lately: str = ""
    counted: str = ""
    verb: str = ""
    titles: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """One line a note, as the prompt has them."""
        lines = [f"{_ATTITUDES[self.attitude]}: {self.what}"]
        if self.lately:
            lines.append(f"lately: {self.lately} than before")
        if self.counted:
            lines.append(self.counted)
        if self.titles:
            lines.append(f"{self.verb}: {listing(self.titles)}")
        return lines


def told(passage: Passage, noun: str) -> Told:
    """The notes of a passage; titles stand for the count where there are any."""
    first = passage.statements[0]
    counted = ""
    if not passage.titles and len(passage.statements) == 1 and first.judged > 2:
        pleased = "did not please" if first.polarity == "dislike" else "pleased"
        counted = f"{pleased}: {first.count} of {first.judged} rated"
    verb = passage.titles[0].verb if passage.titles else ""
    titles = tuple(short_title(one.title) for one in passage.titles)
    what = tastes([(one.facet, one.value) for one in passage.statements], noun)
    return Told(stance_of(passage.statements), what, drift(first), counted, verb, titles)


def begun(found: Sequence[Told], noun: str) -> list[str]:
    """How each sentence of one profile begins: not twice alike while there is another way.

    The same profile always begins the same way, and different people's differently.
    """
    seed = blake2b("\x1f".join(one.what for one in found).encode(), digest_size=2).digest()[0]
    used: dict[str, int] = {}
    chosen = []
    for place, one in enumerate(found):
        ways = [way for way in _OPENINGS[one.attitude] if _may(way, one, first=place == 0)]
        turned = [*ways[seed % len(ways) :], *ways[: seed % len(ways)]]
        way = min(turned, key=lambda way: used.get(way, 0))
        used[way] = used.get(way, 0) + 1
        chosen.append(way.format(What=capital(one.what), nouns=plural(noun), verb=one.verb))
    return chosen


def _may(way: str, one: Told, *, first: bool) -> bool:
    if way.startswith(_OF_TITLES):
        return len(one.titles) >= _LEAST_NAMED and not first
    return not (first and way in _LATER)
