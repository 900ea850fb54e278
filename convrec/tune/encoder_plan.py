"""What to train an encoder on, and how."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from convrec.errors import UsageError
from convrec.tune.pairs import KINDS

NEGATIVES = ("mined", "in-batch")


@dataclass(frozen=True)
class Plan:
    """What to train on, and how.

    Attributes:
        data: Kinds of query: `history`, `profile`, `dialogues`; each gets an equal part of a batch.
        dialogues: Files, for `dialogues`.
        steps: Batches at most; early stopping may end sooner.
        batch: Pairs a batch.
        rank: Of LoRA.
        negatives: `mined` (in-batch ones and hard ones) or `in-batch`.
        hard: Hard negatives a query, drawn from the `pool` nearest wrong items.
        pool: See `hard`.
        temperature: Divides the cosines.
        rate: Highest learning rate; it rises over the first tenth and falls to 0 at the end.
        every: Steps between looks at the held-out cases, each of which leaves a checkpoint; 0: an eighth of the steps.
        patience: Looks without improvement after which it stops.
        seed: Of weights, batches and samples.
        adapter_only: Keep the adapter alone.
    """

    data: tuple[str, ...] = ("history",)
    dialogues: tuple[Path, ...] = ()
    steps: int = 400
    batch: int = 32
    rank: int = 16
    negatives: str = "mined"
    hard: int = 1
    pool: int = 50
    temperature: float = 0.05
    rate: float = 5e-4
    every: int = 0
    patience: int = 3
    seed: int = 0
    adapter_only: bool = False

    def __post_init__(self) -> None:
        for name in self.data:
            if name not in KINDS:
                raise UsageError(f"data {name!r} is none of {', '.join(KINDS)}")
        if not self.data or len(set(self.data)) < len(self.data):
            raise UsageError("name each kind of data once, and at least one of: " + ", ".join(KINDS))
        if ("dialogues" in self.data) != bool(self.dialogues):
            raise UsageError("data 'dialogues' and --dialogues FILE go together: give both or neither")
        if self.negatives not in NEGATIVES:
            raise UsageError(f"negatives {self.negatives!r} is none of {', '.join(NEGATIVES)}")
        least = {"steps": 1, "batch": 2 * len(self.data), "rank": 1, "hard": 1, "pool": self.hard, "patience": 1}
        for name, low in least.items():
            if getattr(self, name) < low:
                raise UsageError(f"{name} must be at least {low}, not {getattr(self, name)!r}")
        if not (self.temperature > 0 and self.rate > 0):
            raise UsageError("temperature and learning rate must be above 0")
