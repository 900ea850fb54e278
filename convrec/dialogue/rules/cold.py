"""What cold something must bear: `hardy to -15 °C`, `survives -20`, `down to minus ten`, `winter hardy`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from convrec.dialogue.rules.bounds import Place, below_zero
from convrec.dialogue.words.dimensions import spelt_unit
from convrec.dialogue.words.english import NUMBERS, figure
from convrec.dialogue.words.fields import Field
from convrec.facts import unit_of
from convrec.types import Filter

_BEARS = (
    r"\b(?:(?:frost |cold )?(?:hardy|hardiness|rated|good|safe|fine|ok)(?: down)? (?:to|at|until|in)"
    r"|(?:surviv|tolerat|endur|handl|withstand|stand|tak|resist|bear|mind|cop)(?:es?|s|ing)?(?: with)?"
    r"|down to|as cold as)"
)
_LED = r"(?: (?:frosts?|cold|winters?|temperatures?|the|up|down|of|to|at least|about|around)){0,3} "
_DEGREES = rf"(?P<minus>[-−] ?|minus )?(?P<n>\d+(?:[.,]\d+)?|{'|'.join(NUMBERS)})"
_BELOW_ZERO = r"(?P<below> below(?: zero| freezing)?| of (?:frost|cold))?"
_HARDY = re.compile(r"\b(?:(?P<frost>frost)|winter|fully)[- ]?(?:hardy|proof|resistant|tolerant)\b")
_FROST, _WINTER = -5.0, -10.0
"""Degrees that are borne at least by what is called so: the lower ends of H3 and H4, mild and average winters, in the
ratings of the Royal Horticultural Society."""


def borne_in(plain: str, numeric: Sequence[Field]) -> Iterator[Place]:
    """Bounds on the temperature that things bear: the lowest one, so what bears more cold does as well.

    Only where one number of the catalogue is a temperature that lies below zero.

    Args:
        plain: Folded text.
        numeric: Number fields of the catalogue.
    """
    cold = [field for field in numeric if unit_of(field.name)[1] == "°C" and below_zero(field)]
    if len(cold) != 1:
        return
    unit = rf"(?P<unit> ?(?:{spelt_unit(cold[0])})(?!\w))?(?![\w.,]*\d)"
    for match in re.finditer(_BEARS + _LED + _DEGREES + unit + _BELOW_ZERO, plain):
        if not (match["minus"] or match["unit"] or match["below"]):
            continue  # "takes 5" may be anything
        degrees = -figure(match["n"]) if match["minus"] or match["below"] else figure(match["n"])
        said = match.group().strip()
        yield (*match.span(), said, (Filter(cold[0].name, "at_most", (degrees,), said),))
    for match in _HARDY.finditer(plain):
        degrees = _FROST if match["frost"] else _WINTER
        yield (*match.span(), match.group(), (Filter(cold[0].name, "at_most", (degrees,), match.group()),))
