"""A language model's words for a profile, sentence by sentence, each checked against what it was given."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from convrec import prompts
from convrec.errors import RunError
from convrec.grounding import Count, Given, Material, Named, read, repair, sentences
from convrec.language import listing, plural, short_title
from convrec.profile.prose import MOST_WORDS, Passage, drift, phrase, stance, stance_of
from convrec.protocols import ChatModel
from convrec.types import OF_TITLES, Message

log = logging.getLogger("convrec")

MAX_TOKENS = 56
_MOST_WORDS = 32


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model made of a passage.

    Attributes:
        passage: The passage.
        said: The model's text, unchecked; empty where it was not asked.
        kept: The sentence that may be shown; empty where none passes.
    """

    passage: Passage
    said: str
    kept: str


def composed(answers: Sequence[Answer]) -> str:
    """The sentences that may be shown, as far as they make no more than `MOST_WORDS` words."""
    kept: list[str] = []
    words = 0
    for text in (answer.kept or answer.passage.text for answer in answers):
        length = len(text.split())
        if words + length <= MOST_WORDS:
            kept.append(text)
            words += length
    return " ".join(kept)


class ProfileWording:
    """Asks for one sentence a passage, all in one batch, and keeps the template's where the answer does not pass."""

    def __init__(self, model: ChatModel, noun: str, adapter: str | None = None) -> None:
        """Keep the model.

        Args:
            model: Writes.
            noun: What one item is called.
            adapter: Name of the adapter that words profiles; None: the base model.
        """
        self._model = model
        self._noun = noun
        self._adapter = adapter
        self._prompt = prompts.load("profile")

    def word(self, passages: Sequence[Passage]) -> tuple[str, str]:
        """The profile's text and who wrote it (`template` where no sentence of the model passed)."""
        found = self.answers(passages)
        return composed(found), self._writer if any(answer.kept for answer in found) else "template"

    def answers(self, passages: Sequence[Passage]) -> list[Answer]:
        """What the model says of each passage, and what of it may be shown; all written as one batch."""
        asked = [passage for passage in passages if _is_worth_asking(passage)]
        said = dict(zip(map(id, asked), self._ask(asked), strict=True))
        return [
            Answer(passage, text := said.get(id(passage), ""), self._checked(text, passage) if text else "")
            for passage in passages
        ]

    @property
    def _writer(self) -> str:
        return f"{self._model.name}+{self._adapter}" if self._adapter else self._model.name

    def _ask(self, passages: Sequence[Passage]) -> list[str]:
        if not passages:
            return []
        try:
            return self._model.generate(
                [self.messages(passage) for passage in passages],
                max_tokens=MAX_TOKENS,
                stop=("\n",),
                adapter=self._adapter,
            )
        except RunError as error:
            log.warning("the profile is worded by template: %s", error)
            return [""] * len(passages)

    def messages(self, passage: Passage) -> list[Message]:
        """The prompt of one passage."""
        return self._prompt.render(noun=plural(self._noun), notes=notes(passage, self._noun))

    def _checked(self, answer: str, passage: Passage) -> str:
        material = material_of(passage, self._noun)
        cut = sentences(answer, material)
        if not cut:
            return ""
        first = repair(cut[0], material)
        reading = read(first, material)
        said = {claim.subject for claim in reading.claims}
        whole = all(one.id in said for one in passage.statements)
        fits = first.endswith((".", "!")) and len(first.split()) <= _MOST_WORDS and "you" in first.lower()
        return first if reading.passes and whole and fits else ""


_ATTITUDES = {
    "loved": "loves",
    "liked": "likes",
    "consumed": "turns to",
    "dropped": "gives up on",
    "disliked": "dislikes",
}


def notes(passage: Passage, noun: str) -> list[str]:
    """What the sentence is to say, one line a note: attitude and what, drift, count, titles."""
    first = passage.statements[0]
    attitude = stance_of(passage.statements)
    lines = [f"{_ATTITUDES[attitude]}: {phrase(passage.statements, noun)}"]
    if drift(first):
        lines.append(f"lately: {drift(first)} than before")
    if len(passage.statements) == 1 and first.judged > 2:
        pleased = "did not please" if first.polarity == "dislike" else "pleased"
        lines.append(f"{pleased}: {first.count} of {first.judged} rated")
    if passage.titles:
        lines.append(f"{passage.titles[0].verb}: {listing([short_title(one.title) for one in passage.titles])}")
    return lines


def _is_worth_asking(passage: Passage) -> bool:
    """What the person said themselves is shown as they said it; some statements are about titles only."""
    return all(one.origin == "log" and one.facet not in OF_TITLES for one in passage.statements)


def material_of(passage: Passage, noun: str) -> Material:
    """What a sentence in place of the passage may say."""
    given = [
        Given(one.facet, one.value, "statement", one.id, one.polarity == "like", stance(one) == "loved")
        for one in passage.statements
    ]
    named = [Named(one.item_id, one.title, one.verb) for one in passage.titles]
    negative = any(one.polarity == "dislike" for one in passage.statements)
    verb = passage.titles[0].verb if passage.titles else "tried"
    counts = tuple(
        Count(one.count, one.judged, "statement", one.id) for one in passage.statements if one.judged >= one.count > 0
    )
    lately = drift(passage.statements[0])
    return Material(
        noun, verb, None, tuple(named), tuple(given), negative, counts, lately, stance_of(passage.statements)
    )
