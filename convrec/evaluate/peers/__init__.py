"""The recommenders that convrec is measured beside, fitted in the same run on the same events."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convrec.errors import UsageError
from convrec.evaluate.peers.base import Peer, Ranked
from convrec.evaluate.peers.ease import DENSE_LIMIT, Ease
from convrec.evaluate.peers.factors import Als, Bpr
from convrec.evaluate.peers.item_knn import ItemKNN
from convrec.evaluate.peers.lambdarank import LambdaRank
from convrec.evaluate.peers.popularity import Popularity
from convrec.evaluate.peers.sasrec import SasRec
from convrec.protocols import Catalogue

if TYPE_CHECKING:
    from convrec.evaluate.system import System
    from convrec.recommend import Recommender

__all__ = [
    "DENSE_LIMIT",
    "NAMES",
    "Als",
    "Bpr",
    "Ease",
    "ItemKNN",
    "LambdaRank",
    "Peer",
    "Popularity",
    "SasRec",
    "peers",
]

Progress = Callable[[str], None]

NAMES = ("popularity", "item-knn", "ease", "recency-ease", "als", "bpr", "sasrec", "lambdarank")
"""In the order of the table."""


def peers(
    names: list[str] | None,
    catalogue: Catalogue,
    rec: Recommender | None = None,
    *,
    seed: int = 0,
    progress: Progress = lambda message: None,
) -> tuple[list[System], list[str]]:
    """The peers by name, as systems, not yet fitted.

    Args:
        names: Which, of `NAMES`; None: all that the catalogue's size and the installed packages allow.
        catalogue: Sets the limit of dense EASE.
        rec: For LambdaRank, which learns over convrec's own candidates; without one it is left out.
        seed: Of whatever is random in them.
        progress: Told what they choose.

    Returns:
        The systems in the order of `NAMES`, and a note for each one that was left out.

    Raises:
        UsageError: A name is unknown, or a peer asked for by name cannot be had; says why.
    """
    if unknown := [name for name in names or () if name not in NAMES]:
        raise UsageError(f"no peer {unknown[0]!r}; there are: {', '.join(NAMES)}")
    systems: list[System] = []
    notes: list[str] = []
    for name in NAMES if names is None else [name for name in NAMES if name in names]:
        try:
            systems.append(_made(name, catalogue, rec, seed, progress))
        except UsageError as error:
            if names is not None:
                raise type(error)(f"{name}: {error}") from error
            notes.append(f"{name} left out: {error}")
    return systems, notes


def _made(name: str, catalogue: Catalogue, rec: Recommender | None, seed: int, progress: Progress) -> System:
    if name in ("ease", "recency-ease") and len(catalogue) > DENSE_LIMIT:
        raise UsageError(f"dense EASE wants at most {DENSE_LIMIT:,} items, the catalogue has {len(catalogue):,}")
    if name == "lambdarank":
        if rec is None:
            raise UsageError("it learns over convrec's candidates and wants a workspace")
        return LambdaRank(rec, seed=seed)
    made: dict[str, Callable[[], Peer]] = {
        "popularity": Popularity,
        "item-knn": ItemKNN,
        "ease": Ease,
        "recency-ease": lambda: Ease(decay=5.0),
        "als": lambda: Als(seed=seed),
        "bpr": lambda: Bpr(seed=seed),
        "sasrec": lambda: SasRec(seed=seed, progress=progress),
    }
    return Ranked(made[name]())
