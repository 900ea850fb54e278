"""The profile's statements as a signal: items that have what the person likes, less those with what they do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.errors import UsageError
from convrec.language import singular
from convrec.protocols import Catalogue
from convrec.types import FIRM, OF_TITLES, Filter, Statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAID = 2.0
"""What the person said or wrote counts twice what was computed: the log has its say in the collaborative signal."""

_DECADE = re.compile(r"^(\d{3})0s$")


def agreement(statements: Sequence[Statement], catalogue: Catalogue) -> tuple[NDArray[np.float32], list[Statement]]:
    """Sum over the statements that an item meets, shape `(n_items,)`: strength times confidence, less for dislikes.

    Returns:
        The sums, and the statements that no field of the catalogue decides, such as notes in free words.
    """
    out = np.zeros(len(catalogue), dtype=np.float32)
    undecided = []
    for statement in statements:
        filters = _filters(statement, catalogue)
        try:
            meets = catalogue.matching(filters) if filters else None
        except UsageError:
            # The facet is no field of this catalogue: a note, or something computed from titles.
            meets = None
        if meets is None or not meets.any():
            undecided.append(statement)
            continue
        # A word that half the catalogue has says half as much.
        out[meets] += weight(statement) * (1 - float(meets.mean()))
    return out, undecided


def ruled_out(statements: Sequence[Statement], catalogue: Catalogue) -> NDArray[np.bool_]:
    """Items that somebody firmly said they do not want, or spoke of as known to them, shape `(n_items,)`."""
    out = np.zeros(len(catalogue), dtype=bool)
    for statement in statements:
        if statement.origin == "log":
            continue
        if statement.facet in OF_TITLES:
            out[[catalogue.row(one.item_id) for one in statement.evidence if one.item_id in catalogue]] = True
        elif (
            statement.polarity == "dislike"
            and statement.strength >= FIRM
            and (filters := _filters(statement, catalogue))
        ):
            try:
                out |= catalogue.matching(filters)
            except UsageError:
                continue  # no field of this catalogue: it weighs as words do
    return out


def asked_for(statements: Sequence[Statement], catalogue: Catalogue) -> NDArray[np.float32]:
    """How many of the things that somebody firmly asked for more of each item has, shape `(n_items,)`."""
    out = np.zeros(len(catalogue), dtype=np.float32)
    for statement in statements:
        if statement.origin == "log" or statement.polarity != "like" or statement.strength < FIRM:
            continue
        try:
            out += catalogue.matching(filters) if (filters := _filters(statement, catalogue)) else 0.0
        except UsageError:
            continue  # no field of this catalogue: it weighs as words do
    return out


def weight(statement: Statement) -> float:
    """Strength times confidence, twice for what was said, negative for a dislike."""
    said = statement.origin != "log"
    size = statement.strength * (1.0 if said else statement.confidence) * (SAID if said else 1.0)
    return size if statement.polarity == "like" else -size


def _filters(statement: Statement, catalogue: Catalogue) -> tuple[Filter, ...]:
    if statement.facet == "period":
        decade = _DECADE.match(statement.value)
        if decade is None:
            return ()
        first = int(decade.group(1)) * 10
        return Filter("year", "at_least", (first,)), Filter("year", "at_most", (first + 9,))
    if statement.facet in ("note", *OF_TITLES):
        return ()
    return (Filter(_field(statement.facet, catalogue), "any_of", (statement.value,)),)


def _field(facet: str, catalogue: Catalogue) -> str:
    """The catalogue's own name of a facet: `moods` for `mood`."""
    if facet in catalogue.fields:
        return facet
    return next((name for name in catalogue.fields if singular(name) == facet), facet)
