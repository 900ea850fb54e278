"""A made-up catalogue of board games and people who play them, small enough to check by hand."""

from __future__ import annotations

from collections.abc import Sequence

from convrec.data.catalogue import ItemTable
from convrec.types import History, Interaction, Item

_KINDS = (
    ("Harbour", ("Trading",), "Ilse Varga", ("shipping", "wealth"), 1994),
    ("Castle", ("War", "Strategy"), "Otto Brandt", ("siege", "betrayal"), 1983),
    ("Garden", ("Family",), "Mina Solberg", ("plants",), 2006),
    ("Crypt", ("Horror", "Strategy"), "Otto Brandt", ("ghosts", "betrayal"), 2013),
)
EACH = 10
"""Games of each of the four kinds: ids `harbour-0` to `harbour-9`, `castle-0`..., `garden-0`..., `crypt-0`..."""


def games() -> ItemTable:
    """Forty games of four kinds; each kind has its genre, designer, themes and decade."""
    return ItemTable(
        [
            Item(
                f"{name.lower()}-{n}",
                f"The {name} of {place}",
                year + n % 3,
                genres,
                f"Players meet around a {name.lower()} near {place}.",
                {"designer": (designer,), "themes": themes},
            )
            for name, genres, designer, themes, year in _KINDS
            for n, place in enumerate(_PLACES)
        ]
    )


_PLACES = ("Arn", "Belm", "Corvey", "Drost", "Elmar", "Fenn", "Gorm", "Hald", "Ister", "Jarn")


def played(ratings: Sequence[tuple[str, float | None]], user_id: str = "ann", kind: str = "rate") -> History:
    """A history of rated (or, with None, merely played) games, a day apart, oldest first."""
    return History(
        user_id,
        tuple(
            Interaction(user_id, item_id, rating, 86400.0 * day, kind if rating is not None else "view")
            for day, (item_id, rating) in enumerate(ratings)
        ),
    )


def strategist() -> History:
    """Loves castles, likes some harbours, hates crypts although the same designer made them."""
    return played(
        [(f"castle-{n}", 5.0) for n in range(5)]
        + [(f"harbour-{n}", rating) for n, rating in enumerate((4.0, 3.0, 4.0))]
        + [(f"crypt-{n}", 1.0) for n in range(4)]
        + [("garden-0", 3.0)]
    )
