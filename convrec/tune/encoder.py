"""Contrastive tuning of the sentence transformer: queries about a person against the items' documents."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import RunError, UsageError
from convrec.index.document import document
from convrec.tune import contrast
from convrec.tune import encoder_material as material
from convrec.tune.encoder_card import card
from convrec.tune.encoder_figures import Figures, of_ranks, ranks, score
from convrec.tune.encoder_files import Run, publish
from convrec.tune.encoder_plan import Plan
from convrec.tune.fit import Fitter
from convrec.tune.pairs import Pair, Source
from convrec.tune.towers import Towers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors
    from convrec.recommend import Recommender

Progress = Callable[[str], None]

__all__ = ["Outcome", "Plan", "tune"]


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        folder: The tuned encoder's.
        before: Figures on the held-out cases with the encoder as it was.
        after: With the weights that were kept.
        best_step: Step of the weights kept; 0: nothing was better than what there was.
        steps: Steps done.
        examples: Training examples by kind.
        curve: At each look: step, training loss since the last one, score on the held-out cases.
        documents_cut: Items whose document is longer than the encoder reads; it reads the beginning, as the index does.
        queries: Queries written, and how many of them lost their oldest parts to fit.
        unknown: Items named in dialogues that the catalogue does not have.
    """

    folder: Path
    before: Figures
    after: Figures
    best_step: int = 0
    steps: int = 0
    examples: dict[str, int] = field(default_factory=dict)
    curve: list[tuple[int, float, float]] = field(default_factory=list)
    documents_cut: int = 0
    queries: tuple[int, int] = (0, 0)
    unknown: int = 0


def tune(
    rec: Recommender, plan: Plan, out: Path, *, resume: bool = False, progress: Progress = lambda message: None
) -> Outcome:
    """Tune the workspace's encoder on its log or on dialogues; each person's newest event is never looked at.

    Args:
        rec: An open recommender; its settings name the encoder to start from.
        plan: What and how.
        out: Where the tuned encoder goes; complete or absent.
        resume: Go on from the last checkpoint of an unfinished run.
        progress: Told each step of the way.

    Raises:
        UsageError: There is nothing to learn from, a text cannot be fitted, or `out` is taken.
        RunError: Training diverged.
    """
    from convrec.llm.embedded import locate

    chosen = rec.settings.models
    if chosen.encoder_adapter:
        raise UsageError("models.encoder_adapter is set: tuning starts from an encoder without adapter, so unset it")
    base = locate(chosen.encoder, online=rec.settings.online)
    towers = Towers(base, rank=plan.rank, seed=plan.seed, device=chosen.device, dtype=chosen.dtype)
    documents = [document(item) for item in rec.catalogue.items]
    cut = material.documents_cut(rec, towers, documents)
    if cut:
        progress(f"{cut} of {len(documents)} documents are read to token {towers.limit} only, as the index reads them")
    fitter = Fitter(towers.tokens, towers.limit)
    sources = material.sources(rec, plan, fitter)
    held = {source.kind: source.held() for source in sources}
    material.require(sources, held)
    run = Run(out, resume=resume, plan=material.fingerprint(plan, chosen.encoder, sources, documents))
    trainer = _Trainer(towers, plan, sources, held, documents, run, fitter, progress)
    trainer.start(material.vectors(rec, documents))
    trainer.train()
    outcome = Outcome(
        out,
        trainer.before,
        trainer.best,
        trainer.best_step,
        trainer.step,
        {source.kind: len(source.rows) for source in sources},
        trainer.curve,
        cut,
        (fitter.seen, fitter.trimmed),
        sum(getattr(source, "unknown", 0) for source in sources),
    )
    trainer.keep_best()
    facts = {"format": 1, "best_step": outcome.best_step, "before": outcome.before, "after": outcome.after}
    publish(
        towers,
        out,
        base=base,
        name=chosen.encoder,
        card=card(outcome, plan, chosen.encoder, rec.settings.name),
        facts=facts,
        adapter_only=plan.adapter_only,
    )
    run.close()
    return outcome


class _Trainer:
    """The loop. A batch is a function of seed and step alone, so a resumed run goes on as if it had never stopped."""

    def __init__(
        self,
        towers: Towers,
        plan: Plan,
        sources: Sequence[Source],
        held: dict[str, list[Pair]],
        documents: Sequence[str],
        run: Run,
        fitter: Fitter,
        progress: Progress,
    ) -> None:
        import torch

        self._fitter = fitter
        self._towers, self._plan, self._sources, self._held = towers, plan, sources, held
        self._documents, self._run, self._progress = documents, run, progress
        self._every = plan.every or max(plan.steps // 8, 1)
        self._share = material.share(sources, len(documents))
        self._optimizer = torch.optim.AdamW(towers.trained.values(), lr=plan.rate, weight_decay=0.01)
        self._best_weights: dict[str, Any] = {}
        self._bank: Vectors = np.empty((0, 0), dtype=np.float32)
        self.before: Figures = {}
        self.best: Figures = {}
        self.best_step = self.step = 0
        self.curve: list[tuple[int, float, float]] = []

    def start(self, vectors: Vectors | None) -> None:
        """From the last checkpoint where there is one, else from the encoder as it is.

        Args:
            vectors: The items' vectors under the encoder as it is, where they are at hand.
        """
        if self._run.newest() is not None:
            self._restore()
            self._progress(f"going on after step {self.step}")
            return
        self._progress("looking at the held-out cases with the encoder as it is")
        self.before = self.best = self._look(vectors)
        self._best_weights = {name: weight.detach().clone() for name, weight in self._towers.trained.items()}
        self.curve.append((0, math.nan, score(self.before)))
        self._progress(f"step 0: {_worded(self.before)}")

    def train(self) -> None:
        """Steps until all are done or the held-out figures no longer rise."""
        losses: list[float] = []
        while self.step < self._plan.steps and not self._tired():
            losses.append(self._one(self.step))
            self.step += 1
            if self.step % self._every == 0 or self.step == self._plan.steps:
                figures = self._look()
                self.curve.append((self.step, float(np.mean(losses)), score(figures)))
                self._progress(f"step {self.step}: loss {np.mean(losses):.4f}; {_worded(figures)}")
                losses = []
                if score(figures) > score(self.best):
                    self.best, self.best_step = figures, self.step
                    self._best_weights = {n: weight.detach().clone() for n, weight in self._towers.trained.items()}
                self._save()

    def keep_best(self) -> None:
        """Put the best weights back."""
        import torch

        with torch.no_grad():
            for name, weight in self._towers.trained.items():
                weight.copy_(self._best_weights[name])

    def _one(self, step: int) -> float:
        import torch

        plan = self._plan
        rng = np.random.default_rng((plan.seed, 1, step))
        torch.manual_seed(int(rng.integers(2**31)))
        pairs = self._batch(step)
        queries = self._towers.embed([pair.query for pair in pairs], "query")
        mined: list[list[int]] = []
        if plan.negatives == "mined":
            now = queries.detach().float().cpu().numpy()
            mined = contrast.mine(now, self._bank, pairs, each=plan.hard, pool=plan.pool, rng=rng)
        rows, own = contrast.columns(pairs, mined)
        hard = np.isin(rows, [row for found in mined for row in found])
        correction = contrast.log_inclusion(rows, self._share, plan.batch, plan.hard / plan.pool, hard)
        documents = self._towers.embed([self._documents[row] for row in rows], "document")
        where = queries.device
        loss = contrast.contrast(
            queries,
            documents,
            torch.from_numpy(own).to(where),
            torch.from_numpy(contrast.false_negatives(pairs, rows)).to(where),
            torch.from_numpy(correction).float().to(where),
            plan.temperature,
        )
        value = float(loss.detach())
        if not math.isfinite(value):
            raise RunError("tune", f"the loss of step {step + 1} is {value}; try a smaller learning rate")
        for group in self._optimizer.param_groups:
            group["lr"] = plan.rate * _schedule(step, plan.steps)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self._towers.trained.values()), 1.0)
        self._optimizer.step()
        return value

    def _batch(self, step: int) -> list[Pair]:
        """Equal parts of each source; each goes through a new permutation of its examples in every round."""
        chosen = []
        for place, source in enumerate(self._sources):
            quota = self._plan.batch // len(self._sources) + (place < self._plan.batch % len(self._sources))
            n = len(source.rows)
            for at in range(step * quota, (step + 1) * quota):
                order = self._order(place, at // n, n)
                chosen.append(source.pair(int(order[at % n])))
        return chosen

    def _order(self, source: int, turn: int, n: int) -> NDArray[np.int64]:
        kept: dict[tuple[int, int], NDArray[np.int64]] = self.__dict__.setdefault("_orders", {})
        if (source, turn) not in kept:
            kept[(source, turn)] = np.random.default_rng((self._plan.seed, 2, source, turn)).permutation(n)
        return kept[(source, turn)]

    def _look(self, vectors: Vectors | None = None) -> Figures:
        """Figures on the held-out cases; the items' vectors made for it serve to mine negatives until the next look."""
        self._bank = vectors if vectors is not None else self._towers.encode(self._documents, "document")
        figures = {}
        for kind, cases in self._held.items():
            texts = list(dict.fromkeys(case.query for case in cases))
            made = dict(zip(texts, self._towers.encode(texts, "query"), strict=True))
            queries = np.stack([made[case.query] for case in cases])
            figures[kind] = of_ranks(kind, ranks(queries, self._bank, cases))
        return figures

    def _tired(self) -> bool:
        return sum(step > self.best_step for step, *_ in self.curve) >= self._plan.patience

    def _save(self) -> None:
        import torch

        tensors = {"bank": torch.from_numpy(np.ascontiguousarray(self._bank))}
        for name, weight in self._towers.trained.items():
            tensors |= {f"now/{name}": weight, f"best/{name}": self._best_weights[name]}
            moments = self._optimizer.state[weight]
            tensors |= {
                f"adam/{name}/{key}": torch.as_tensor(moments[key]) for key in ("step", "exp_avg", "exp_avg_sq")
            }
        state = {"step": self.step, "best_step": self.best_step, "best": self.best, "before": self.before}
        state |= {"queries": [self._fitter.seen, self._fitter.trimmed]}
        curve = [[step, None if math.isnan(loss) else loss, value] for step, loss, value in self.curve]
        self._run.save(self.step, {**state, "curve": curve}, tensors)

    def _restore(self) -> None:
        import torch

        state, tensors = self._run.read(), self._run.tensors()
        self.step, self.best_step = state["step"], state["best_step"]
        self.best, self.before = state["best"], state["before"]
        self._fitter.seen, self._fitter.trimmed = state["queries"]
        self.curve = [(step, math.nan if loss is None else loss, value) for step, loss, value in state["curve"]]
        self._bank = tensors["bank"].numpy()
        with torch.no_grad():
            for name, weight in self._towers.trained.items():
                weight.copy_(tensors[f"now/{name}"])
                self._best_weights[name] = tensors[f"best/{name}"].to(weight.device)
                keys = ("step", "exp_avg", "exp_avg_sq")
                moments = {key: tensors[f"adam/{name}/{key}"] for key in keys}
                self._optimizer.state[weight] = {
                    key: value if key == "step" else value.to(weight.device) for key, value in moments.items()
                }


def _schedule(step: int, steps: int) -> float:
    """Linear up over the first tenth, linear down to 0: share of the highest rate, above 0 to 1."""
    warm = max(steps // 10, 1)
    return min((step + 1) / warm, (steps - step) / max(steps - warm, 1), 1.0)


def _worded(figures: Figures) -> str:
    return "; ".join(
        f"{kind}: " + ", ".join(f"{name} {value:.4f}" for name, value in of.items() if name != "cases")
        for kind, of in figures.items()
    )
