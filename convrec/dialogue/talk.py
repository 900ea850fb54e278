"""From a message or a whole talk to a request, for recommending without a chat of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from convrec.dialogue.replies.describe import label_of
from convrec.dialogue.rules.titles import Mention
from convrec.dialogue.state import State, Understands, heard, start, told
from convrec.errors import UsageError
from convrec.protocols import Catalogue
from convrec.types import Filter, ItemId, Request, Turn

KEPT_TURNS = 3
"""How many of the newest turns stand in the text for semantic search."""


_REFUSALS = ("no ", "nothing ", "without ", "anything but ", "anything except ", "no more ")
_YEARS = ("from the ", "before ", "after ", "in the ", "between ")


class Reader(Understands, Protocol):
    """What reading a talk needs of an understander."""

    catalogue: Catalogue

    def mentions(self, text: str) -> Sequence[Mention]:
        """Titles named in a text."""
        ...


def request_from(talk: str | Sequence[Mapping[str, object]], reader: Reader) -> Request:
    """What a message or a talk asks for.

    A single message is addressed to us: its conditions are meant as such. In a talk between people (`user` seeks,
    `assistant` recommends) much is said by the way, and a wrong hard condition loses the right item; so there only
    plain refusals and years that are asked for are conditions, and every other catalogue word is a wish.

    Args:
        talk: The message, or turns `{"role", "text"}` with an optional `items` list of ids named in the turn. Where any
            turn has one, be it empty, the lists are taken to be complete; else titles are looked for in the words.
        reader: Understands messages and links titles.

    Raises:
        UsageError: A turn has no text or another role than `user` and `assistant`, or names an unknown item.
    """
    if isinstance(talk, str):
        state = told(start(5), Turn("user", talk), reader.understand(talk, start(5)), k=5)
        return replace(state.request, like=_liked(state))
    listed = any(given.get("items") is not None for given in talk)
    turns = [_turn(number, given, reader, listed) for number, given in enumerate(talk)]
    state = state_of(turns, reader)
    hard, soft = _parted(state.request.filters)
    words = tuple(label_of(one) for one in soft)
    text = " ".join(turn.text.strip() for turn in turns[-KEPT_TURNS:] if turn.text.strip())
    named = frozenset(one for turn in turns for one in turn.items)
    wishes = tuple(dict.fromkeys((*state.request.wishes, *words)))
    request, liked = state.request, _liked(state)
    exclude, unlike = request.exclude | named, request.unlike
    if listed:
        # Whoever says which items are named means no others: words that look like a title rule nothing out.
        exclude, liked, unlike = named, _of(liked, named), _of(unlike, named)
    return replace(
        request, text=text, filters=hard, wishes=wishes, like=liked, unlike=unlike, exclude=exclude, k=5,
        talk=tuple(turns),
    )  # fmt: skip


def _liked(state: State) -> tuple[ItemId, ...]:
    """A request on its own carries no events, so what was said to be liked stands in it as likeness."""
    liked = (one for one, said in state.verdicts.items() if said == "like")
    return tuple(dict.fromkeys((*state.request.like, *liked)))


def _of(item_ids: Sequence[ItemId], named: frozenset[ItemId]) -> tuple[ItemId, ...]:
    return tuple(one for one in item_ids if one in named)


def state_of(turns: Sequence[Turn], reader: Reader) -> State:
    """The state after a talk whose turns carry the items they name."""
    state = start(5)
    for turn in turns:
        if turn.role == "assistant":
            state = heard(state, turn)
        elif turn.text.strip():
            state = told(state, turn, reader.understand(turn.text, state), k=5)
    return state


def _parted(filters: Sequence[Filter]) -> tuple[tuple[Filter, ...], tuple[Filter, ...]]:
    """Conditions that hold in a talk between people, and those that count as wishes there."""
    hard = tuple(one for one in filters if _plainly_refused(one) or _explicit_years(one))
    return hard, tuple(one for one in filters if one.op in ("any_of", "all_of"))


def _plainly_refused(one: Filter) -> bool:
    # "I don't like horror" is said of oneself and often bent: a quarter of the items then taken are of that genre
    return one.op == "none_of" and one.said.lower().startswith(_REFUSALS)


def _explicit_years(one: Filter) -> bool:
    return one.field == "year" and one.op != "none_of" and one.said.startswith(_YEARS)


def _turn(number: int, given: Mapping[str, object], reader: Reader, listed: bool) -> Turn:
    role, text, items = given.get("role"), given.get("text"), given.get("items")
    if role not in ("user", "assistant"):
        raise UsageError(f"turn {number} of the conversation has role {role!r}; roles are 'user' and 'assistant'")
    if not isinstance(text, str):
        raise UsageError(f"turn {number} of the conversation has no text: {given!r}")
    linked = () if items or listed else tuple(one.item_id for one in reader.mentions(text))
    named = _known(items, number, reader) if items else linked
    return Turn("user" if role == "user" else "assistant", text, tuple(dict.fromkeys(named)))


def _known(items: object, number: int, reader: Reader) -> tuple[ItemId, ...]:
    if not isinstance(items, Sequence) or isinstance(items, str):
        raise UsageError(f"items of turn {number} of the conversation must be a list of item ids, not {items!r}")
    unknown = [one for one in items if one not in reader.catalogue]
    if unknown:
        raise UsageError(f"turn {number} of the conversation names item {unknown[0]!r}, which is not in the catalogue")
    return tuple(items)
