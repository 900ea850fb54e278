"""Words that point at titles named before, in the same message or the one before it, and not at the cards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from convrec.dialogue.rules.references import Reference, references_in
from convrec.dialogue.rules.titles import Mention
from convrec.dialogue.sense.reading import Reading
from convrec.dialogue.state import State
from convrec.dialogue.words.english import FUNCTION, ORDINALS
from convrec.dialogue.words.lexicon import Found
from convrec.dialogue.words.words import singular, words
from convrec.protocols import Catalogue
from convrec.types import Item, ItemId

_LIKENESS = re.compile(
    r"\b(?:like|similar to|close to|along the lines of|(?:more|others) of|in the (?:vein|style|spirit) of)\s+$"
)
_TASTE = re.compile(r"\b(?:love|like|hate|dislike|enjoy|adore|loathe|prefer|avoid|stand|bear|into|fan of)\s+$")
_ANY_OF_A_KIND = re.compile(r"\b(?:an?|any|another|no)\s+$")
_SEVERAL = ("those", "them", "both")
_SINGLE = ("that", "it")
_PAIR = 2
_LIKED = 0.4
"""Strength from which a title is liked."""


def of_named(one: Reference, plain: str, mentions: Sequence[Mention], state: State) -> Reference:
    """What a reference points at once titles are heeded.

    `I've seen Heat and Ronin, loved both` and `loved Heat and Ronin, more like those` mean those just named; `more like
    those` right after a message that named titles means the ones liked in it, whatever cards were shown since.

    Args:
        one: As read from its words alone.
        plain: Folded message.
        mentions: Titles named in it.
        state: What stood before it.
    """
    if one.other and not one.item_ids and not mentions:
        return replace(one, item_ids=_left_of_two(state))
    word = one.said.split()[0]
    before = tuple(mention.item_id for mention in mentions if mention.end <= one.start)
    alike = _LIKENESS.search(plain[: one.start]) is not None
    if len(before) >= 2 and (word in ("both", "them", "neither") or (alike and word in _SEVERAL)):
        return replace(one, item_ids=before[-2:] if word in ("both", "neither") else before)
    if not alike or mentions or (word in _SINGLE and state.focus is not None and state.focus in state.last_shown):
        return one
    liked = _liked(state)
    fits = len(liked) > 1 if word in _SEVERAL else len(liked) == 1 and word in _SINGLE
    return replace(one, item_ids=liked) if fits else one


def _left_of_two(state: State) -> tuple[ItemId, ...]:
    """The card that was spoken of and is not the one spoken of last, where there were just two; else empty."""
    spoken: dict[ItemId, None] = {}
    for _, meaning in state.told:
        near = [*meaning.referred, *(one.item_id for one in meaning.mentions), *meaning.accepted]
        spoken |= dict.fromkeys(one for one in near if one in state.last_shown and len(meaning.referred) <= _PAIR)
    if state.focus in state.last_shown and state.focus is not None:
        spoken |= {state.focus: None}
    rest = tuple(one for one in spoken if one != state.focus)
    return rest if len(spoken) == _PAIR and len(rest) == 1 else ()


def means_kinds(one: Reference, plain: str, found: Sequence[Found]) -> bool:
    """Whether `them` are things of a kind said before and no cards: `she loves musicals, i hate them`,
    `not a cartoon please, I don't like those`.

    Args:
        one: As read from its words alone.
        plain: Folded message.
        found: Words of the catalogue in it.
    """
    if one.said not in ("them", "those", "these") or not _TASTE.search(plain[: one.start]):
        return False
    return any(
        kind.end <= one.start and (singular(last) != last or _ANY_OF_A_KIND.search(plain[: kind.start]) is not None)
        for kind in found
        for last in plain[kind.start : kind.end].split()[-1:]
    )


def named_cards(
    plain: str, noun: str, state: State, catalogue: Catalogue, taken: Sequence[Reference]
) -> tuple[Reference, ...]:
    """What points at a card by a word of its title: `the gin place` among one called Gin Distillery.

    Args:
        plain: Folded message.
        noun: What one item is called.
        state: What stood before it.
        catalogue: The items.
        taken: References found already.
    """
    if not state.last_shown:
        return ()
    things = "|".join(map(re.escape, {"one", "place", "thing", "option", noun, noun.split()[-1] if noun else "one"}))
    told = dict.fromkeys((*state.last_shown, *state.shown))
    titles = {one: {singular(word.text) for word in words(catalogue[one].title)} for one in told}
    found = []
    for match in re.finditer(rf"\b(?:the|that) (?P<word>[a-z]{{3,}}) (?:{things})\b", plain):
        called = [one for one, own in titles.items() if singular(match["word"]) in own]
        called = [one for one in called if one in state.last_shown] or called
        free = not any(match.start() < one.end and match.end() > one.start for one in taken)
        if len(called) == 1 and free and match["word"] not in FUNCTION and match["word"] not in ORDINALS:
            found.append(Reference(match.start(), match.end(), (called[0],), match.group()))
    return tuple(found)


def subjects_of(reading: Reading, state: State, catalogue: Catalogue) -> list[Item]:
    """The items whose facts a message may point at: named or pointed at one by one, or else that spoken of last."""
    pointed = [one for _, _, ids in reading.targets() if len(ids) == 1 for one in ids]
    alone = state.last_shown if len(state.last_shown) == 1 else ()
    likened = state.request.like[-1:]  # "something like X", then "same director?"
    spoken = pointed or ([state.focus] if state.focus is not None else alone or likened)
    return [catalogue[one] for one in spoken]


def spoken_of(plain: str, state: State, mentions: Sequence[Mention]) -> list[ItemId]:
    """The items a message speaks of, or else those in view."""
    pointed = [one for ref in references_in(plain, "", state.last_shown, state.focus) for one in ref.item_ids]
    return [one.item_id for one in mentions] or pointed or list(state.last_shown)


def years_of(catalogue: Catalogue, plain: str, state: State, mentions: Sequence[Mention]) -> list[int]:
    """Their years, for `newer` and `older`."""
    ids = spoken_of(plain, state, mentions)
    return [year for one in ids if (year := catalogue[one].year) is not None]


def _liked(state: State) -> tuple[ItemId, ...]:
    """The titles that the message before named as liked, or as what it wants more of."""
    latest = state.latest
    if latest is None or latest.questions:
        return ()
    liked = {one.item_id for one in latest.feedback if one.strength >= _LIKED} | set(latest.like)
    return tuple(dict.fromkeys(one.item_id for one in latest.mentions if one.item_id in liked))
