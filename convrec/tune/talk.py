"""Tuning the reader of talks: the encoder's upper layers and two small heads, on recorded talks over any catalogues.

Every item of the catalogue is a wrong answer at every moment: the items' vectors are known beforehand, so that a step
costs the reading of the talks and little else, and no correction for sampled negatives is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec import config
from convrec.errors import UsageError
from convrec.index.document import document
from convrec.retrieve.talk import files
from convrec.retrieve.talk.blend import NAMES, Blend
from convrec.retrieve.talk.text import title
from convrec.tune import talk_blend
from convrec.tune.encoder_files import Run
from convrec.tune.talk_cases import Talks
from convrec.tune.talk_files import publish
from convrec.tune.talk_memory import memory
from convrec.tune.talk_network import Network, restored, torch_of
from convrec.tune.talk_trainer import Figures, Progress, Reader, Trainer, figures
from convrec.tune.towers import Towers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Encoder


_MOST = 700
"""Held-out moments of a catalogue that the blend is chosen and judged on."""


@dataclass(frozen=True)
class Plan:
    """How to train.

    Attributes:
        steps: Batches; 0: keep the weights that it starts from, and choose anew how much what else is known counts.
        batch: Moments a batch; a batch is of one catalogue.
        rank: Of LoRA.
        layers: How many of the encoder's upper layers are tuned.
        item_units: Hidden units of the items' head.
        talk_units: Of the talks'.
        rate: Highest learning rate of LoRA.
        head_rate: Of the heads.
        decay: Weight decay of the heads.
        dropout: In the heads.
        every: Steps between looks at the held-out moments, each of which leaves a checkpoint.
        looks: Most held-out moments of a catalogue that are looked at.
        seed: Of weights, batches and samples.
    """

    steps: int = 700
    batch: int = 48
    rank: int = 16
    layers: int = 3
    item_units: int = 384
    talk_units: int = 256
    rate: float = 4e-4
    head_rate: float = 1e-3
    decay: float = 0.5
    dropout: float = 0.3
    every: int = 100
    looks: int = 300
    seed: int = 0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            least = 0 if name in ("steps", "seed", "decay", "dropout") else 1e-9
            if value < least:
                raise UsageError(f"{name} must be above {'or at ' if not least else ''}0, not {value!r}")


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        folder: The adapter's.
        before: By catalogue, with the encoder as it was.
        after: With the weights kept.
        best_step: Their step.
        steps: Steps done.
        moments: By catalogue, to learn from and held out.
        alone: The adapter's networks on held-out talks that nothing was chosen on, see `convrec.tune.talk_blend`.
        blended: With what other talks and the words by themselves tell, on the same.
        blend: Weights by name, see `convrec.retrieve.talk.blend`.
        own: Those of each catalogue.
    """

    folder: Path
    before: Figures
    after: Figures
    best_step: int
    steps: int
    moments: dict[str, tuple[int, int]] = field(default_factory=dict)
    alone: Figures = field(default_factory=dict)
    blended: Figures = field(default_factory=dict)
    blend: dict[str, float] = field(default_factory=dict)
    own: dict[str, dict[str, float]] = field(default_factory=dict)


def tune(
    talks: Sequence[Talks],
    plan: Plan,
    out: Path,
    *,
    start: Path | None = None,
    resume: bool = False,
    licence: str = "",
    progress: Progress = lambda message: None,
) -> Outcome:
    """Train a talk adapter.

    Args:
        talks: Catalogues with their talks.
        plan: How.
        out: Where the adapter goes; must not exist.
        start: A talk adapter whose encoder is kept as it is: only the heads are trained, from its own where they are of
            the planned sizes. Minutes instead of half an hour, and right for few talks.
        resume: Go on from the last checkpoint of an unfinished run.
        licence: Terms of the data, for the card.
        progress: Told each step of the way.

    Raises:
        UsageError: `out` is taken, there is nothing to do, or an unfinished run is there and was started otherwise.
        RunError: Training diverged.
    """
    from convrec.embed import open_encoder
    from convrec.llm.embedded import locate

    if not plan.steps and start is None:
        raise UsageError("0 steps keep the weights of an adapter: name it with --from")
    settings = config.load()
    name = settings.models.encoder
    base = locate(name, online=settings.online)
    kept = asdict(plan) | {each.name: len(each.train) for each in talks} | {"start": start.name if start else ""}
    run = Run(out, resume=resume, plan=kept)
    vectors = _vectors(talks, open_encoder(settings.models, online=settings.online), progress)
    network = Network(
        vectors[0][0].shape[1],
        item_units=plan.item_units,
        talk_units=plan.talk_units,
        dropout=plan.dropout,
        seed=plan.seed,
    )
    reader: Reader
    encoder: Towers | Path
    if start is None:
        encoder = Towers(
            base, rank=plan.rank, seed=plan.seed, device=settings.models.device, layers=plan.layers, dropout=0.0
        )
        reader = _Tuned(encoder, talks)
    else:
        encoder = start
        models = settings.models.model_copy(update={"encoder_adapter": str(start)})
        reader = _Fixed(open_encoder(models, online=settings.online), talks, progress)
        if network.fits(heads := files.load(start).heads):
            restored(network, {n: torch_of(value) for n, value in heads.weights.items()})
    trainer = Trainer(reader, network, vectors, plan, talks, run, progress)
    trainer.start()
    trainer.train()
    outcome = Outcome(
        out,
        trainer.before,
        trainer.best,
        trainer.best_step,
        trainer.step,
        {each.name: (len(each.train), len(each.held)) for each in talks},
    )
    trainer.keep_best()
    progress("choosing how much other talks and the words by themselves count")
    looked_for = [trainer.learned(which) for which in range(len(talks))]
    moments = memory(talks, looked_for, seed=plan.seed)
    known = talk_blend.Known(talk_blend.fame(talks), talk_blend.company(talks), moments)
    blend = _blended(trainer, talks, known, outcome)
    home = np.stack([np.concatenate([both[n].numpy() for both in vectors]).mean(axis=0) for n in (0, 1)])
    stored = files.Stored(network.heads(), home, blend, known.fame, known.company, known.memory)
    publish(encoder, stored, out, base=base, name=name, outcome=outcome,
            plan=plan, talks=talks, licence=licence, start=start)  # fmt: skip
    run.close()
    return outcome


def _blended(trainer: Trainer, talks: Sequence[Talks], known: talk_blend.Known, outcome: Outcome) -> Blend:
    """The blend chosen on held-out talks; its figures go into the outcome."""
    parts = []
    for which, each in enumerate(talks):
        places = range(min(len(each.held), _MOST))
        read, looked_for = trainer.read_with_talks(which, places)
        parts.append(talk_blend.judged(each, each.held[: len(places)], read, looked_for, known))
    verdict = talk_blend.chosen(parts)
    outcome.blend = _named(verdict.blend.weights)
    for which, (each, left, scores) in enumerate(zip(talks, verdict.left, verdict.scores, strict=True)):
        outcome.own[each.name] = _named(verdict.blend.own[which])
        if left.cases:
            outcome.alone[each.name] = figures(left.scores(Blend.plain()), left.cases)
            outcome.blended[each.name] = figures(scores, left.cases)
    return verdict.blend


def _named(weights: NDArray[np.float32]) -> dict[str, float]:
    return dict(zip(NAMES, weights.tolist(), strict=True))


def _vectors(talks: Sequence[Talks], encoder: Encoder, progress: Progress) -> list[tuple[Any, Any]]:
    """Of documents and titles of each catalogue, by the encoder as it comes."""
    found = []
    for each in talks:
        progress(f"{each.name}: embedding {len(each.catalogue):,} items, their documents and their titles")
        texts = [document(item) for item in each.catalogue.items], [title(item) for item in each.catalogue.items]
        documents, titles = (torch_of(encoder.encode(kind, role="document")) for kind in texts)
        found.append((documents, titles))
    return found


class _Tuned:
    """Words read by an encoder that is being tuned."""

    def __init__(self, towers: Towers, talks: Sequence[Talks]) -> None:
        self._towers, self._talks = towers, talks
        self.trained = towers.trained

    def train(self, which: int, places: Sequence[int]) -> Any:
        return self._towers.embed([self._talks[which].train[place].words for place in places], "query")

    def held(self, which: int, places: Sequence[int]) -> Any:
        return torch_of(self._towers.encode([self._talks[which].held[place].words for place in places], "query"))


class _Fixed:
    """Words read once, by an encoder that stays as it is."""

    def __init__(self, encoder: Encoder, talks: Sequence[Talks], progress: Progress) -> None:
        self.trained: dict[str, Any] = {}
        self._encoder, self._talks, self._progress = encoder, talks, progress
        self._read: dict[tuple[int, bool], Any] = {}

    def train(self, which: int, places: Sequence[int]) -> Any:
        return self._vectors(which, held=False)[list(places)]

    def held(self, which: int, places: Sequence[int]) -> Any:
        return self._vectors(which, held=True)[list(places)]

    def _vectors(self, which: int, *, held: bool) -> Any:
        if (which, held) not in self._read:
            each = self._talks[which]
            cases = each.held if held else each.train
            self._progress(f"{each.name}: reading {len(cases):,} moments{' held out' if held else ''}")
            vectors = self._encoder.encode([case.words for case in cases], role="query")
            self._read[which, held] = torch_of(vectors)
        return self._read[which, held]
