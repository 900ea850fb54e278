"""A language model's words for a list of explanations, written as one batch."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec import prompts
from convrec.explain.claims import checked, material_of
from convrec.explain.evidence import Grounds
from convrec.explain.told import Told, begun, told
from convrec.grounding import Material, title_forms
from convrec.protocols import ChatModel
from convrec.types import Message

DRAFTS = 2
"""Sentences that a tuned model writes of each item, each with another beginning, for code to choose from."""
_STUMBLES = re.compile(
    r", which (?:is|are) one\b|\bmuch like\b|, and it is (?:directed|written|by)\b|, as you asked, with\b|"
    r"\b(an? [\w’'-]+)\b(?=.*\bis \1\b)|\b(\w+ \w+ \w+)\b(?=.*\b\2\b)|, and you asked for something like\b"
)
"""True, and not how anybody would put it: a comedy that is a comedy, what was asked for said last."""
_ALIKE = re.compile(
    r"\b(?:too|also|another|as well|both|each|one|same|more|and so (?:is|are)|as (?:is|are|was|were))\b"
)
_APART = re.compile(
    r"^You (?:\w+ed|read|bought|drank|heard) .*[,;] (?:and )?.* (?:is|are) an? |"
    r" (?:is|are) an? .*, and you (?:\w+ed|read|bought|drank|heard) "
)
"""Two things said side by side, without what joins them."""


class ExplanationWording:
    """Asks the model for the first sentence on each item; what it says is checked elsewhere.

    Attributes:
        writer: The model, and adapter if any, as shown beside the text.
    """

    def __init__(self, model: ChatModel, noun: str, verb: str, max_tokens: int, adapter: str | None = None) -> None:
        """Keep the model.

        Args:
            model: Writes.
            noun: What one item is called.
            verb: What people do with it, past tense.
            max_tokens: Longest answer.
            adapter: Name of the adapter; None: the base model.
        """
        self._model = model
        self._noun = noun
        self._verb = verb
        self._max_tokens = max_tokens
        self._adapter = adapter
        self._prompt = prompts.load("explain")
        self.writer = f"{model.name}+{adapter}" if adapter else model.name

    def drafts(self, grounds: Sequence[Grounds]) -> list[list[str]]:
        """At most `DRAFTS` texts an item, the one that is wanted most first; none where there is nothing to word.

        For a tuned model code chooses how a sentence begins, so that a list does not begin alike throughout, and the
        model goes on; others begin as they like. What speaks against an item, or for it besides, follows by template:
        half the tokens to wait for, and a small model keeps one thread better than two.

        Raises:
            RunError: The model failed; stage `llm`.
        """
        found = [told(one, self._noun, self._verb) for one in grounds]
        asked = [
            (n, one, opening)
            for n, (one, openings) in enumerate(zip(found, begun(found), strict=True))
            if one is not None
            for opening in (openings[:DRAFTS] if self._adapter else [""])
        ]
        texts: list[list[str]] = [[] for _ in grounds]
        if not asked:
            return texts
        written = self._model.generate(
            [self.messages(one, opening) for _, one, opening in asked],
            max_tokens=min(self._max_tokens, max(_longest(one) for _, one, _ in asked)),
            stop=("\n",),
            adapter=self._adapter,
        )
        for (n, _, opening), text in zip(asked, written, strict=True):
            texts[n].append(f"{opening}{text.rstrip()}".strip())
        return texts

    def messages(self, one: Told, opening: str) -> list[Message]:
        """The prompt of one sentence, and its beginning."""
        asked = self._prompt.render(noun=self._noun, notes=one.notes)
        return [*asked, Message("assistant", opening)] if opening else list(asked)

    def chosen(self, grounds: Grounds, texts: Sequence[str]) -> str:
        """Of the texts that may be shown one that stumbles not, and says most; the earlier of two that say as much.

        Returns:
            The first text where none may be shown; empty where there is none.
        """
        material = self.material(grounds)
        found = [(text, own) for text in texts if (own := checked(text, material)) is not None]
        if not found:
            return next(iter(texts), "")
        return max(
            found,
            key=lambda one: (not stumbles(one[1].text, material), len({claim.subject for claim in one[1].claims})),
        )[0]

    def material(self, grounds: Grounds) -> Material:
        """What the answer may say."""
        return material_of(grounds, self._noun, self._verb)


def stumbles(text: str, material: Material) -> bool:
    """Whether a sentence, though true, is not how anybody would put it: a template does better.

    `You liked Alien, and Heat is a thriller` does not say what the one has to do with the other, and `You asked for a
    comedy, and Swingers is a comedy` says one thing twice.
    """
    known = [one.title for one in (*((material.subject,) if material.subject else ()), *material.named)]
    for form in sorted({form for title in known for form in title_forms(title)}, key=len, reverse=True):
        text = text.replace(form, "…")
    apart = _APART.search(text) is not None and _ALIKE.search(text) is None
    return apart or _STUMBLES.search(text) is not None


def _longest(one: Told) -> int:
    """Tokens that a sentence of the given words takes at most: what runs on has lost the thread."""
    return 16 + sum(map(len, one.notes)) // 3
