"""Whether profiles and what-ifs keep up with events: time until an event counts, and counterfactuals ranked again."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.types import History

if TYPE_CHECKING:
    from convrec.recommend import Recommender

MOST_COUNTERFACTUALS = 200
_TIMED = 100
_WARM = 3
"""People whose time is not counted: what is made at first use is made with them."""


def counterfactuals(rec: Recommender, people: Sequence[History]) -> dict[str, Any]:
    """For the first item of each list, what `what_if` says beside a list made from the shorter history.

    The list is made as for anybody who gives their history, and what was taken out is passed over in it.

    Returns:
        `tried`, the share that is `equal`, and the first that are not as `faults`.
    """
    tried = equal = 0
    wrong: list[str] = []
    for history in people[:MOST_COUNTERFACTUALS]:
        first = rec.recommend(history.user_id, k=1, explain=False)
        rests = rec.stages.retriever.contributions(history, [one.item.id for one in first])
        if not first or not any(share > 0 for share in rests[first[0].item.id].values()):
            continue
        item_id = first[0].item.id
        said = rec.what_if(history.user_id or "", item_id)
        gone = set(said.without)
        left = replace(history, events=tuple(event for event in history.events if event.item_id not in gone))
        if not any(event.item_id in rec.catalogue for event in left.events):
            continue  # a stranger is shown a varied list, which has no order to compare
        ranked = rec.recommend(history.user_id, history=left, k=len(rec.catalogue), explain=False)
        kept = [one.item.id for one in ranked if one.item.id not in gone]
        place = kept.index(item_id) + 1 if item_id in kept else None
        tried += 1
        equal += place == said.after
        if place != said.after:
            wrong.append(f"{history.user_id}: {said.text} Ranked again: {place}")
    return {"tried": tried, "equal": equal / max(tried, 1), "faults": wrong[:5]}


def seconds(rec: Recommender, people: Sequence[History]) -> dict[str, Any]:
    """From a person's newest event to their statements, and to a list of ten without explanations, in this process.

    The event is given and not stored, so that the workspace stays as it is: a commit comes on top.
    """
    statements: list[float] = []
    lists: list[float] = []
    for history in people[: _TIMED + _WARM]:
        start = time.perf_counter()
        rec.stages.profiler.statements(history)
        middle = time.perf_counter()
        rec.recommend(history.user_id, history=history, k=10, explain=False)
        statements.append(middle - start)
        lists.append(time.perf_counter() - middle)
    return {"event_to_statements": _quantiles(statements[_WARM:]), "event_to_list": _quantiles(lists[_WARM:])}


def _quantiles(values: Sequence[float]) -> dict[str, float]:
    return {"p50": float(np.median(values)), "p95": float(np.quantile(values, 0.95))} if values else {}
