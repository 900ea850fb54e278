"""Does a request in plain words find the items it must? With all that is known, beside titles and genres alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.catalogue import ItemTable
from convrec.data.titles import normalise_title
from convrec.errors import UsageError
from convrec.evaluate.interval import Estimate, bootstrap
from convrec.types import ItemId

if TYPE_CHECKING:
    from convrec.recommend import Recommender

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request and what must come up.

    Attributes:
        request: In plain words.
        items: For each thing that must come up the ids that count as it (a catalogue may list it twice).
    """

    request: str
    items: tuple[frozenset[ItemId], ...]


def read(path: Path, catalogue: ItemTable) -> list[Wanted]:
    """Requests from JSON lines: `{"request": "...", "items": ["50", {"title": "Alien", "year": 1979}]}`.

    Raises:
        UsageError: The file or a line cannot be read, or an item is not in the catalogue; names the line.
    """
    by_title: dict[tuple[str, int | None], set[ItemId]] = {}
    for item in catalogue.items:
        by_title.setdefault((normalise_title(item.title), item.year), set()).add(item.id)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise UsageError(f"requests {str(path)!r} cannot be read: {error}") from error
    found = []
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            items = tuple(frozenset(_ids(one, by_title, catalogue)) for one in row["items"])
            found.append(Wanted(str(row["request"]), items))
        except (ValueError, KeyError, TypeError) as error:
            raise UsageError(f"{path.name}:{number} is no request with its items: {error!r}") from error
        if not items or not all(items):
            raise UsageError(f"{path.name}:{number}: an item is not in the catalogue: {line:.160}")
    return found


def evaluate(
    rec: Recommender, wanted: Sequence[Wanted], *, k: int = 10, seed: int = 0, progress: Progress = lambda message: None
) -> dict[str, Any]:
    """Recall@k over requests, with everything the catalogue knows and with titles, years and genres alone.

    Args:
        rec: An open recommender.
        wanted: As `read` returns them.
        k: Places looked at.
        seed: Of the bootstrap over requests.
        progress: Told each step.
    """
    progress(f"{len(wanted)} requests with everything the catalogue knows")
    full, missed = _recall(rec, wanted, k)
    progress("the same with titles, years and genres alone")
    bare, _ = _recall(undescribed(rec), wanted, k)
    return {
        "requests": len(wanted),
        "k": k,
        "seed": seed,
        "recall": {"full": bootstrap(full, seed=seed), "bare": bootstrap(bare, seed=seed)},
        "times": round(float(full.mean() / bare.mean()), 2) if bare.mean() else None,
        "missed": missed,
    }


def undescribed(rec: Recommender) -> Recommender:
    """The same recommender over titles, years and genres alone, in memory."""
    from convrec.index.exact import ExactIndex
    from convrec.stages import Stages

    catalogue = ItemTable([replace(item, text="", facts={}) for item in rec.catalogue.items])
    other = replace(rec.workspace, catalogue=catalogue, index=ExactIndex(catalogue, rec.workspace.encoder))
    return type(rec)(other, Stages(other, rec.model))


def described(figures: dict[str, Any]) -> list[list[str]]:
    """Rows of a table."""
    named = {"full": "everything the catalogue knows", "bare": "titles, years and genres alone"}
    estimates: dict[str, Estimate] = figures["recall"]
    return [[named[name], str(estimate)] for name, estimate in estimates.items()]


def _recall(
    rec: Recommender, wanted: Sequence[Wanted], k: int
) -> tuple[np.ndarray[Any, np.dtype[np.float64]], list[str]]:
    shares, missed = [], []
    for one in wanted:
        shown = {entry.item.id for entry in rec.recommend(query=one.request, k=k, explain=False)}
        shares.append(sum(bool(ids & shown) for ids in one.items) / len(one.items))
        if shares[-1] < 1:
            missed.append(one.request)
    return np.array(shares), missed


def _ids(given: Any, by_title: dict[tuple[str, int | None], set[ItemId]], catalogue: ItemTable) -> set[ItemId]:
    if isinstance(given, str):
        return {given} if given in catalogue else set()
    return by_title.get((normalise_title(given["title"]), given.get("year")), set())
