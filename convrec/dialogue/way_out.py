"""A wish said after nothing was left: it takes the way out that was offered, where else nothing would be left again."""

from __future__ import annotations

import re
from dataclasses import replace

from convrec.dialogue.merge import merged
from convrec.dialogue.replies.asking import left
from convrec.dialogue.state import State
from convrec.dialogue.understanding import Understanding
from convrec.protocols import Catalogue

_TURNS = re.compile(
    r"\b(?:then|instead|rather|anyway|alternatively)\b|^\W*(?:ok|okay|alright|fine|well|so|(?:what|how) about)\b"
)
_ADDS = re.compile(r"^\W*(?:(?:ok|okay|alright|fine|well)\W+)?(?:and|also|plus|but)\b|\b(?:also|too|as well)\b")


def turns_to(plain: str) -> bool:
    """Whether a folded message says by a word that it turns to something else: `ok what about X`, `X instead`."""
    return _TURNS.search(plain) is not None and _ADDS.search(plain) is None


def given_way(meaning: Understanding, plain: str, state: State, catalogue: Catalogue) -> Understanding:
    """What a message means once the condition that was in question gives way to what it asks for.

    `Shall I drop “true crime”?` answered by `something about money then` wants no true crime about money. A message
    that does not say by a word that it turns to something else (`with a garden`), that says yes or no, that only
    refuses, or that leaves something as things stand, is left as it is: all conditions hold.

    Args:
        meaning: Of the message.
        plain: The message, folded.
        state: What stood before it.
        catalogue: The items.
    """
    pending = state.pending
    if not turns_to(plain):
        return meaning
    if pending is None or pending.kind != "relax" or {"yes", "no", "reset", "undo"} & set(meaning.acts):
        return meaning
    if meaning.lifted:
        return meaning  # it names itself what gives way
    wanted = meaning.wishes or meaning.like or any(one.op in ("any_of", "all_of") for one in meaning.filters)
    if not wanted or meaning.questions:
        return meaning
    request = merged(state.request, meaning, meaning.lifted)
    changed = any(one not in request.filters for one in state.request.filters)
    gone = [one for one in pending.filters if one in request.filters]
    if not gone or (changed and left(catalogue, replace(request, exclude=state.request.exclude)) > 0):
        return meaning  # more conditions never leave more
    return replace(meaning, lifted=(*meaning.lifted, *(one for one in gone if one not in meaning.lifted)))
