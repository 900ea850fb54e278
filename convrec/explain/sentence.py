"""A sentence of a reason, and the turns of phrase of one list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from convrec.language import capital, tidy
from convrec.types import Claim


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what it asserts.

    Attributes:
        text: Ends with a mark.
        claims: Each of them from the grounds, hence supported.
        opening: Which turn of phrase it is, so that a list does not repeat one.
    """

    text: str
    claims: tuple[Claim, ...]
    opening: str

    @property
    def kind(self) -> str:
        """What sort of reason it gives: `wish`, `history`..."""
        return self.opening.partition(":")[0]


class Turns:
    """Turns of phrase of one list: the same item gets the same one, neighbours different ones."""

    def __init__(self) -> None:
        """Begin with none used."""
        self._used: set[str] = set()

    def sentence(self, item_id: str, kind: str, variants: Sequence[str], claims: Sequence[Claim]) -> Sentence:
        """One of the variants by the item's id; the next one where a neighbour in the list already has it."""
        start = blake2b(f"{kind}\x1f{item_id}".encode(), digest_size=2).digest()[0]
        order = [(start + n) % len(variants) for n in range(len(variants))]
        chosen = next((n for n in order if f"{kind}:{n}" not in self._used), order[0])
        if all(f"{kind}:{n}" in self._used for n in order):
            self._used -= {f"{kind}:{n}" for n in order}
        self._used.add(f"{kind}:{chosen}")
        return Sentence(tidy(capital(variants[chosen])), tuple(claims), f"{kind}:{chosen}")
