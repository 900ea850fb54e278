"""What a run learns from: the sources of a plan, the items' documents, and checks of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import UsageError
from convrec.tune.encoder_plan import Plan
from convrec.tune.fit import Fitter
from convrec.tune.pairs import DialogueSource, LogSource, Pair, Source
from convrec.tune.towers import Towers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors
    from convrec.recommend import Recommender


def sources(rec: Recommender, plan: Plan, fitter: Fitter) -> list[Source]:
    """One source a kind of data."""
    found: list[Source] = []
    log = rec.store.events.log() if {"history", "profile"} & set(plan.data) else None
    for kind in plan.data:
        if log is None or kind == "dialogues":
            found.append(DialogueSource(plan.dialogues, rec.catalogue, fitter))
            continue
        profiler = _profiler(rec, log) if kind == "profile" else None
        found.append(LogSource(kind, log, rec.catalogue, rec.scale, fitter, profiler=profiler, seed=plan.seed))
    return found


def _profiler(rec: Recommender, log: Any) -> Any:
    """As the workspace's own, with what people have in common counted without the held-out events."""
    from convrec.data.splits import last_item_out
    from convrec.profile.profiler import TasteProfiler

    rows = last_item_out(log).train.rows(rec.catalogue)
    counts = np.bincount(rows[rows >= 0], minlength=len(rec.catalogue)).astype(np.float32)
    noun, verb = rec.settings.noun, rec.settings.verb
    return TasteProfiler(rec.catalogue, rec.scale, noun, verb, None, popularity=counts)


def require(sources: Sequence[Source], held: dict[str, list[Pair]]) -> None:
    """Refuse a source without examples, or without held-out cases to judge by."""
    for source in sources:
        if not len(source.rows):
            raise UsageError(
                f"data {source.kind!r} has no training example: nobody liked two items before the newest two"
            )
        if not held[source.kind]:
            raise UsageError(
                f"data {source.kind!r} has no held-out case to judge by: more people or dialogues are needed"
            )


def documents_cut(rec: Recommender, towers: Towers, documents: Sequence[str]) -> int:
    """How many documents are longer than the encoder reads; their titles and genres must fit in any case."""
    long = [
        row for row, text in enumerate(documents) if len(text) > towers.limit and towers.tokens(text) > towers.limit
    ]
    for row in long:
        item = rec.catalogue.items[row]
        if towers.tokens(". ".join([item.label, ", ".join(item.genres)])) > towers.limit:
            raise UsageError(
                f"item {item.id!r}: its title and genres alone are longer than the {towers.limit} tokens that the "
                "encoder reads; shorten them, or choose an encoder that reads more"
            )
    return len(long)


def vectors(rec: Recommender, documents: Sequence[str]) -> Vectors | None:
    """The index's own vectors, where the settings' encoder made them."""
    from convrec.embed import open_encoder

    stored = rec.workspace.index.vectors
    same = open_encoder(rec.settings.models, online=rec.settings.online).name == rec.workspace.encoder.name
    return np.asarray(stored, dtype=np.float32) if same and len(stored) == len(documents) else None


def fingerprint(plan: Plan, encoder: str, sources: Sequence[Source], documents: Sequence[str]) -> dict[str, Any]:
    """What must be the same for a run to be resumed."""
    from hashlib import blake2b

    digest = blake2b(digest_size=12)
    for text in documents:
        digest.update(text.encode(errors="replace") + b"\x1e")
    for source in sources:
        digest.update(source.kind.encode() + source.rows.tobytes())
    said = asdict(plan) | {"dialogues": [path.name for path in plan.dialogues], "data": list(plan.data)}
    return said | {"encoder": encoder, "content": digest.hexdigest()}


def share(sources: Sequence[Source], n_items: int) -> NDArray[np.float64]:
    """Share of each item among the items of the examples, each source counting alike; adds up to 1."""
    shares = [np.bincount(source.rows, minlength=n_items) / len(source.rows) for source in sources]
    return np.asarray(np.mean(shares, axis=0), dtype=np.float64)
