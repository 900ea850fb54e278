"""What is there: `must be in stock`, `nothing sold out`, of a number that counts the copies left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from convrec.dialogue.words.fields import Field
from convrec.types import Filter

STOCK = re.compile(r"(?:^| )(?:stock|quantity|qty|inventory|copies left)$")
"""How numbers are called that count what is left."""
_THERE = re.compile(
    r"\b(?:in stock|(?:not|nothing|nothing that's|isn't|aren't) (?:sold out|out of stock)"
    r"|(?:still|immediately|currently) (?:available|there))\b"
)

_ALONE = r"(?! ?(?:of|at|over|under|above|below|from|between|more|less|\d))"

Place = tuple[int, int, str, tuple[Filter, ...]]
"""Where it is said, the words, and the bounds."""


def had_in(plain: str, numeric: Sequence[Field]) -> Iterator[Place]:
    """Numbers that only some items have, asked for by name: `a cream with spf` of a column that few fill in.

    Args:
        plain: Folded text.
        numeric: The number fields of the catalogue.
    """
    most = max((len(one.numbers) for one in numeric), default=0)
    for field in numeric:
        if field.measure or not 0 < len(field.numbers) < most / 2 or field.name.startswith(("min ", "max ")):
            continue
        for match in re.finditer(
            rf"\b(?:with|has|have|having|got) (?:an? |some |any )?{re.escape(field.label)}\b{_ALONE}", plain
        ):
            yield (
                *match.span(),
                match.group(),
                (Filter(field.name, "at_least", (float(field.numbers[0]),), match.group()),),
            )


def stocked_in(plain: str, numeric: Sequence[Field]) -> Iterator[Place]:
    """Bounds on what is left, where a number of the catalogue counts it.

    Args:
        plain: Folded text.
        numeric: The number fields of the catalogue.
    """
    field = next((one for one in numeric if STOCK.search(one.label)), None)
    if field is None:
        return
    for match in _THERE.finditer(plain):
        yield (*match.span(), match.group(), (Filter(field.name, "at_least", (1.0,), "in stock"),))
