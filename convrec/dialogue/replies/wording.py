"""Replies without cards in words: questions, refusals, confirmations, courtesies; short and concrete."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

from convrec.dialogue.keeping import Correction
from convrec.dialogue.policy import Reason
from convrec.dialogue.replies.asking import Relaxation, Split
from convrec.dialogue.replies.describe import aversions_of, counted, joined, labels_of, phrase_of, things
from convrec.dialogue.state import State
from convrec.dialogue.understanding import Understanding
from convrec.language import facet_phrase, plural, short_title
from convrec.protocols import Catalogue
from convrec.types import Item

_QUESTION = {
    "genres": ("What are you in the mood for?", "What kind shall it be?"),
    "year": ("Something recent, or older?", "From which time?"),
}
_TITLE_QUESTION = ("Name {a} {noun} you liked, and I will look for its kind.", "Which {noun} did you like lately?")


class Wording:
    """Words replies for one catalogue; the same conversation always gets the same words."""

    def __init__(self, catalogue: Catalogue, noun: str, verb: str) -> None:
        self._catalogue = catalogue
        self._noun = noun.lower()
        self._verb = verb.lower()

    def ask(self, split: Split | None, state: State, known: Sequence[Item] = (), *, greeted: bool) -> str:
        """A question of ours: about a field, or (where no field tells items apart) about items that many know."""
        hello = "Hello. " if greeted else ""
        if split is None and known:
            titles = joined([short_title(item.title) for item in known[:4]], "or")
            return f"{hello}Which {self._noun} did you like? {_upper(titles)}, for example."
        if split is None:
            line = picked(_TITLE_QUESTION, state)
            return hello + line.format(noun=self._noun, a="an" if self._noun[:1] in "aeiou" else "a")
        pool = _QUESTION.get(split.field)
        line = picked(pool, state) if pool else f"Which {split.field.replace('_', ' ')}?"
        return f"{hello}{line} For example {joined(split.options[:4], 'or')}."

    def corrected(self, corrections: Sequence[Correction]) -> str:
        """What became of corrections of the profile."""
        if not any(one.edit.facet or one.edit.item_ids or one.made for one in corrections):
            if named := next((one.edit.value for one in corrections if one.edit.value), ""):
                return f"Your profile says nothing of “{named}”, so it stays as it is."
            return f"What shall change in your profile? Name a kind of {self._noun}, a title or a person."
        if corrections[0].visitor:
            return (
                "You talk as a visitor, so no profile of you is kept that could be corrected. "
                "What you say as a wish counts as long as we talk."
            )
        lines = list(dict.fromkeys(self._correction(one) for one in corrections))
        if all(one.back for one in corrections):
            return f"Taken back. {' '.join(_upper(line.removeprefix('Done: ')) for line in lines)}"
        took = " Say “undo” to take it back." if any(one.made for one in corrections) else ""
        return " ".join(lines) + took

    def _correction(self, one: Correction) -> str:
        edit = one.edit
        titles = joined([self._catalogue[item_id].title for item_id in edit.item_ids])
        many = titles or (facet_phrase(edit.facet, [edit.value], self._noun) if edit.facet else "that")
        single = len(edit.item_ids) == 1
        if not one.made and not (titles and edit.action == "add"):
            return f"Your profile says nothing of {many}, so it stays as it is."
        if edit.action == "add":
            liking = "do not like" if edit.polarity == "dislike" else "like"
            return f"Noted: you {liking} {many}." if edit.facet or titles else "Noted in your profile."
        if edit.action == "heed":
            return f"Done: {many} {'counts' if single else 'count'} again."
        if edit.action == "remove" and not titles:
            return f"Done: your profile no longer speaks of {many}."
        if titles:
            return f"Done: {titles} no longer {'counts' if single else 'count'} towards your taste."
        if not one.count:
            return f"Done, though there are no {many} among those you {self._verb}."
        counted_many = facet_phrase(edit.facet, [edit.value], self._noun, many=one.count != 1)
        amount = f"the {counted(one.count)} {counted_many}" if one.count > 1 else f"the {counted_many}"
        return f"Done: {amount} you {self._verb} no longer count{'s' if one.count == 1 else ''} towards your taste."

    def which(self, state: State) -> str:
        """Asks which item is meant."""
        titles = [self._catalogue[one].title for one in state.last_shown]
        if len(titles) == 1:
            return f"There is only one {self._noun} here: {titles[0]}. Do you mean that?"
        if not titles:
            return f"Which {self._noun} do you mean? Name it, and I will take it into account."
        return f"Which one do you mean: {joined(titles, 'or')}?"

    def nothing_left(
        self, state: State, meaning: Understanding, ways: Sequence[Relaxation], n_fit: int = 0, only: str = ""
    ) -> str:
        """Says that nothing meets the conditions, and what would help.

        Args:
            state: What stands.
            meaning: What the newest message means.
            ways: Conditions that could be given up.
            n_fit: How many items meet the conditions, all of them shown or known already.
            only: Says which one it is, where a superlative stands for it; empty: nothing does.
        """
        wanted = joined([f"“{label}”" for label in labels_of(state.request.filters)], "and")
        before = "further " if state.shown else ""
        if not wanted:
            return f"That was all: there is no {before}{self._noun} I could show you."
        line = f"{missing_of(meaning)}No {before}{self._noun} fits {wanted}."
        if n_fit and state.request.avoid:  # what fits is steered clear of
            line = line.removesuffix(".") + f" and steers clear of {joined(aversions_of(state.request), 'and')}."
        elif n_fit and not state.shown:
            which = f"the {things(self._noun, n_fit)}" if n_fit > 1 else f"the one {self._noun}"
            line = f"{missing_of(meaning)}You know {which} that {'fit' if n_fit > 1 else 'fits'} {wanted} already."
        if only:
            line = f"{missing_of(meaning)}{only}"
        if not ways:
            return f"{line} Dropping conditions would not help; say “start over” and begin with what matters most."
        best = ways[0]
        would = f"Without {best.quoted} there would be {things(self._noun, best.count)}"
        if len(ways) > 1:
            would += f", without {ways[1].quoted} {counted(ways[1].count)}"
        return f"{line} {would}. Shall I drop {best.quoted}?"

    def kept(self, state: State) -> str:
        """After a `no` to dropping a condition: all stays, and what can be said."""
        wanted = joined([f"“{label}”" for label in labels_of(state.request.filters)], "and")
        return f"Then it stays: {wanted}. Say what else may change, or “start over”."

    def not_understood(self, state: State) -> str:
        """Says what can be said instead."""
        kinds = plural(self._noun)
        standing = phrase_of(state.request, self._catalogue)
        stays = f" Your wish stays as it is: {standing}." if standing else ""
        return (
            f"I did not understand that.{stays} You can name {kinds} you like, say what you want or not want, "
            "or ask about one of the cards."
        )

    def courtesy(self, reason: Reason, state: State) -> str:
        """A short answer to thanks, goodbyes, greetings and small talk."""
        if reason == "accepted":
            latest = state.latest.accepted if state.latest is not None else ()
            titles = [self._catalogue[one].title for one in latest or state.accepted[-1:]]
            if len(titles) > 1:
                return f"Good: {joined(titles)}."
            return f"Good, {titles[0]} it is." if titles else "Good. Say which one, and I will keep it for you."
        if reason == "thanks":
            return picked(("You are welcome.", "Gladly."), state)
        if reason == "bye":
            return picked(("Goodbye. Write again when you want more.", "Until next time."), state)
        if reason == "greeting":
            return f"Hello. Say what you want changed, or ask for other {plural(self._noun)}."
        if state.told and _PLEASED.fullmatch(state.told[-1][0]):
            return "Glad to hear it. Say which one to keep, or what to change."
        return f"I am a program that knows this catalogue and only talks about {plural(self._noun)}. What shall it be?"


_PLEASED = re.compile(
    r"\W*(?:oh |that's |thats |very |so )?"
    r"(?:great|good|nice|cool|lovely|wonderful|fantastic|amazing|awesome|perfect|brilliant)"
    r"(?: stuff| one| to know)?\W*",
    re.IGNORECASE,
)


def missing_of(meaning: Understanding) -> str:
    """What a message asks for that the catalogue does not have, in sentences; empty where there is none."""
    if not meaning.missing:
        return ""
    facts = [one for one in meaning.missing if not one.startswith("“")]
    titles = [one for one in meaning.missing if one.startswith("“")]
    said = f"I do not find {joined(titles, 'or')} in this catalogue. " if titles else ""
    return said + (f"This catalogue does not tell {joined(facts, 'or')}, so I left that out. " if facts else "")


def picked(pool: Sequence[str], state: State) -> str:
    """One of several wordings: the next one every turn, and the same each time a talk is folded."""
    first = state.texts[0] if state.texts else ""
    salt = blake2b(first.encode(), digest_size=2).digest()[0]
    return pool[(salt + state.turns // 2) % len(pool)]


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
