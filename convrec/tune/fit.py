"""Texts that fit what an encoder reads, shortened on purpose and counted, never cut off behind anybody's back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from convrec.errors import UsageError

_LEAST = 16


class Fitter:
    """Keeps as much of a text in parts as the encoder reads.

    Attributes:
        limit: Tokens that the encoder reads.
        seen: Texts fitted so far.
        trimmed: Of those, how many lost their oldest parts.
    """

    def __init__(self, tokens: Callable[[str], int], limit: int) -> None:
        """Take a counter of tokens, special ones included, and the limit.

        Raises:
            UsageError: So little is read that nothing useful fits.
        """
        if limit < _LEAST:
            raise UsageError(f"the encoder reads {limit} tokens; at least {_LEAST} are needed for a query")
        self.limit, self.seen, self.trimmed = limit, 0, 0
        self._tokens = tokens
        self._alone = lru_cache(maxsize=200_000)(tokens)

    def fit(self, parts: Sequence[str], between: str) -> str:
        """The newest parts that fit, joined in the order given (oldest first); of a newest part too long, its end.

        Args:
            parts: Oldest first, at least one.
            between: Put between parts.
        """
        kept, used = len(parts), 0
        while kept and used + self._alone(parts[kept - 1]) <= self.limit:
            kept -= 1
            used += self._alone(parts[kept])
        chosen = list(parts[kept:]) or [parts[-1]]
        text = between.join(chosen)
        # Joined, parts take a little more or less than alone.
        while len(chosen) > 1 and self._tokens(text) > self.limit:
            chosen = chosen[1:]
            text = between.join(chosen)
        ended = self._end(text)
        self.seen += 1
        self.trimmed += len(chosen) < len(parts) or ended != text
        return ended

    def head(self, parts: Sequence[str], between: str) -> str:
        """The first parts that fit, for texts that begin with what matters most; of a first part too long, its end."""
        chosen = list(parts)
        while len(chosen) > 1 and self._tokens(between.join(chosen)) > self.limit:
            chosen.pop()
        text = between.join(chosen)
        ended = self._end(text)
        self.seen += 1
        self.trimmed += len(chosen) < len(parts) or ended != text
        return ended

    def _end(self, text: str) -> str:
        """The text without its first words, as many as are too many."""
        words = text.split(" ")
        while (over := self._tokens(text) - self.limit) > 0:
            if len(words) == 1:
                # One endless word: its last characters.
                return self._end_of_word(text)
            # At most one word for each token too many.
            words = words[max(min(over // 4, len(words) - 1), 1) :]
            text = " ".join(words)
        return text

    def _end_of_word(self, word: str) -> str:
        while self._tokens(word) > self.limit:
            word = word[max(len(word) // 8, 1) :]
        return word
