"""What goes with somebody who is taken back: `forget dad` takes back what was asked for because of him."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from convrec.dialogue.state import State
from convrec.dialogue.understanding import Understanding
from convrec.dialogue.words.english import FUNCTION
from convrec.dialogue.words.words import folded, singular, words
from convrec.types import Filter

_TAKES_BACK = re.compile(
    r"\b(?:forget(?: about)?|never ?mind(?: about)?|scrap|drop|leave out|leave|skip)\s+(?:my |our |the |his |her )?"
    r"(?P<who>[a-z]{2,})\b(?! (?:the|my|it|that)\b)"
    r"|\b(?:it's|its|this is|it is|that's)? ?(?:not|no longer) for (?:my |our |the )?(?P<for>[a-z]{2,})"
    r" (?:any ?more|after all|now)\b"
    r"|\b(?:my |our |the )?(?P<out>[a-z]{2,}) (?:isn't|is not|aren't|are not|won't be) (?:coming|joining|here)\b"
)
_SPOKEN_OF = re.compile(r"\b(?:he|she|they|him|her|them|his|their|he's|she's|they're)\b")


def unsaid(meaning: Understanding, plain: str, state: State, known: Callable[[], Iterable[str]]) -> Understanding:
    """What a message means once what it takes back is gone with all that came with it.

    `Something for my dad, he likes westerns` and `no war` said of him are forgotten with `forget dad`; what was asked
    for before stays.

    Args:
        meaning: Of the message.
        plain: The message, folded.
        state: What stood before it.
        known: Gives words of the catalogue in the message: what they ask for is taken back by itself.
    """
    matches = list(_TAKES_BACK.finditer(plain)) if state.told else []
    taken = {singular(word.text) for said in known() for word in words(said)} if matches else set()
    for match in matches:
        who = singular(match["who"] or match["for"] or match["out"])
        if who in FUNCTION or who in taken or _is_matter(who, state):
            continue
        gone = _said_with(who, state)
        if gone:
            kept = [one for _, told in state.told if told not in gone for one in told.filters]
            filters = [
                one for told in gone for one in told.filters if one not in meaning.lifted and not _said_too(one, kept)
            ]
            words_gone = [word for told in gone for word in (*told.wishes, *told.avoid)]
            return replace(
                meaning,
                lifted=(*meaning.lifted, *dict.fromkeys(filters)),
                welcome=tuple(dict.fromkeys((*meaning.welcome, *words_gone))),
                avoid=tuple(one for one in meaning.avoid if singular(one) != who),
                wishes=tuple(one for one in meaning.wishes if singular(one) != who),
                unsaid=tuple(told.text for told in gone if told.text),
                unliked=tuple(one for told in gone for one in told.like),
            )
    return meaning


def _said_too(one: Filter, others: Sequence[Filter]) -> bool:
    """Whether a condition was said apart from somebody, too: `no nuts` of all, then of the children."""
    return any(
        one.field == other.field and one.op == other.op and set(one.values) & set(other.values) for other in others
    )


def _is_matter(who: str, state: State) -> bool:
    """Whether it is what items were to be about: `never mind music` says nothing of `a documentary about music`."""
    about = re.compile(rf"\b(?:about|on|of) (?:(?:the|a|an|my) )?{re.escape(who)}s?\b")
    return any(about.search(folded(text)) for text, _ in state.told)


def _said_with(who: str, state: State) -> list[Understanding]:
    """The messages that spoke of somebody: the newest that names them, and those after it that say `he` or `they`."""
    named = [place for place, (text, _) in enumerate(state.told) if who in {singular(one.text) for one in words(text)}]
    if not named:
        return []
    gone = [state.told[named[-1]][1]]
    for text, told in state.told[named[-1] + 1 :]:
        if not _SPOKEN_OF.search(text):
            break
        gone.append(told)
    return gone
