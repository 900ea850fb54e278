"""What simulated people say, worded anew by the LLM: kept only where it still says the same."""

from __future__ import annotations

from collections.abc import Sequence

from convrec import prompts
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import start
from convrec.dialogue.words.words import folded
from convrec.protocols import ChatModel

_MOST_TOKENS = 48


class Rephrasing:
    """Words messages anew.

    A wording is taken where it holds every word that has to stay, is at most twice as long, and is read as the same
    conditions, likenesses and references; else the template's words stay.

    Attributes:
        asked: How many messages were to be worded anew.
        taken: How many were.
    """

    def __init__(self, model: ChatModel, reader: Understander) -> None:
        """Take the model.

        Args:
            model: Words them.
            reader: Reads both wordings.
        """
        self._model, self._reader = model, reader
        self._prompt = prompts.load("rephrase")
        self.asked = self.taken = 0

    def __call__(self, text: str, kept: Sequence[str]) -> str:
        """The message in other words, or as it was."""
        self.asked += 1
        messages = self._prompt.render(message=text, keep="; ".join(kept) or "none")
        said = self._model.generate([messages], max_tokens=_MOST_TOKENS, temperature=0.7, stop=("\n",))[0]
        said = said.strip().strip('"“” ')
        if not said or len(said) > 2 * len(text) + 20 or said == text or not self._same(text, said, kept):
            return text
        self.taken += 1
        return said

    def _same(self, text: str, said: str, kept: Sequence[str]) -> bool:
        plain = folded(said)
        if not all(folded(word) in plain for word in kept):
            return False
        before, after = (self._reader.understand(one, start(5)) for one in (text, said))
        conditions = [{(f.field, f.op, f.values) for f in meaning.filters} for meaning in (before, after)]
        return conditions[0] == conditions[1] and before.like == after.like and before.feedback == after.feedback
