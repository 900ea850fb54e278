"""How much each signal counts, and one score out of many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from convrec.types import Candidate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.retrieve.signal import Signal
    from convrec.types import ItemId


@dataclass(frozen=True)
class Weights:
    """Weight of each signal.

    Those of the history were chosen on the second newest event of people of ml-100k, MovieLens-small and Amazon games.
    Those of words have no such data: they were chosen by reading lists for wishes on MovieLens-small.

    Attributes:
        collaborative: What the history speaks for.
        neighbours: What the people with the likest histories took up.
        fame: Of the logarithm of an item's events, beside a history. Below 0: every signal of the history favours what
            many people know, more than what they take up next bears out.
        trend: Of how much oftener than usual an item was lately taken up, beside a history.
        semantic: Nearness to the texts of what was liked.
        semantic_rare: Added to `semantic` for items that nobody has touched, less for known ones.
        semantic_alone: In place of `semantic` where there is no log.
        profile: The profile's statements.
        wish: Nearness to the words of the wish.
        kind: Genres, moods and the like that the wish stands for.
        label: Labels of the catalogue that the wish says.
        typical: How typical an item is of the genre that a stranger asks for.
        typical_with_history: The same beside a history. Both were chosen on the second newest event of 250 people of
            ml-100k, one of whose genres was asked for: NDCG@10 .104 in place of .098, and .365 in place of .361.
        lexical: Words shared with the wish.
        likeness: What goes with the items that it shall be like.
        aversion: Nearness to what is not wanted.
        popularity: Fame, where a wish or a stranger says little.
        novelty: Fame turned round, times `Request.novelty`.
        explore: Likeness to the nearest of what was touched, turned round, times `Request.explore`.
        wish_with_likeness: The three signals of the words are multiplied by it where items are named to be like: the
            words then say in which way, and bring nothing in by themselves.
        history_with_wish: The signals of taste are multiplied by it where there is a wish.
        talk: What the tuned reader of talks finds, where it is at home in the catalogue.
        words_with_talk: The signals of words, likeness and fame are multiplied by it where the reader is at home. Both
            were chosen on a tenth of the training talks of `inspired` and `redial`.
    """

    collaborative: float = 1.0
    neighbours: float = 0.4
    fame: float = -0.2
    trend: float = 0.1
    semantic: float = 0.3
    semantic_rare: float = 0.2
    semantic_alone: float = 1.0
    profile: float = 0.1
    wish: float = 1.0
    label: float = 1.5
    typical: float = 0.5
    typical_with_history: float = 0.15
    lexical: float = 0.9
    kind: float = 1.0
    likeness: float = 1.2
    aversion: float = 0.6
    popularity: float = 0.3
    novelty: float = 0.6
    explore: float = 0.6
    wish_with_likeness: float = 1.0
    history_with_wish: float = 0.35
    talk: float = 3.0
    words_with_talk: float = 0.25


@dataclass(frozen=True)
class Weighted:
    """A signal and its weight.

    Attributes:
        signal: The signal.
        weight: One for all items, or one each, shape `(n_items,)`.
        finds: Whether it may bring items in, or only moves those that others bring.
        only_near: Whether only items above the average count: to be unlike something is no merit by itself.
    """

    signal: Signal
    weight: float | NDArray[np.float32]
    finds: bool = True
    only_near: bool = False

    def share(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """What it adds to the score of these items."""
        weight = self.weight[rows] if isinstance(self.weight, np.ndarray) else self.weight
        value = self.signal.at(rows)
        return np.asarray(weight * (np.maximum(value, 0) if self.only_near else value), dtype=np.float32)


def found(signals: Sequence[Weighted], count: int, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Rows that any signal puts among its `count` best of `rows` (None: of all), each once, by row."""
    brought = [each.signal.best(count, rows) for each in signals if each.finds]
    return np.unique(np.concatenate(brought)) if brought else np.empty(0, dtype=np.int64)


def fused(
    signals: Sequence[Weighted], rows: NDArray[np.int64], ids: Sequence[ItemId], k: int | None = None
) -> list[Candidate]:
    """The k best items (None: all), best first, each with the share of every signal; the shares add up to the score.

    Equal scores keep the order of the rows.
    """
    shares: dict[str, NDArray[np.float32]] = {}
    for each in signals:
        share = each.share(rows)
        shares[each.signal.name] = shares[each.signal.name] + share if each.signal.name in shares else share
    table = np.stack(list(shares.values()), axis=1).astype(np.float64) if shares else np.zeros((len(rows), 0))
    scores = table.sum(axis=1)
    order = np.argsort(-scores, kind="stable")[:k]
    return [
        Candidate(ids[place], score, dict(zip(shares, own, strict=True)))
        for place, score, own in zip(order.tolist(), scores[order].tolist(), table[order].tolist(), strict=True)
    ]
