"""Tokens to text while they arrive: whole characters only, ending before a stop text."""

from __future__ import annotations

from collections.abc import Sequence

from convrec.errors import UsageError
from convrec.llm.chat_format import ChatFormat


class Reply:
    """The text of one answer as it grows.

    Attributes:
        done: Whether a stop text was reached.
    """

    def __init__(self, format: ChatFormat, stop: Sequence[str] = ()) -> None:
        """Begin empty; an empty stop text raises `UsageError`."""
        if not all(stop):
            raise UsageError("a stop text is empty, which would stop every answer before it begins")
        self.done = False
        self._format = format
        self._stop = tuple(stop)
        self._tokens: list[int] = []
        self._text = ""
        self._given = 0
        self._whole = False

    def add(self, token: int) -> None:
        """One more token; ignored once done."""
        if self.done:
            return
        self._tokens.append(token)
        self._text = self._format.text(self._tokens)
        ends = [at for word in self._stop if (at := self._text.find(word)) >= 0]
        if ends:
            self._text = self._text[: min(ends)]
            self.done = self._whole = True

    def finish(self) -> str:
        """The whole text; nothing is held back any longer."""
        self._whole = True
        return self._text

    def piece(self) -> str:
        """What is certain and was not given out before: no half character, nothing that may become a stop text."""
        end = len(self._text) if self._whole else self._certain()
        piece = self._text[self._given : end]
        self._given = max(self._given, end)
        return piece

    def _certain(self) -> int:
        end = len(self._text)
        while end and self._text[end - 1] == "\ufffd":
            end -= 1
        for word in self._stop:
            for size in range(min(len(word), end), 0, -1):
                if self._text[:end].endswith(word[:size]):
                    end -= size
                    break
        return end
