"""The training loop: several tasks on one adapter, resumable to the last bit."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from convrec.errors import RunError, UsageError
from convrec.tune import checkpoint as checkpoints
from convrec.tune.checkpoint import Checkpoint
from convrec.tune.curve import Curve
from convrec.tune.recipe import Recipe, TaskRecipe, TrainRecipe
from convrec.tune.task import Task
from convrec.tune.weights import Weights

Progress = Callable[[str], None]

RECENT = 50
"""Losses that the running median is taken over."""
SUSTAINED = 3
"""Steps running that a loss must be too high before the run is called diverged."""


@dataclass(frozen=True)
class Outcome:
    """What a run came to. The model and the tasks hold the best weights.

    Attributes:
        steps: Optimiser steps done.
        best_step: The one with the best validation; 0: none was better than the untrained model.
        before: Figures on validation of the untrained model, by task.
        after: The same at `best_step`.
        seconds: Spent training and validating, over all processes of the run one after another.
        trainable: Trainable numbers.
        tokens_per_s: Median over the steps; 0 where the tasks do not count tokens.
    """

    steps: int
    best_step: int
    before: dict[str, dict[str, float]]
    after: dict[str, dict[str, float]]
    seconds: float
    trainable: int
    tokens_per_s: float


def accelerator(device: str = "auto") -> Any:
    """Accelerate's view of the processes and devices, as `accelerate launch` set them up.

    Args:
        device: `cpu` keeps off a GPU that is there; else the best device.
    """
    from accelerate import Accelerator

    return Accelerator(cpu=device == "cpu", mixed_precision="no")


def share(step: int, train: TrainRecipe) -> float:
    """The share of the learning rate at a step (counted from 0), between 0 and 1."""
    warm = train.warmup if train.warmup >= 1 else train.warmup * train.steps
    if step + 1 < warm:
        return (step + 1) / warm
    if train.schedule == "constant":
        return 1.0
    done = (step + 1 - warm) / max(train.steps - warm, 1)
    left = (1 + math.cos(math.pi * done)) / 2 if train.schedule == "cosine" else 1 - done
    return train.floor + (1 - train.floor) * max(0.0, min(1.0, left))


class Trainer:
    """One run of one recipe in one folder."""

    def __init__(
        self,
        model: Any,
        tasks: Sequence[tuple[Task, TaskRecipe]],
        recipe: Recipe,
        run: Path,
        *,
        identity: Mapping[str, str],
        accelerator: Any = None,
        progress: Progress = lambda message: None,
        tensorboard: bool = False,
    ) -> None:
        """Put everything on its device.

        Args:
            model: The PEFT-wrapped model.
            tasks: Each with its entry of the recipe.
            recipe: Of which `[train]` is read.
            run: Folder of checkpoints and curve.
            identity: What must be the same for a run to be resumed, by name: recipe, data, base.
            accelerator: Of `accelerator()`; None: made here.
            progress: Told now and then how it goes.
            tensorboard: Whether to write TensorBoard's files too.
        """
        self.accelerator = accelerator or globals()["accelerator"]()
        self.model, self.tasks, self.train, self.run = model, list(tasks), recipe.train, Path(run)
        self.identity = {**identity, "processes": str(self.accelerator.num_processes)}
        self._progress, self._tensorboard = progress, tensorboard
        for task, _ in self.tasks:
            if (module := task.module()) is not None:
                module.to(self.accelerator.device)
        self.weights = Weights(model, self.tasks, self.train)
        self.step = 0
        self._best: dict[str, Any] = {}
        self._state: dict[str, Any] = {
            "best_step": 0, "best_score": -math.inf, "worse": 0, "high": 0, "recent": [],
            "before": {}, "after": {}, "seconds": 0.0, "finished": False,
        }  # fmt: skip

    def resume(self) -> int:
        """Go on from the newest whole checkpoint of the run's folder; returns its step, 0 where there is none.

        Raises:
            UsageError: The checkpoint is of another recipe, other data or another base.
        """
        found = checkpoints.newest(self.run)
        if found is None:
            return 0
        checkpoint, identity = found
        for name in sorted({*identity, *self.identity}):
            if identity.get(name) != self.identity.get(name):
                raise UsageError(
                    f"the run in {str(self.run)!r} (step {checkpoint.step}) was made with another {name}; "
                    "start anew with --fresh, or put that back as it was"
                )
        self.step = checkpoint.step
        self._state |= checkpoint.state
        self._best = {name[5:]: tensor for name, tensor in checkpoint.tensors.items() if name.startswith("best.")}
        self.weights.load(checkpoint.tensors, self.step)
        return self.step

    def fit(self) -> Outcome:
        """Train to the end, or until validation has stopped improving.

        Raises:
            RunError: The loss is no number or has diverged; names the step and what to change. The last checkpoint
                is as it was before.
        """
        began = time.monotonic() - self._state["seconds"]
        self.run.mkdir(parents=True, exist_ok=True)
        self._curve = None
        if self.accelerator.is_main_process:
            self._curve = Curve(self.run, upto=self.step, tensorboard=self._tensorboard)
        rates: list[float] = []
        try:
            if self.step == 0:
                self._validate()
            while self.step < self.train.steps and not self._state["finished"]:
                entry = self._one()
                rates.append(entry["tokens_per_s"])
                last = self.step == self.train.steps
                if last or (self.train.validate_every and self.step % self.train.validate_every == 0):
                    entry["validation"] = self._validate()
                self._state["finished"] = last or self._out_of_patience()
                self._state["seconds"] = time.monotonic() - began
                self._record(entry)
        finally:
            if self._curve is not None:
                self._curve.close()
        self.weights.restore(self._best)
        its = self._state
        return Outcome(
            self.step, its["best_step"], its["before"], its["after"], its["seconds"], self.weights.count,
            median(rates) if rates else 0.0,
        )  # fmt: skip

    def _one(self) -> dict[str, Any]:
        """One optimiser step; returns its line of the curve."""
        started, read = time.monotonic(), self._tokens()
        self._mode(True)
        losses = {task.name: 0.0 for task, _ in self.tasks}
        total, processes = 0.0, self.accelerator.num_processes
        for part in range(self.train.accumulation):
            batch = (self.step * self.train.accumulation + part) * processes + self.accelerator.process_index
            seed_all(self.train.seed, batch)
            for task, spec in self.tasks:
                loss = task.loss(self.model, batch)
                (loss * (spec.weight / self.train.accumulation)).backward()
                self.weights.collect()
                losses[task.name] += float(loss.detach()) / self.train.accumulation
        losses = self._mean(losses)
        total = sum(spec.weight * losses[task.name] for task, spec in self.tasks)
        self._check(total, losses)
        self.weights.average(self.accelerator)
        rate = share(self.step, self.train)
        norm = self.weights.step(rate, self.train.clip)
        if not math.isfinite(norm):
            raise RunError("tune", f"step {self.step + 1}: the gradient is no number{self._advice()}")
        self.step += 1
        seconds = max(time.monotonic() - started, 1e-9)
        return {
            "step": self.step, "loss": total, "losses": losses, "lr": rate * self.train.lr, "norm": norm,
            "tokens_per_s": (self._tokens() - read) * processes / seconds,
        }  # fmt: skip

    def _record(self, entry: dict[str, Any]) -> None:
        due = self._state["finished"] or self.step % self.train.checkpoint_every == 0
        if self._curve is not None:
            self._curve.add(entry)
            if due:
                self._curve.sync()
                tensors = self.weights.tensors() | {f"best.{name}": tensor for name, tensor in self._best.items()}
                checkpoints.save(self.run, Checkpoint(self.step, tensors, dict(self._state)), self.identity)
            if "validation" in entry or self.step % max(self.train.steps // 20, 1) == 0:
                self._progress(self._line(entry))
        if due:
            self.accelerator.wait_for_everyone()

    def _validate(self) -> dict[str, float]:
        """Figures of all tasks as `task.figure`; keeps the weights where the weighted mean of the scores is best."""
        import torch

        self._mode(False)
        with torch.no_grad(), self.weights.kept():
            figures = {task.name: task.validate(self.model) for task, _ in self.tasks}
        figures = self._agree(figures)
        weight = sum(spec.weight for _, spec in self.tasks)
        score = sum(spec.weight * figures[task.name]["score"] for task, spec in self.tasks) / weight
        if not math.isfinite(score):
            raise RunError("tune", f"step {self.step}: the score on validation is no number{self._advice()}")
        its = self._state
        if self.step == 0:
            its["before"] = figures
        if score > its["best_score"]:
            its |= {"best_score": score, "best_step": self.step, "after": figures, "worse": 0}
            self._best = self.weights.snapshot()
        else:
            its["worse"] += 1
        return {f"{task}.{name}": value for task, row in figures.items() for name, value in row.items()}

    def _out_of_patience(self) -> bool:
        return bool(0 < self.train.patience <= self._state["worse"])

    def _check(self, total: float, losses: Mapping[str, float]) -> None:
        if not math.isfinite(total):
            bad = ", ".join(name for name, loss in losses.items() if not math.isfinite(loss)) or "all tasks"
            raise RunError("tune", f"step {self.step + 1}: the loss of {bad} is no number{self._advice()}")
        its = self._state
        usual = median(its["recent"]) if len(its["recent"]) >= 10 else math.inf
        # A loss near 0 may double by chance: only what is higher by a whole nat as well counts.
        its["high"] = its["high"] + 1 if total > max(usual * self.train.diverged, usual + 1) else 0
        if its["high"] >= SUSTAINED:
            raise RunError(
                "tune",
                f"step {self.step + 1}: the loss {total:.3g} is {total / usual:.1f} times its running median "
                f"for {SUSTAINED} steps{self._advice()}",
            )
        its["recent"] = [*its["recent"], total][-RECENT:]

    def _advice(self) -> str:
        kept = checkpoints.steps(self.run)
        where = f"; the checkpoint {kept[-1].name} is kept" if kept else ""
        return f"{where}. Lower [train] lr (now {self.train.lr:g}) or clip, or lengthen warmup, and start with --fresh"

    def _mode(self, training: bool) -> None:
        self.model.train(training)
        for task, _ in self.tasks:
            if (module := task.module()) is not None:
                module.train(training)

    def _tokens(self) -> int:
        return sum(getattr(task, "tokens", 0) for task, _ in self.tasks)

    def _mean(self, losses: dict[str, float]) -> dict[str, float]:
        import torch

        if self.accelerator.num_processes == 1:
            return losses
        row = torch.tensor(list(losses.values()), device=self.accelerator.device)
        return dict(zip(losses, self.accelerator.reduce(row, "mean").tolist(), strict=True))

    def _agree(self, figures: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
        """Every process goes by the main one's figures, so that all stop at the same step."""
        if self.accelerator.num_processes == 1:
            return figures
        from accelerate.utils import broadcast_object_list

        box = [figures]
        broadcast_object_list(box, from_process=0)
        return box[0]

    def _line(self, entry: Mapping[str, Any]) -> str:
        text = f"step {self.step}/{self.train.steps}  loss {entry['loss']:.4f}  lr {entry['lr']:.2e}"
        if entry["tokens_per_s"]:
            text += f"  {entry['tokens_per_s']:,.0f} tokens/s"
        for name, value in entry.get("validation", {}).items():
            text += f"  {name} {value:.4f}"
        return text


def seed_all(seed: int, batch: int) -> None:
    """Set torch's generators from the seed and the batch alone, so that a resumed run draws what the first would."""
    import numpy as np
    import torch

    torch.manual_seed(int(np.random.SeedSequence((seed, batch)).generate_state(1)[0]))
