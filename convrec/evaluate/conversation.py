"""What people in a talk go on to accept: recommending from the turns so far, beside simple peers, on recorded talks.

Protocol: every assistant turn that names items is a moment; the context is all turns before it, and the whole catalogue
is ranked. `new`: each item named there and not before is a case, and what was named before is out of every ranking.
`all`: each item named there is a case, repeats included, and every peer ranks everything.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.data.dialogues import Dialogue
from convrec.errors import UsageError
from convrec.evaluate.conversation_peers import Ranks
from convrec.evaluate.interval import Estimate, clustered, holm, randomisation
from convrec.types import ItemId, Turn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue
    from convrec.recommend import Recommender

Progress = Callable[[str], None]

CUTS = (1, 5, 10, 20, 50)
KINDS = ("new", "all")
OURS = "convrec"


@dataclass(frozen=True, slots=True)
class Moment:
    """A turn in which the recommending person names items.

    Attributes:
        dialogue: Number of the talk among those evaluated.
        turns: Everything said before, oldest first; items outside the catalogue left out.
        named: Items named before, in order.
        items: Items named in the turn, each once.
    """

    dialogue: int
    turns: tuple[Turn, ...]
    named: tuple[ItemId, ...]
    items: tuple[ItemId, ...]

    @property
    def new(self) -> tuple[ItemId, ...]:
        """Items named here for the first time."""
        return tuple(one for one in self.items if one not in self.named)


@dataclass(frozen=True, slots=True)
class Row:
    """One system.

    Attributes:
        name: Of the system.
        figures: Estimate by kind of case and metric (`Recall@10`, `NDCG@10`), with an interval over talks.
        seconds: For all moments.
    """

    name: str
    figures: Mapping[str, Mapping[str, Estimate]]
    seconds: float


@dataclass(frozen=True, slots=True)
class Versus:
    """convrec less a peer, on new items.

    Attributes:
        peer: Its name.
        metric: `Recall@10`, `NDCG@10`...
        difference: Mean over cases, with an interval over talks.
        p: Two-sided, paired randomisation over talks.
        p_holm: Corrected for the number of comparisons.
    """

    peer: str
    metric: str
    difference: Estimate
    p: float
    p_holm: float


def moments(dialogues: Iterable[Dialogue], catalogue: Catalogue) -> tuple[list[Moment], int]:
    """The moments of some talks, and how many mentions are of items that the catalogue does not have."""
    found: list[Moment] = []
    unknown = 0
    for number, talk in enumerate(dialogues):
        turns: list[Turn] = []
        named: dict[ItemId, None] = {}
        for turn in talk.turns:
            items = tuple(one for one in dict.fromkeys(turn.items) if one in catalogue)
            unknown += len(set(turn.items)) - len(items)
            if turn.role == "assistant" and items:
                found.append(Moment(number, tuple(turns), tuple(named), items))
            turns.append(Turn(turn.role, turn.text, items))
            named |= dict.fromkeys(items)
    return found, unknown


def evaluate(
    rec: Recommender,
    dialogues: Sequence[Dialogue],
    peers: Mapping[str, Ranks],
    *,
    words_only: bool = False,
    seed: int = 0,
    progress: Progress = lambda message: None,
) -> dict[str, Any]:
    """Recall and NDCG of convrec and its peers on recorded talks.

    Args:
        rec: An open recommender; asked through `recommend(conversation=...)`, as any program would.
        dialogues: To judge by.
        peers: By name, see `convrec.evaluate.conversation_peers`.
        words_only: Give convrec the words alone and let it find the titles in them.
        seed: Of bootstrap and randomisation.
        progress: Told each step.

    Raises:
        UsageError: No assistant turn of the talks names an item of the catalogue.
    """
    found, unknown = moments(dialogues, rec.catalogue)
    if not any(moment.new for moment in found):
        raise UsageError(
            f"no assistant turn of the {len(dialogues)} dialogues names a new item of the catalogue ({unknown} items "
            "named are not in it); the ids must be those of the workspace"
        )
    lists = {OURS: _ours(rec, found, words_only, progress)}
    rows: list[Row] = []
    tables: dict[str, dict[str, NDArray[np.float64]]] = {}
    talks = {kind: _talks(found, kind) for kind in KINDS}
    for name in (OURS, *peers):
        progress(f"{name}: {len(found)} moments")
        start = time.perf_counter()
        ranks = lists[name][0] if name in lists else _peer(rec.catalogue, peers[name], found)
        taken = lists[name][1] if name in lists else time.perf_counter() - start
        figures = {}
        for kind in KINDS:
            scores = _scores(np.array(ranks[kind]))
            if kind == "new":
                tables[name] = scores
            figures[kind] = {metric: clustered(each, talks[kind], seed=seed) for metric, each in scores.items()}
        rows.append(Row(name, figures, taken))
    return {
        "protocol": "assistant turns that name items, all items ranked",
        "dialogues": len(dialogues),
        "moments": len(found),
        "cases": {kind: len(talks[kind]) for kind in KINDS},
        "items": len(rec.catalogue),
        "unknown_items": unknown,
        "words_only": words_only,
        "seed": seed,
        "systems": rows,
        "comparisons": _compared(tables, talks["new"], seed),
    }


def _ours(
    rec: Recommender, found: Sequence[Moment], words_only: bool, progress: Progress
) -> tuple[dict[str, list[float]], float]:
    ranks: dict[str, list[float]] = {kind: [] for kind in KINDS}
    start = time.perf_counter()
    for number, moment in enumerate(found, 1):
        talk = [
            {"role": turn.role, "text": turn.text} | ({} if words_only else {"items": list(turn.items)})
            for turn in moment.turns
        ]
        # The very first turn has nothing before it: a newcomer without a wish.
        shown = rec.recommend(conversation=talk or None, k=max(CUTS) + len(moment.named), explain=False)
        listed = [one.item.id for one in shown]
        unnamed = {item_id: place for place, item_id in enumerate(_without(listed, moment.named), 1)}
        place_of = {item_id: place for place, item_id in enumerate(listed, 1)}
        ranks["new"] += [unnamed.get(one, np.inf) for one in moment.new]
        ranks["all"] += [place_of.get(one, np.inf) for one in moment.items]
        if number % 200 == 0:
            progress(f"{OURS}: {number} of {len(found)} moments")
    return ranks, time.perf_counter() - start


def _without(listed: Sequence[ItemId], gone: Sequence[ItemId]) -> list[ItemId]:
    out = frozenset(gone)
    return [one for one in listed if one not in out]


def _peer(catalogue: Catalogue, peer: Ranks, found: Sequence[Moment]) -> dict[str, list[float]]:
    ranks: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for moment, scores in zip(found, peer(found), strict=True):
        named = [catalogue.row(one) for one in moment.named]
        ranks["all"] += [_rank(scores, catalogue.row(one)) for one in moment.items]
        scores = scores.copy()
        scores[named] = -np.inf
        ranks["new"] += [_rank(scores, catalogue.row(one)) for one in moment.new]
    return ranks


def _rank(scores: NDArray[np.float32], row: int) -> float:
    """From 1; of equal scores the earlier row comes first, and what is not ranked at all has no rank."""
    mine = scores[row]
    if not np.isfinite(mine):
        return float("inf")
    return float((scores > mine).sum() + (scores[:row] == mine).sum() + 1)


def _talks(found: Sequence[Moment], kind: str) -> NDArray[np.int64]:
    """The talk of each case."""
    sizes = [len(moment.new if kind == "new" else moment.items) for moment in found]
    return np.repeat([moment.dialogue for moment in found], sizes)


def _scores(ranks: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Each metric of each case; with one right item a case, the best NDCG is 1."""
    made = {f"Recall@{k}": (ranks <= k).astype(np.float64) for k in CUTS}
    return made | {f"NDCG@{k}": np.where(ranks <= k, 1 / np.log2(1 + ranks), 0.0) for k in CUTS}


def _compared(
    tables: Mapping[str, Mapping[str, NDArray[np.float64]]], talks: NDArray[np.int64], seed: int
) -> list[Versus]:
    found = []
    for peer in tables:
        for metric in ("Recall@1", "Recall@10", "Recall@50", "NDCG@10"):
            if peer == OURS:
                continue
            ours, theirs = tables[OURS][metric], tables[peer][metric]
            mine, other = (np.bincount(talks, each).astype(np.float64) for each in (ours, theirs))
            gap = clustered(ours - theirs, talks, seed=seed)
            found.append((peer, metric, gap, randomisation(mine, other, seed=seed)))
    corrected = holm([p for *_, p in found])
    return [Versus(*each, p_holm) for each, p_holm in zip(found, corrected, strict=True)]
