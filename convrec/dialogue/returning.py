"""Cards shown before that may be shown again: where a message narrows or turns the wish, and nothing new fits as well.

Somebody who asks for "under 30 minutes" wants those of the list that are, and whoever asks for chickpeas wants the one
with chickpeas, seen a minute ago or not. Whoever asks for more, or for others, has passed over what was shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from convrec.dialogue.state import State
from convrec.dialogue.understanding import Act, Understanding
from convrec.index.document import document
from convrec.retrieve.lexical import stopwords, tokens
from convrec.types import Item, ItemId, Recommendation, Request

_PASSED: frozenset[Act] = frozenset({"more", "reject", "surprise", "reset", "again", "undo"})
"""After these, what was shown stays away, or comes back by itself."""
_FEW_WORDS = 3
"""A wish of more words is met by meaning, not by carrying them."""

Shortlist = Callable[[Request], list[Recommendation]]


def returning(state: State, meaning: Understanding) -> frozenset[ItemId]:
    """Items that were shown and may come again.

    Args:
        state: What stands, the newest message included.
        meaning: What that message means.
    """
    says = meaning.filters or meaning.wishes or meaning.avoid or meaning.lifted or meaning.feedback or fewer(meaning)
    if not says or _PASSED & set(meaning.acts):
        return frozenset()
    settled = {*state.verdicts, *state.accepted, *state.named, *state.request.like, *state.request.unlike}
    return frozenset(state.last_shown if fewer(meaning) else state.shown) - settled


def fewer(meaning: Understanding) -> bool:
    """Whether all that a message says is how many: "just one" means the best of the newest cards."""
    return meaning.k is not None and not (meaning.filters or meaning.wishes or meaning.avoid or meaning.lifted)


def reopened(request: Request, back: frozenset[ItemId]) -> Request:
    """A request that lets these items in again."""
    return replace(request, exclude=request.exclude - back)


def with_returning(
    fresh: Sequence[Recommendation], back: frozenset[ItemId], meaning: Understanding, request: Request, find: Shortlist
) -> list[Recommendation]:
    """Cards: the new ones, and of those shown before what fits where the new ones do not.

    "Just one" is the best of the newest cards. Else a new one that says what the message wishes stands first, then one
    shown before that says it, then the other new ones; where these are too few, what was shown before fills up.

    Args:
        fresh: Items not shown yet, best first.
        back: Items that may come again.
        meaning: What the newest message means.
        request: The standing wish.
        find: Best items for a request; asked only where it is needed.
    """
    wishes = meaning.wishes or request.wishes
    new = [card for card in fresh if says(card.item, wishes)]
    wishful = bool(wishes) and len(new) < request.k
    if not back or (len(fresh) >= request.k and not wishful and not fewer(meaning)):
        return list(fresh)
    room = replace(reopened(request, back), k=request.k + len(back))
    again = [card for card in find(room) if card.item.id in back]
    if fewer(meaning):
        ordered = [*again, *fresh]
    else:
        known = [card for card in again if says(card.item, wishes)]
        first = [*new, *known] if known else []
        ordered = [*first, *(card for card in (*fresh, *again) if card not in first)]
    return [replace(card, rank=rank) for rank, card in enumerate(ordered[: request.k], 1)]


def says(item: Item, wishes: Sequence[str]) -> bool:
    """Whether what is known of an item has every word of one of the wishes."""
    own = set(tokens(document(item)))
    return any(
        0 < len(words) <= _FEW_WORDS and own.issuperset(words)
        for wish in wishes
        if (words := [word for word in tokens(wish) if word not in stopwords()])
    )
