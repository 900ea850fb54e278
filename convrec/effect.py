"""What a correction of a profile does to the list, before it is made."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from convrec.profile.versions import ProfileDiff, diff
from convrec.types import Profile, Recommendation, UserId

if TYPE_CHECKING:
    from convrec.profile.edits import Edit
    from convrec.recommend import Recommender


@dataclass(frozen=True, slots=True)
class Effect:
    """The top of the list with and without some edits.

    Attributes:
        profile: As it would be, its text by template.
        changes: What would change in it.
        before: The list as it is, best first.
        after: The list as it would be.
        came: Items of `after` that are not in `before`, best first.
        gone: Items of `before` that are not in `after`.
        moved: By item id of both lists, how many places up (positive) or down it goes; 0 where it stays.
    """

    profile: Profile
    changes: ProfileDiff
    before: tuple[Recommendation, ...]
    after: tuple[Recommendation, ...]
    came: tuple[Recommendation, ...]
    gone: tuple[Recommendation, ...]
    moved: Mapping[str, int]


def of(rec: Recommender, user_id: UserId, edits: Sequence[Edit | Mapping[str, Any]], k: int) -> Effect:
    """The list and the profile with and without the edits; nothing is stored.

    Raises:
        UsageError: An edit is unknown; the message lists what there is.
    """
    history = rec.history(user_id)
    tried = copy.copy(rec)
    tried.portraits = rec.portraits.under(history, edits)
    then, now = rec.quick_profile(history), tried.quick_profile(history)
    before = rec.recommend(user_id, k=k, explain=False)
    after = tried.recommend(user_id, k=k, explain=False)
    old = {one.item.id: one.rank for one in before}
    new = {one.item.id: one.rank for one in after}
    return Effect(
        profile=now,
        changes=diff(then, now, rec.settings.noun),
        before=tuple(before),
        after=tuple(after),
        came=tuple(one for one in after if one.item.id not in old),
        gone=tuple(one for one in before if one.item.id not in new),
        moved={item_id: old[item_id] - rank for item_id, rank in new.items() if item_id in old},
    )
