"""The sentence above the cards: short, concrete, naming the wish it answers, and never against what the cards show.

Conditions are stated, soft wishes only as aims. What is stated is read back as a message and held against the cards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np

from convrec.days import WEEKDAY, all_moments
from convrec.dialogue.policy import Reason
from convrec.dialogue.replies.describe import aversions_of, counted, joined, kinds_of, labels_of, soft_of, things
from convrec.dialogue.replies.wording import missing_of, picked
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import State, start
from convrec.dialogue.understanding import Understanding
from convrec.dialogue.words.words import folded, singular, words
from convrec.feelings import kin
from convrec.language import tidy
from convrec.protocols import Catalogue
from convrec.retrieve.labels import forms
from convrec.retrieve.popularity import well_known
from convrec.types import FactValue, Filter, Item, ItemId, Recommendation, Request

_HARD: tuple[str, ...] = ("{Kinds}.", "Here are {kinds}.", "I found {kinds}.", "{Kinds} for you.")
_BOTH: tuple[str, ...] = (
    "{Kinds}, chosen for {soft}.",
    "{Kinds}, with {soft} in mind.",
    "Here are {kinds}, picked for {soft}.",
)
_SOFT: tuple[str, ...] = (
    "{Count} chosen for {soft}.",
    "{Count}, with {soft} in mind.",
    "Going by {soft}, {count}.",
    "Here are {count}, picked for {soft}.",
)
_HISTORY = (
    "{Count} for you, going by what you {verb} before.",
    "From your history, {count}.",
    "{Count} that go with what you {verb}.",
)
_TOLD = (
    "{Count} for you, going by what you told me.",
    "From what you told me, {count}.",
    "{Count} that go with what you said.",
)
_START = ("{Count} to begin with; tell me which you like and which not.", "To start, {count} of different kinds.")
_FURTHER = ("{Count} of different kinds.", "{Count}; tell me which you like and which not.")
_MORE = ("Others, then. ", "More of that. ", "Next. ", "And further. ")
_INSTEAD = ("Others, then. ", "Something else, then. ")
"""After cards that were turned down."""
_VARIED = 0.3
_DESCRIBING = 3
"""Words of a wish that items may be described as; "we have guests on Saturday" describes none."""
"""From here up `Request.diversity` or `novelty` was asked for, and is spoken of."""


class Leads:
    """Words them for one catalogue; the same conversation always gets the same words."""

    def __init__(self, catalogue: Catalogue, understander: Understander, noun: str, verb: str) -> None:
        """Take the parts.

        Args:
            catalogue: The items.
            understander: Reads back what was worded, and knows how well known items are.
            noun: What one item is called.
            verb: What people did with it.
        """
        self._catalogue = catalogue
        self._reader = understander
        self._noun = noun.lower()
        self._verb = verb.lower()
        self._vocabulary = understander.vocabulary

    def to(
        self,
        state: State,
        meaning: Understanding,
        shown: Sequence[Recommendation],
        reason: Reason,
        n_history: int,
        *,
        stored: bool = True,
        previous: str = "",
    ) -> str:
        """The sentences above some cards.

        Args:
            state: What stands, the newest message included.
            meaning: What that message means.
            shown: The cards, at least one.
            reason: Why there are cards.
            n_history: How many events are known of the person.
            stored: Whether any of these were known before this talk.
            previous: The reply above the cards before, which this one shall not begin like.
        """
        hello = "Hello. " if "greet" in meaning.acts and not state.shown else ""
        first = hello + self._noted(meaning) + missing_of(meaning) + self._undescribed(meaning, shown)
        if meaning.later:
            first += f"That is two wishes; the first one first. For the other say “{meaning.later}”. "
        if reason == "undone":
            first += "Taken back. "
        elif reason == "more" and state.shown:
            first += picked(_INSTEAD if {"reject", "no"} & set(meaning.acts) else _MORE, state)
        elif reason == "again":
            first += "Once more. "
        unborne = self._unborne(state.request, shown)
        line = self._line(state, shown, n_history, unborne, stored=stored, previous=previous)
        if faults(line, [card.item.id for card in shown], self._reader, self._noun):
            line = f"{_upper(things(self._noun, len(shown)))}."  # what cannot be borne out is not said
        away = joined(aversions_of(state.request), "and")
        aims = f" Steering clear of {away}." if away else ""
        before = "" if reason in ("again", "undone") else _before(state, shown)
        if unborne:
            none = "None of these is" if len(shown) > 1 else "It is not"
            line += f" {none} described as {joined(unborne, 'or')}."
        return tidy(first + line + self._aims(state.request, shown) + aims + self._few(state, shown) + before)

    def _line(
        self,
        state: State,
        shown: Sequence[Recommendation],
        n_history: int,
        unborne: Sequence[str],
        *,
        stored: bool,
        previous: str,
    ) -> str:
        request = state.request
        count = things(self._noun, len(shown))
        hard = bool(request.filters)
        kinds = f"{counted(len(shown))} {kinds_of(request.filters, self._noun, len(shown))}"
        soft = joined(self._soft(request, unborne), "and")
        known = (_HISTORY if stored else _TOLD) if n_history else _FURTHER if state.shown else _START
        pool = _BOTH if hard and soft else _HARD if hard else _SOFT if soft else known
        if "," in kinds:  # a further phrase after a list would hang on its last part
            pool = pool[:1] if soft else pool[:3]
        if len(shown) == 1:
            pool = tuple(one for one in pool if "go with" not in one)
        at = pool.index(picked(pool, state))
        lines = [
            one.format(Kinds=_upper(kinds), kinds=kinds, soft=soft, count=count, Count=_upper(count), verb=self._verb)
            for one in (*pool[at:], *pool[:at])
        ]
        lines = [line.replace("Here are one ", "Here is one ") for line in lines]
        fresh = (line for line in lines if line.split()[:2] != previous.split()[:2])
        return next(fresh, lines[0])

    def _unborne(self, request: Request, shown: Sequence[Recommendation]) -> list[str]:
        """Wishes for a label of the catalogue that none of the cards has, nor its word in title or text."""
        themes = [one.name for one in self._reader.lexicon.fields.values() if one.nature == "theme"]
        found = []
        for wish in request.wishes[-4:]:
            labels = {name: value for name in themes if (value := self._reader.lexicon.named(wish, name)) is not None}
            said = any(value in _told(card.item.facts.get(name)) for name, value in labels.items() for card in shown)
            if labels and not said and not any(_spoken(wish, card.item) for card in shown):
                found.append(f"“{wish}”")
        return found

    def _soft(self, request: Request, unborne: Sequence[str]) -> list[str]:
        """Soft wishes that the catalogue has words for and cards bear out: it is chosen for no others."""
        parts = [part for part in soft_of(request, self._catalogue) if part not in unborne]
        return [part for part in parts if not part.startswith("“") or self._vocabulary.has(part)]

    def _undescribed(self, meaning: Understanding, shown: Sequence[Recommendation]) -> str:
        """Says of a new wish that nothing here is described so: what is shown is only the nearest."""
        named = {one.casefold() for one in meaning.missing}  # what is not here by name is said already
        quoted = (
            f"“{wish}”"
            for wish in meaning.wishes
            if len(wish.split()) <= _DESCRIBING
            and not any(self._vocabulary.has(one) for form in forms(wish) for one in (form, *kin(form)))
            and not any(_titled(wish, card.item.title) for card in shown)
        )
        unknown = [one for one in quoted if not any(name.strip("“”") in one.casefold() for name in named)]
        return f"Nothing here is described as {joined(unknown, 'or')}; these come nearest. " if unknown else ""

    def _aims(self, request: Request, shown: Sequence[Recommendation]) -> str:
        """What was asked for beside the wish, as far as the cards bear it out."""
        known = [card.item.id in self._famous for card in shown]
        said = ""
        if request.novelty >= _VARIED and self._famous:
            said += " Away from the best-known ones." if not any(known) else " There are few lesser-known ones."
        elif request.novelty <= -_VARIED and all(known):
            said += " Keeping to well-known ones."
        return said + (" Chosen to differ from each other." if request.diversity >= _VARIED and len(shown) > 2 else "")

    @cached_property
    def _famous(self) -> frozenset[ItemId]:
        """Items of the short head of the log."""
        counts = np.asarray([self._reader.popularity.get(item.id, 0.0) for item in self._catalogue.items])
        head = well_known(counts)
        return frozenset(
            item.id for item, is_known in zip(self._catalogue.items, head.tolist(), strict=True) if is_known
        )

    def _noted(self, meaning: Understanding) -> str:
        likes = [self._catalogue[one.item_id].title for one in meaning.feedback if one.verdict == "like"]
        dislikes = [self._catalogue[one.item_id].title for one in meaning.feedback if one.verdict == "dislike"]
        seen = [self._catalogue[one.item_id].title for one in meaning.feedback if one.verdict == "seen"]
        parts = []
        if likes:
            parts.append(f"you like {joined(likes)}")
        if dislikes:
            parts.append(f"{'' if likes else 'you do '}not {'' if likes else 'like '}{joined(dislikes, 'or')}")
        if seen:
            parts.append(f"you know {joined(seen)}")
        # A day in place of another says itself that the other no longer holds.
        days = any(all_moments(one.values) == "date" for one in meaning.filters)
        lifted = labels_of([one for one in meaning.lifted if not (days and _when(one))])
        if lifted:
            parts.append(f"“{joined(lifted)}” no longer holds")
        return f"Noted: {', '.join(parts)}. " if parts else ""

    def _few(self, state: State, shown: Sequence[Recommendation]) -> str:
        if len(shown) >= state.request.k or not state.request.filters:
            return ""
        return " Nothing else fits."


def _when(one: Filter) -> bool:
    return one.field == WEEKDAY or all_moments(one.values) == "date"


def _titled(wish: str, title: str) -> bool:
    """Whether a title has a word of a wish in it, up to its number: `Dinosaurs of the Arctic` for `dinosaur`."""
    told = {singular(word.text) for word in words(title)}
    return any(singular(word.text) in told for word in words(wish) if len(word.text) > _SHORT)


_SHORT = 3


def _told(value: FactValue | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def _spoken(wish: str, item: Item) -> bool:
    """Whether the title or the text of an item has the words of a wish."""
    return _titled(wish, f"{item.title} {item.text}") or folded(wish) in folded(item.text)


def _before(state: State, shown: Sequence[Recommendation]) -> str:
    """Says which cards are known from the lists before."""
    known = [card.item.title for card in shown if card.item.id in state.shown]
    if not known or len(known) == len(shown):
        return "" if not known else " It was shown before." if len(known) == 1 else " All of them were shown before."
    return f" Shown before: {joined(known, 'and')}."


_QUOTED = re.compile(r"“[^”]*”")
_LIKENESS = re.compile(r"likeness to .*?(?= in mind\b|[.,]? and “|, \w+ \w+\.$|\.(?:\s|$)|, (?:\w+) )")


def faults(line: str, cards: Sequence[ItemId], reader: Understander, noun: str) -> list[str]:
    """What a sentence states that does not hold of some cards.

    It is read as a message is: what it would ask for must hold of every card, and a number before the noun must be the
    number of cards. Soft wishes stand in quotes and state nothing.

    Args:
        line: The sentence.
        cards: What stands below it.
        reader: Reads it.
        noun: What one item is called.
    """
    bare = _LIKENESS.sub("", _QUOTED.sub("", line))
    found = []
    meaning = reader.understand(bare, start(5))
    for one in meaning.filters:
        kept = reader.catalogue.matching([one])
        if not all(kept[reader.catalogue.row(card)] for card in cards):
            found.append(f"{one.field} {one.op} {list(one.values)}")
    if meaning.k is not None and meaning.k != len(cards):
        found.append(f"{meaning.k} {noun} said, {len(cards)} shown")
    return found


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
