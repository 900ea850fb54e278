"""Two words for what the catalogue calls by one compound: `sun cream` where there is `sunscreen`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from convrec.dialogue.words.english import FUNCTION, TALK
from convrec.dialogue.words.lexicon import Found, Lexicon, Term
from convrec.dialogue.words.variants import american
from convrec.dialogue.words.words import Word, keys
from convrec.protocols import Encoder

_LEAD = 3
"""Letters of a first part that tells something."""
_STEM = 4
"""Letters that a first part has in common with that of a compound at least, where it is not just that."""
_COMPOUND = 7
"""Letters of a compound."""
_ALIKE = 0.72
"""Cosine from which on two words mean a compound. Chosen on sixty pairs: `rain jacket` is a `raincoat` (.81) and `swim
suit` is `swimwear` (.78), `hair oil` is no `hairspray` (.67) and `air fryer` no `airbed` (.54)."""
_CLEAR = 0.05
"""By how much the next compound must be less alike."""


class Compounds:
    """Knows the compounds among the words that sort a catalogue. Safe to use from several threads."""

    def __init__(self, lexicon: Lexicon, encoder: Encoder | None) -> None:
        """Look at nothing yet.

        Args:
            lexicon: The catalogue's words.
            encoder: Tells how alike words are; None: no two words are taken for a compound.
        """
        self._lexicon = lexicon
        self._encoder = encoder

    def joined(self, text: str, spoken: Sequence[Word], found: Sequence[Found]) -> tuple[Found, ...]:
        """Catalogue words of a text, with pairs of words that mean a compound in place of what they mean singly.

        Args:
            text: The text.
            spoken: Its words.
            found: Catalogue words in it.
        """
        if self._encoder is None:
            return tuple(found)
        pairs: list[Found] = []
        for at, (one, two) in enumerate(pairwise(spoken)):
            beside = text[one.end : two.start] in (" ", "-")
            known = any(each.start <= one.start and each.end > one.start for each in found)
            if not beside or known or one.text in FUNCTION | TALK or len(one.text) < _LEAD or two.text in FUNCTION:
                continue
            near = self._begun_by(american(one.text))
            if term := self._meant(text[one.start : two.end].lower(), near):
                pairs.append(Found(one.start, two.end, text[one.start : two.end], (term,), at, at + 1, sure=False))
        kept = (one for one in found if not any(one.start < pair.end and one.end > pair.start for pair in pairs))
        return tuple(sorted((*kept, *pairs), key=lambda one: one.start))

    def _begun_by(self, lead: str) -> list[Term]:
        """Compounds whose first part is that of some words."""
        return [
            term
            for spelt, term in self._known
            if spelt.startswith(lead) or (len(lead) > _STEM and spelt[:_STEM] == lead[:_STEM])
        ]

    def _meant(self, said: str, near: Sequence[Term]) -> Term | None:
        if not near or self._encoder is None:
            return None
        values = list(dict.fromkeys(term.value for term in near))
        own = self._encoder.encode([said], role="query")
        alike = (own @ self._encoder.encode([value.lower() for value in values], role="document").T)[0].tolist()
        best, *others = sorted(zip(alike, values, strict=True), reverse=True)
        if best[0] < _ALIKE or any(other > best[0] - _CLEAR for other, _ in others):
            return None
        return next(term for term in near if term.value == best[1])

    @cached_property
    def _known(self) -> list[tuple[str, Term]]:
        terms = (
            term for term in self._lexicon.terms() if self._lexicon.fields[term.field].nature in ("closed", "category")
        )
        spelt = ((keys(term.value), term) for term in terms)
        return [(american(words[0]), term) for words, term in spelt if len(words) == 1 and len(words[0]) >= _COMPOUND]
