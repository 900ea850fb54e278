"""Turning to something else of the same kind: `and about sports?`, `anything with trains instead?`, `ok, without X`."""

from __future__ import annotations

import re
from dataclasses import replace

from convrec.dialogue.rules.opposites import poles
from convrec.dialogue.state import State
from convrec.dialogue.understanding import Understanding
from convrec.dialogue.words.lexicon import Lexicon
from convrec.dialogue.words.words import folded, words
from convrec.types import Filter

_SO = r"^\W*(?:(?:ok|okay|so|and|hm+|well|fine|alright|but|no|then)\W+)*"
_ABOUT = re.compile(
    _SO
    + r"(?:(?:what|how) about|about|(?:have you (?:got )?)?(?:some|any)(?:thing)?(?: \w+)? about)\s+[^?.!,]+[?.! ]*$"
)
"""As a whole message it turns to another matter."""
_INSTEAD = re.compile(r"\binstead\b(?! of)|\brather\W*$")
_TOO = re.compile(r"\b(?:too|also|as well|both)\b")
_MANNER = re.compile(r"\w{2,}(?:y|ish|ful|ous|ic|al|ive|ing|ed|er|less|able)$")
"""How adjectives end: they tell of the manner and are no matter that another replaces."""
_WITHOUT = re.compile(
    r"^\W*(?:(?:ok|okay|fine|alright|it's ok(?:ay)?|that's (?:ok(?:ay)?|fine))\s+)+(?:even |also )?without "
)


def turns(plain: str) -> bool:
    """Whether a folded message as a whole turns to another matter: `and about space?`, `what about science?`."""
    return _ABOUT.match(plain) is not None and not _TOO.search(plain)


def turned(meaning: Understanding, plain: str, state: State, lexicon: Lexicon) -> Understanding:
    """What a message means once the matter it turns to stands in place of the one before.

    Args:
        meaning: Of the message.
        plain: The message, folded.
        state: What stood before it.
        lexicon: The catalogue's words.
    """
    if given_up := _given_up(meaning, plain, state):
        return given_up
    if not turns(plain) and not (_INSTEAD.search(plain) and not _TOO.search(plain)):
        return meaning
    new = [wish for wish in meaning.wishes if wish not in state.request.wishes]
    gone = [old for old in state.request.wishes if any(_replaces(wish, old, lexicon) for wish in new)]
    return replace(meaning, joins=False, welcome=tuple(dict.fromkeys((*meaning.welcome, *gone))))


def _replaces(new: str, old: str, lexicon: Lexicon) -> bool:
    """Whether two wishes are matters of the same kind: words of one field, or of none and no adjectives."""
    mine, others = _fields(new, lexicon), _fields(old, lexicon)
    if mine and others:
        return bool(mine & others)
    return not any(poles(one) or _MANNER.search(one) for one in (new, old))


def _fields(wish: str, lexicon: Lexicon) -> set[str]:
    found = lexicon.find(wish, words(wish))
    return {term.field for one in found if one.sure for term in one.terms}


def _given_up(meaning: Understanding, plain: str, state: State) -> Understanding | None:
    """`Ok without climbing` after `with climbing` asks for it no longer, and refuses nothing; None: it is not said."""
    if not _WITHOUT.match(plain):
        return None
    wished = {folded(wish) for wish in state.request.wishes}
    wanted = [one for one in state.request.filters if one.op == "any_of"]
    held = [one for one in meaning.filters if one.op == "none_of" and _stands(one, wished, wanted)]
    soft = [word for word in meaning.avoid if folded(word) in wished]
    if not held and not soft:
        return None
    values = {folded(str(value)) for one in held for value in one.values}
    lifted = [one for one in wanted if values & {folded(str(value)) for value in one.values}]
    welcome = [wish for wish in state.request.wishes if folded(wish) in values] + soft
    return replace(
        meaning,
        filters=tuple(one for one in meaning.filters if one not in held),
        avoid=tuple(word for word in meaning.avoid if word not in soft and folded(word) not in values),
        lifted=(*meaning.lifted, *lifted),
        welcome=tuple(dict.fromkeys((*meaning.welcome, *welcome))),
    )


def _stands(refused: Filter, wished: set[str], wanted: list[Filter]) -> bool:
    values = {folded(str(value)) for value in refused.values}
    return bool(values & wished) or any(
        one.field == refused.field and values & {folded(str(value)) for value in one.values} for one in wanted
    )
