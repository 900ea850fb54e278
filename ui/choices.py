"""What a visitor has set, as their browser remembers it: in a cookie, so that nothing of it is stored here.

Whatever comes back in the cookie is taken as far as it makes sense.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Literal
from urllib.parse import parse_qsl

from convrec.types import Request

from .asgi import Scope, cookie, headers_of
from .words import LANGUAGES, Words, language_of

COOKIE = "convrec_choices"
Reasons = Literal["none", "short", "full"]
Wording = Literal["model", "template"]
_WORDS = {
    "language": tuple(LANGUAGES),
    "reasons": ("none", "short", "full"),
    "wording": ("model", "template"),
    "theme": ("auto", "light", "dark"),
}
_NUMBERS = {"explore": (-1.0, 1.0), "fame": (-1.0, 1.0), "diversity": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Choices:
    """The settings of one visitor.

    Attributes:
        language: Of the page; empty: as the browser asks for.
        explore: -1 (close to what they know) to 1 (away from it).
        fame: -1 (off the beaten track) to 1 (well known).
        diversity: 0 (the best five) to 1 (five that differ).
        reasons: How long explanations are.
        wording: Who words them.
        theme: Light, dark, or as the system is.
    """

    language: str = ""
    explore: float = 0.0
    fame: float = 0.0
    diversity: float = 0.0
    reasons: Reasons = "full"
    wording: Wording = "model"
    theme: str = "auto"

    @classmethod
    def read(cls, cookie: str) -> Choices:
        """From a cookie's value; what is not understood is left at its default.

        >>> Choices.read("language=zh&explore=9&reasons=loud").explore
        1.0
        """
        made = cls()
        for name, value in parse_qsl(cookie[:500]):
            made = made.changed(name, value)
        return made

    def changed(self, name: str, value: str) -> Choices:
        """With one setting changed; as it was where name or value mean nothing."""
        if value in _WORDS.get(name, ()):
            return replace(self, **{name: value})  # type: ignore[arg-type]
        if name in _NUMBERS:
            low, high = _NUMBERS[name]
            try:
                number = float(value)
            except ValueError:
                return self
            if number == number:
                return replace(self, **{name: min(max(number, low), high)})  # type: ignore[arg-type]
        return self

    def leaned(self, request: Request) -> Request:
        """A request that leans as set, where the talk itself does not say otherwise."""
        return replace(
            request,
            novelty=request.novelty or -self.fame,
            diversity=request.diversity or self.diversity,
            explore=request.explore or self.explore,
        )

    def as_texts(self) -> dict[str, str]:
        """Every setting by name."""
        return {one.name: f"{value:g}" if isinstance(value := getattr(self, one.name), float) else value
                for one in fields(self)}  # fmt: skip


def words_of(scope: Scope) -> Words:
    """The page's own words for who asks: in the language that they set, or that their browser asks for."""
    headers = headers_of(scope)
    chosen = Choices.read(cookie(headers, COOKIE)).language
    return Words(chosen or language_of(headers.get("accept-language", "")), "item", "tried")
