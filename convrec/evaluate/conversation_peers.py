"""Simple ways to recommend from a talk, to be judged beside: each gives every item a score at every moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np

from convrec.data.dialogues import Dialogue

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.recommend import Recommender
    from convrec.types import ItemId, Turn

    class Asked(Protocol):
        """What a peer sees of a moment."""

        @property
        def turns(self) -> tuple[Turn, ...]:
            """Everything said before."""
            ...

        @property
        def named(self) -> tuple[ItemId, ...]:
            """Items named before, in order."""
            ...


Ranks = Callable[["Sequence[Asked]"], "Iterable[NDArray[np.float32]]"]
"""Scores of all items at each moment, shape `(n_items,)`; `-inf`: not ranked."""

LAST = 3
"""Turns that text peers read: more blur what is wanted now."""


def peers(rec: Recommender, training: Sequence[Dialogue]) -> dict[str, Ranks]:
    """Those that can be had: popularity wants talks to count in, or a log.

    Args:
        rec: An open recommender.
        training: Talks that are not judged by.
    """
    counts = _mentions(rec, training)
    if not counts.any() and rec.workspace.collaborative is not None:
        counts = rec.workspace.collaborative.counts.astype(np.float32)
    found: dict[str, Ranks] = {"popularity": lambda asked: (counts for _ in asked)} if counts.any() else {}
    return found | {"BM25": _words(rec), "untuned encoder": _encoder(rec), "echo of named titles": _echo(rec)}


def _mentions(rec: Recommender, training: Sequence[Dialogue]) -> NDArray[np.float32]:
    """How often the recommending person names each item."""
    counts = np.zeros(len(rec.catalogue), dtype=np.float32)
    for talk in training:
        for turn in talk.turns:
            if turn.role == "assistant":
                rows = [rec.catalogue.row(one) for one in set(turn.items) if one in rec.catalogue]
                counts[rows] += 1
    return counts


def _text(asked: Asked) -> str:
    return " ".join(turn.text.strip() for turn in asked.turns[-LAST:])


def _words(rec: Recommender) -> Ranks:
    """BM25 of the last turns against the items' documents."""
    import bm25s

    from convrec.index.document import document
    from convrec.retrieve.lexical import tokens

    index = bm25s.BM25(method="lucene")
    index.index([tokens(document(item)) or ["?"] for item in rec.catalogue.items], show_progress=False)
    known = frozenset(index.vocab_dict)
    nothing = np.zeros(len(rec.catalogue), dtype=np.float32)

    def scores(asked: Sequence[Asked]) -> Iterable[NDArray[np.float32]]:
        for one in asked:
            words = [word for word in tokens(_text(one)) if word in known]
            yield np.asarray(index.get_scores(words), dtype=np.float32) if words else nothing

    return scores


def _encoder(rec: Recommender) -> Ranks:
    """Nearness of the items' documents to the last turns, by the encoder as it comes."""
    from convrec.embed import open_encoder
    from convrec.index.document import document

    models = rec.settings.models
    if models.encoder_adapter:
        encoder = open_encoder(models.model_copy(update={"encoder_adapter": ""}), online=rec.settings.online)
        vectors = encoder.encode([document(item) for item in rec.catalogue.items], role="document")
    else:
        encoder, vectors = rec.workspace.encoder, np.asarray(rec.workspace.index.vectors, dtype=np.float32)

    def scores(asked: Sequence[Asked]) -> Iterable[NDArray[np.float32]]:
        queries = encoder.encode([_text(one) for one in asked], role="query")
        return (np.asarray(vectors @ query, dtype=np.float32) for query in queries)

    return scores


def _echo(rec: Recommender) -> Ranks:
    """The titles named so far, the newest first; finds repeats and nothing else."""

    def scores(asked: Sequence[Asked]) -> Iterable[NDArray[np.float32]]:
        for one in asked:
            found = np.full(len(rec.catalogue), -np.inf, dtype=np.float32)
            last: Mapping[ItemId, int] = {item: at for at, turn in enumerate(one.turns) for item in turn.items}
            for item_id, at in last.items():
                found[rec.catalogue.row(item_id)] = at
            yield found

    return scores
