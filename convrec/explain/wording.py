"""A language model's words for a list of explanations, written as one batch."""

from __future__ import annotations

from collections.abc import Sequence

from convrec import prompts
from convrec.explain.claims import material_of
from convrec.explain.evidence import Grounds
from convrec.explain.phrases import told
from convrec.grounding import Material
from convrec.protocols import ChatModel


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

    def word(self, grounds: Sequence[Grounds]) -> list[str]:
        """One text an item, empty where there is nothing to word; raises `RunError("llm", ...)`."""
        found = [told(one, self._noun, self._verb) for one in grounds]
        asked = [n for n, one in enumerate(found) if one is not None]
        texts = [""] * len(grounds)
        if not asked:
            return texts
        # The second sentence, what speaks against it above all, follows by template: half the tokens to wait for, and
        # a small model keeps one thread better than two.
        notes = [one.lead for one in found if one is not None]
        written = self._model.generate(
            [self._prompt.render(noun=self._noun, notes=one) for one in notes],
            max_tokens=min(self._max_tokens, _longest(notes)),
            stop=("\n",),
            adapter=self._adapter,
        )
        for n, text in zip(asked, written, strict=True):
            texts[n] = text.strip()
        return texts

    def material(self, grounds: Grounds) -> Material:
        """What the answer may say."""
        return material_of(grounds, self._noun, self._verb)


def _longest(notes: Sequence[Sequence[str]]) -> int:
    """Tokens that sentences of the given words take at most: what runs on has lost the thread."""
    return 16 + max(sum(map(len, one)) for one in notes) // 3
