"""Replies without cards: questions of ours, answers, refusals, confirmations, each with quick replies to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from convrec.dialogue.keeping import Correction
from convrec.dialogue.pipeline import Pipeline
from convrec.dialogue.policy import Action
from convrec.dialogue.replies.answers import Answer, Answers
from convrec.dialogue.replies.asking import MOST_OPTIONS, famous, left, question, relaxations
from convrec.dialogue.replies.judgement import Judgement
from convrec.dialogue.replies.suggestions import Suggestions
from convrec.dialogue.replies.wording import Wording, missing_of
from convrec.dialogue.rules.dropping import drop_reply
from convrec.dialogue.rules.outside import answer_to
from convrec.dialogue.state import State
from convrec.dialogue.twins import with_twins
from convrec.dialogue.understanding import Understanding
from convrec.dialogue.way_out import turns_to
from convrec.dialogue.words.dimensions import is_superlative
from convrec.language import plural, tidy
from convrec.types import Filter, History, ItemId, Recommendation, Request


class Reply(NamedTuple):
    """A reply without cards.

    Attributes:
        text: The words.
        options: Quick replies to it.
        focus: The item that it comes to; None: none in particular.
    """

    text: str
    options: tuple[str, ...]
    focus: ItemId | None = None

    def tidied(self) -> Reply:
        """With one mark at the end of each sentence, where a title brought its own."""
        return self._replace(text="\n".join(tidy(line) for line in self.text.split("\n")))


UNKNOWN = 0.5
"""Chance of everything where there is no log to learn it from."""


class Replies:
    """Words them for one catalogue."""

    def __init__(self, pipeline: Pipeline, wording: Wording, suggestions: Suggestions) -> None:
        """Take the parts."""
        self._pipeline = pipeline
        self._wording = wording
        self._suggestions = suggestions

    def to(
        self,
        action: Action,
        state: State,
        meaning: Understanding,
        history: History,
        text: str,
        corrections: Sequence[Correction] = (),
    ) -> Reply:
        """The words of an action that needs no cards, and quick replies to them.

        Args:
            action: What to do.
            state: What stands, the newest message included.
            meaning: What that message means.
            history: What is known of the person.
            text: The message.
            corrections: What became of its corrections of the profile.
        """
        if action.reason == "question":
            told = self._answer(state, meaning, history)
            return Reply(told.text, self._suggestions.about(state), told.focus)
        if action.reason == "edited":
            return Reply(self._wording.corrected(corrections), self._suggestions.corrected(corrections))
        if action.reason == "cold":
            return self._ask(state, meaning)
        if action.reason == "which":
            return Reply(self._wording.which(state), self._suggestions.which(state, text))
        if action.reason in ("nothing_left", "kept"):
            return self._nothing(action, state, meaning, history)
        if action.reason == "outside":
            return Reply(
                answer_to(meaning.outside, plural(self._pipeline.settings.noun.lower())), self._suggestions.next()
            )
        if action.reason == "not_understood":
            return Reply(self._wording.not_understood(state), self._suggestions.about(state))
        return Reply(self._wording.courtesy(action.reason, state), self._suggestions.next())

    def _ask(self, state: State, meaning: Understanding) -> Reply:
        reader, catalogue = self._pipeline.understander, self._pipeline.catalogue
        split = question(
            catalogue, state.request, reader.lexicon.fields, reader.popularity, state.asked, k=state.request.k
        )
        known = [] if split else famous(catalogue, reader.popularity, state.request, MOST_OPTIONS)
        words = missing_of(meaning) + self._wording.ask(split, state, known, greeted="greet" in meaning.acts)
        return Reply(words, (*(split.options if split else (item.title for item in known)), "Surprise me"))

    def _nothing(self, action: Action, state: State, meaning: Understanding, history: History) -> Reply:
        catalogue = self._pipeline.catalogue
        ways = relaxations(catalogue, unseen(state, history, self._pipeline.understander.twins))
        ways = sorted(ways, key=lambda one: not all(map(_vague, one.filters)))
        if state.told and turns_to(state.told[-1][0]):  # what was just turned to is given up last
            ways = sorted(ways, key=lambda one: any(each in meaning.filters for each in one.filters))
        if action.reason == "kept":
            return Reply(self._wording.kept(state), tuple(drop_reply(one.filters) for one in ways[1:3]))
        pair = bool(ways) and len(ways[0].labels) > 1
        replies = ("Yes",) if pair else tuple(drop_reply(one.filters) for one in ways[:3])
        n_fit = left(catalogue, Request(filters=state.request.filters))
        only = ""
        if n_fit == 1 and any(is_superlative(one.said) for one in state.request.filters):
            (row,) = np.flatnonzero(catalogue.matching(state.request.filters)).tolist()
            item = catalogue.items[row]
            only = f"That is {item.label}, which {'was shown' if item.id in state.shown else 'you know'} already."
        return Reply(self._wording.nothing_left(state, meaning, ways, n_fit, only), replies)

    def _answer(self, state: State, meaning: Understanding, history: History) -> Answer:
        def reasons(item_ids: Sequence[ItemId]) -> list[str]:
            bare = [Recommendation(self._pipeline.catalogue[one], rank, 0.0) for rank, one in enumerate(item_ids, 1)]
            told = self._pipeline.explain(history, state.request, bare)
            return [one.explanation.text if one.explanation else "" for one in told]

        def chances(item_ids: Sequence[ItemId]) -> list[float]:
            found = list(self._pipeline.predict(item_ids=item_ids, history=history).values())
            return [] if set(found) == {UNKNOWN} else found

        answers = Answers(
            self._pipeline.catalogue,
            self._pipeline.settings.noun,
            reasons=reasons,
            judgement=Judgement(
                chances,
                reasons,
                stranger=not history.events,
                known=lambda item_id: self._pipeline.understander.popularity.get(item_id, 0.0),
                verb=self._pipeline.settings.verb.lower(),
            ),
            profile=lambda: self._pipeline.profile_of(history),
            fields=self._pipeline.understander.lexicon.fields,
            visitor=history.user_id is None,
            known=tuple(dict.fromkeys(event.item_id for event in reversed(history.events))),
            verb=self._pipeline.settings.verb,
        )
        told = [answers.to(question, state) for question in meaning.questions]
        focus = next((one.focus for one in told if one.focus is not None), None)
        return Answer("\n".join(dict.fromkeys(one.text for one in told)), focus)


def _vague(one: Filter) -> bool:
    """Whether a bound was said without a number, and is ours: `low miles`, `not too far`."""
    numeric = one.op in ("at_least", "at_most") and one.field != "year"
    return numeric and not is_superlative(one.said) and bool(one.said) and not any(map(str.isdigit, one.said))


def unseen(state: State, history: History, twins: Mapping[ItemId, frozenset[ItemId]]) -> Request:
    """The standing wish, what the person knows already left out, and what is the same by another id."""
    return replace(state.request, exclude=with_twins((*state.request.exclude, *history.item_ids), twins))
