"""Whether the words of a profile move what is recommended as they say.

Measured as change of what the list holds, after Mysore et al. 2023 (LACE) and Penaloza et al. 2024 (TEARS).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convrec.language import facet_phrase, plural, value_phrase
from convrec.types import History, ItemId, Profile, Recommendation

if TYPE_CHECKING:
    import numpy as np

    from convrec.recommend import Recommender

TOP = 20
_LONG = 100
"""Places over which the order of the rest is compared."""


@dataclass(frozen=True, slots=True)
class Steering:
    """What became of one person's list.

    Attributes:
        moved: Whether, with a liked and a disliked genre changing places in the text, the share of the top 20 moved
            from the one to the other.
        tau: Kendall's tau-b between the orders of the items of neither genre before and after, -1 to 1.
        none_left: Whether "no more X" left none of it in the top 20.
        more_came: Whether "more X" brought more of it, or it had filled the list already.
    """

    moved: bool
    tau: float
    none_left: bool
    more_came: bool


def steer(rec: Recommender, history: History, profile: Profile, draw: np.random.Generator) -> Steering | None:
    """Change a profile's text in three ways and look at the list.

    Args:
        rec: The recommender.
        history: Whose.
        profile: Theirs.
        draw: Chooses genres where the profile leaves a choice.

    Returns:
        None where the catalogue has too few genres, or the profile names none.
    """
    genres = [value for value, count in rec.catalogue.values("genres").items() if count >= TOP]
    named = [one for one in profile.statements if one.facet == "genre" and one.value in genres]
    likes = [one.value for one in named if one.polarity == "like"]
    if not likes or len(genres) < 3:
        return None
    known = {one.value for one in (*named, *rec.stages.profile_reader.read(profile.text)) if one.facet == "genre"}
    dislikes = [one.value for one in named if one.polarity == "dislike"] or [one for one in genres if one not in known]
    if not dislikes:
        return None
    liked, disliked = likes[0], dislikes[int(draw.integers(len(dislikes)))] if len(dislikes) > 1 else dislikes[0]
    text = _stating(rec, profile.text, liked, disliked)
    before = _list(rec, history, text)
    after = _list(rec, history, _swapped(rec, text, liked, disliked))
    nouns = plural(rec.settings.noun)
    without = _list(rec, history, f"{text} No more {facet_phrase('genre', [liked], rec.settings.noun)}.")
    wanted = [one for one in genres if one not in (liked, disliked)]
    other = wanted[int(draw.integers(len(wanted)))]
    more = _list(rec, history, f"{text} More {value_phrase('genre', other)} {nouns}.")
    return Steering(
        moved=_lead(after, disliked, liked) > _lead(before, disliked, liked),
        tau=_tau(before, after, {liked, disliked}),
        none_left=not _share(without, liked),
        more_came=_share(more, other) > _share(before, other) or _share(before, other) == 1.0,
    )


def _list(rec: Recommender, history: History, text: str) -> list[Recommendation]:
    return rec.recommend(history.user_id, profile=text, k=_LONG, explain=False)


def _stating(rec: Recommender, text: str, liked: str, disliked: str) -> str:
    """The text, with a sentence for each genre that it does not name: so there is something to exchange."""
    for genre, verb in ((liked, "love"), (disliked, "dislike")):
        if not rec.stages.profile_reader.places(text, "genre", genre):
            text = f"{text} You {verb} {facet_phrase('genre', [genre], rec.settings.noun)}."
    return text


def _swapped(rec: Recommender, text: str, one: str, other: str) -> str:
    """The text with two genres in each other's places; titles that have their words in them stay."""
    find = rec.stages.profile_reader.places
    found = [(place, by) for genre, by in ((one, other), (other, one)) for place in find(text, "genre", genre)]
    for (start, end), by in sorted(found, reverse=True):
        text = text[:start] + value_phrase("genre", by) + text[end:]
    return text


def _share(ranked: Sequence[Recommendation], genre: str) -> float:
    top = ranked[:TOP]
    return sum(genre in entry.item.genres for entry in top) / max(len(top), 1)


def _lead(ranked: Sequence[Recommendation], genre: str, other: str) -> float:
    return _share(ranked, genre) - _share(ranked, other)


def _tau(before: Sequence[Recommendation], after: Sequence[Recommendation], genres: set[str]) -> float:
    from scipy.stats import kendalltau

    place = {entry.item.id: entry.rank for entry in after}
    rest: list[ItemId] = [
        entry.item.id for entry in before if not genres & set(entry.item.genres) and entry.item.id in place
    ]
    if len(rest) < 2:
        return 1.0
    return float(kendalltau(range(len(rest)), [place[item_id] for item_id in rest]).statistic)
