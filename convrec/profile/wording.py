"""A language model's words for a profile, sentence by sentence, each checked against what it was given."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from convrec import prompts
from convrec.errors import RunError
from convrec.grounding import Count, Given, Material, Named, read, repair, sentences
from convrec.language import plural
from convrec.profile.latest import FACET as LATEST
from convrec.profile.prose import MOST_WORDS, Passage, drift, stance, stance_of
from convrec.profile.told import Told, begun, told
from convrec.protocols import ChatModel
from convrec.types import OF_TITLES, Message

log = logging.getLogger("convrec")

MAX_TOKENS = 56
_MOST_WORDS = 36


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model made of a passage.

    Attributes:
        passage: The passage.
        said: The model's text, unchecked; empty where it was not asked.
        kept: The sentence that may be shown; empty where none passes.
        supported: Whether what was said passes as it was written, before anything is mended.
    """

    passage: Passage
    said: str
    kept: str
    supported: bool = False


def composed(answers: Sequence[Answer]) -> str:
    """The sentences that may be shown, as far as they make no more than `MOST_WORDS` words; the newest events stay."""
    texts = [answer.kept or answer.passage.text for answer in answers]
    lengths = [len(text.split()) for text in texts]
    newest = [n for n, answer in enumerate(answers) if answer.passage.statements[0].facet == LATEST]
    room = MOST_WORDS - sum(lengths[n] for n in newest)
    kept = set(newest)
    for n in (n for n in range(len(texts)) if n not in kept):
        if lengths[n] <= room:
            kept.add(n)
            room -= lengths[n]
    return " ".join(texts[n] for n in sorted(kept))


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
            self._answer(passage, text) if (text := said.get(id(passage), "")) else Answer(passage, "", "")
            for passage in passages
        ]

    @property
    def _writer(self) -> str:
        return f"{self._model.name}+{self._adapter}" if self._adapter else self._model.name

    def _ask(self, passages: Sequence[Passage]) -> list[str]:
        if not passages:
            return []
        notes = [told(passage, self._noun) for passage in passages]
        openings = begun(notes, self._noun) if self._adapter else [""] * len(notes)
        try:
            written = self._model.generate(
                [self.messages(one, opening) for one, opening in zip(notes, openings, strict=True)],
                max_tokens=MAX_TOKENS,
                stop=("\n",),
                adapter=self._adapter,
            )
            return [f"{opening}{text.rstrip()}".strip() for opening, text in zip(openings, written, strict=True)]
        except RunError as error:
            log.warning("the profile is worded by template: %s", error)
            return [""] * len(passages)

    def messages(self, one: Told, opening: str) -> list[Message]:
        """The prompt of one passage, and the beginning of its sentence.

        The sentences are written unseen by each other, all in one batch; that those of a tuned model do not repeat each
        other is seen to by their beginnings.
        """
        asked = self._prompt.render(noun=plural(self._noun), notes=one.notes)
        return [*asked, Message("assistant", opening)] if opening else list(asked)

    def _answer(self, passage: Passage, text: str) -> Answer:
        """The first sentence, where it says all of the passage and no more."""
        material = material_of(passage, self._noun)
        written = next(iter(sentences(text, material)), "")
        first = repair(written, material)
        reading = read(first, material)
        said = {claim.subject for claim in reading.claims}
        whole = all(one.id in said for one in passage.statements)
        fits = first.endswith((".", "!")) and len(first.split()) <= _MOST_WORDS and "you" in first.lower()
        kept = first if reading.passes and whole and fits else ""
        return Answer(passage, text, kept, read(written, material).passes)


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
