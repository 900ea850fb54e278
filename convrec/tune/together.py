"""Training of both readers of messages together with the network over them, end to end.

Apart from each other they learn the same; together each learns what the other does not tell. The loss is that of the
network's labels, with a share of each reader's own, so that either goes on reading alone, and of the acts. Messages are
changed anew each time they are read (`tasks.variants`). Only upper layers learn: what lies below is as good for two
as for one, and costs a third without gradients. The weights are averaged over steps, and what is kept lies between
those before and those after: half-way a model knows the new and has not lost the old (Wortsman et al., "Robust
fine-tuning of zero-shot models", arXiv 2109.01903).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from convrec.dialogue.readers import tag_head
from convrec.dialogue.readers.slots import ACTS, Parse, read
from convrec.dialogue.readers.tags import Encoded, act_marks, agreement, labels
from convrec.dialogue.readers.votes import word_places
from convrec.errors import UsageError
from convrec.tune import checkpoint as checkpoints
from convrec.tune.checkpoint import Checkpoint
from convrec.tune.reader_pair import Read, ReaderPair
from convrec.tune.tasks.tagging import is_held
from convrec.tune.tasks.variants import Chances, Variants

Progress = Callable[[str], None]
_FLOOR = 0.03
"""Of the highest rates, at the end."""
_SORTED = 40
"""Batches whose messages are drawn together and sorted by length, so that little is filled up."""
_ALONE = 0.3
"""Of each reader's own loss beside that of both."""
_SAID = 50
_KEPT = 200
"""Steps from one progress report, one checkpoint to the next."""


@dataclass(frozen=True)
class Plan:
    """How they are trained.

    Attributes:
        passes: Over all messages.
        layers: Of the LLM and of the encoder that learn, from the top.
        rates: The highest learning rates: of the LLM, the encoder, their heads and the network.
        warmup: Steps over which the rates rise.
        batch: Messages a step.
        dropout: Of what the network sees.
        smoothing: Share of each label's weight that is spread over all labels.
        decay: Of the mean of weights over steps.
        share: How far from the weights before to those learned the kept ones lie, above 0 to 1.
        seed: Of everything drawn.
    """

    passes: int = 3
    layers: tuple[int, int] = (6, 4)
    rates: tuple[float, float, float, float] = (3e-4, 6e-4, 5e-4, 7e-4)
    warmup: int = 60
    batch: int = 32
    dropout: float = 0.3
    smoothing: float = 0.02
    decay: float = 0.998
    share: float = 0.5
    seed: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        before: Figures on held-out messages (`tags.agreement`).
        after: The same of the weights that are kept.
        curve: The same after each pass, of the weights learned.
        best: The pass whose weights are kept, as far as the plan says, by F1.
        train: Messages learned from.
        validation: Messages judged by.
        trainable: Numbers that learned.
        seconds: That it took, over all processes of the run.
    """

    before: Mapping[str, float]
    after: Mapping[str, float]
    curve: Sequence[Mapping[str, float]]
    best: int
    train: int
    validation: int
    trainable: int
    seconds: float


@dataclass
class _Run:
    """Where a training stands."""

    step: int = 0
    seconds: float = 0.0
    before: dict[str, float] = field(default_factory=dict)
    curve: list[dict[str, float]] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    @property
    def best(self) -> int:
        scores = [figures["F1"] for figures in self.curve]
        return 1 + scores.index(max(scores)) if scores else 0


class Together:
    """One training, which goes on where it stood when it is begun again in the same folder."""

    def __init__(self, pair: ReaderPair, files: Sequence[Path], plan: Plan, run: Path, progress: Progress) -> None:
        """Read the messages, and the newest checkpoint if there is one.

        Args:
            pair: To train.
            files: Messages taken apart by hand.
            plan: How.
            run: Folder of checkpoints.
            progress: Told how it goes.

        Raises:
            UsageError: There are too few messages, a file is missing or malformed, or the checkpoint is of another
                training.
        """
        import torch

        found = [row for file in files for row in read(file) if len(word_places(row[0].text))]
        self._train = [parse for parse, more in found if not is_held(parse, more)]
        self._held = [parse for parse, more in found if is_held(parse, more)]
        if not self._train or not self._held:
            raise UsageError("too few messages: some to learn from and some to judge by are needed")
        self._pair, self._plan, self._folder, self._progress = pair, plan, run, progress
        self._variants = Variants(self._train, Chances())
        self._moves = tag_head.load_moves(pair.folders[1])
        self._weights = dict(pair.weights())
        self._first = {name: weight.detach().clone() for name, weight in self._weights.items()}
        self._means = {name: weight.clone() for name, weight in self._first.items()}
        self._optimiser = torch.optim.AdamW(self._groups(), betas=(0.9, 0.999))
        told = [str(asdict(plan)), *(sha256(file.read_bytes()).hexdigest() for file in files)]
        self._identity = {"plan and messages": sha256("\n".join(told).encode()).hexdigest()}
        self._at = _Run()
        self._resume()

    @property
    def steps_a_pass(self) -> int:
        """Optimiser steps of a pass."""
        return math.ceil(len(self._train) / self._plan.batch)

    def fit(self) -> Outcome:
        """Train to the end; the pair holds the best weights then."""
        at, total = self._at, self._plan.passes * self.steps_a_pass
        began, recent = time.monotonic() - at.seconds, []
        if not at.before:
            at.before = self._judged()
            self._progress(f"before: F1 {at.before['F1']:.4f}, acts {at.before['acts']:.4f}")
        while at.step < total:
            recent.append(self._stepped(total))
            if at.step % _SAID == 0:
                each = (time.monotonic() - began) / at.step
                self._progress(f"step {at.step} of {total}: loss {np.mean(recent[-_SAID:]):.4f}, {each:.2f} s a step")
            if at.step % self.steps_a_pass == 0:
                self._end_of_pass()
            if at.step % _KEPT == 0 or at.step % self.steps_a_pass == 0:
                at.seconds = time.monotonic() - began
                self._save()
        self._put({name: first.lerp(at.kept[name].to(first), self._plan.share) for name, first in self._first.items()})
        after = self._judged()
        self._progress(f"kept: F1 {after['F1']:.4f}, acts {after['acts']:.4f}")
        trainable = sum(weight.numel() for weight in self._weights.values())
        return Outcome(
            at.before, after, tuple(at.curve), at.best, len(self._train), len(self._held), trainable,
            time.monotonic() - began,
        )  # fmt: skip

    def _stepped(self, total: int) -> float:
        """One step; the loss of the network's labels."""
        import torch

        step, plan = self._at.step, self._plan
        torch.manual_seed(plan.seed * 1_000_003 + step)
        draw = np.random.default_rng((plan.seed, step))
        parses = [self._variants.of(self._train[place], draw) for place in self._batch(step)]
        parses = [parse for parse in parses if len(word_places(parse.text))]
        share = min(1.0, (step + 1) / plan.warmup) * (
            _FLOOR + (1 - _FLOOR) * (1 + math.cos(math.pi * step / total)) / 2
        )
        for group in self._optimiser.param_groups:
            group["lr"] = group["rate"] * share
        self._pair.train()
        loss, named = self._loss(parses, self._pair.read([parse.text for parse in parses], dropout=plan.dropout))
        self._optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(list(self._weights.values()), 1.0)
        self._optimiser.step()
        self._at.step = step + 1
        decay = min(plan.decay, (step + 2) / (step + 11))  # young means forget faster
        with torch.no_grad():
            for name, weight in self._weights.items():
                self._means[name].lerp_(weight, 1 - decay)
        return float(named)

    def _loss(self, parses: Sequence[Parse], found: Read) -> tuple[Any, Any]:
        """The whole, and that of the network's labels."""
        import torch
        from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

        def labelled(marks: Sequence[Any], encoded: Sequence[Encoded]) -> Any:
            own = [labels(parse, one) for parse, one in zip(parses, encoded, strict=True)]
            wanted = torch.from_numpy(np.concatenate(own)).to(self._pair.device)
            return cross_entropy(torch.cat(list(marks)), wanted, label_smoothing=self._plan.smoothing)

        named = labelled(found.words, [Encoded((), 0, places) for places in found.places])
        alone = sum(labelled(marks, encoded) for marks, encoded in zip(found.marks, found.encoded, strict=True))
        right = torch.from_numpy(np.stack([act_marks(parse) for parse in parses])).to(self._pair.device)
        done = binary_cross_entropy_with_logits(found.pooled_acts, right)
        for acts in found.acts:
            done = done + _ALONE * binary_cross_entropy_with_logits(acts, right)
        return named + _ALONE * alone + len(ACTS) / 6 * done, named.detach()

    def _batch(self, step: int) -> list[int]:
        """Places of the messages of a step: a pure function of seed and step."""
        number, within = divmod(step, self.steps_a_pass)
        order = np.random.default_rng((self._plan.seed, number, 1)).permutation(len(self._train))
        size = self._plan.batch * _SORTED
        block, place = divmod(within * self._plan.batch, size)
        drawn = sorted(order[block * size : (block + 1) * size].tolist(), key=lambda one: len(self._train[one].text))
        parts = [drawn[at : at + self._plan.batch] for at in range(0, len(drawn), self._plan.batch)]
        mixed = np.random.default_rng((self._plan.seed, number, 2, block)).permutation(len(parts))
        return parts[int(mixed[place // self._plan.batch])]

    def _groups(self) -> list[dict[str, Any]]:
        rates = dict(zip(("llm", "encoder", "head", "network"), self._plan.rates, strict=True))
        groups: dict[tuple[float, bool], list[Any]] = {}
        for name, weight in self._weights.items():
            part = name.partition(".")[0].rpartition("-")[2]
            groups.setdefault((rates[part], weight.ndim > 1), []).append(weight)
        return [
            {"params": members, "lr": rate, "rate": rate, "weight_decay": 0.01 if decays else 0.0}
            for (rate, decays), members in groups.items()
        ]

    def _end_of_pass(self) -> None:
        live = {name: weight.detach().clone() for name, weight in self._weights.items()}
        self._put(self._means)
        figures = self._judged()
        self._put(live)
        at = self._at
        at.curve.append(figures)
        self._progress(f"pass {len(at.curve)}: F1 {figures['F1']:.4f}, acts {figures['acts']:.4f}")
        if at.best == len(at.curve):
            at.kept = {name: mean.clone() for name, mean in self._means.items()}

    def _judged(self) -> dict[str, float]:
        return agreement(self._held, self._pair.parses([parse.text for parse in self._held], self._moves))

    def _put(self, values: Mapping[str, Any]) -> None:
        for name, weight in self._weights.items():
            weight.data.copy_(values[name])

    def _save(self) -> None:
        at, moments = self._at, self._optimiser.state_dict()["state"]
        tensors = {f"weight.{name}": weight for name, weight in self._weights.items()}
        tensors |= {f"mean.{name}": mean for name, mean in self._means.items()}
        tensors |= {f"best.{name}": value for name, value in at.kept.items()}
        for number, values in moments.items():
            tensors |= {f"adam.{number}.{name}": value for name, value in values.items()}
        state = {"seconds": at.seconds, "before": at.before, "curve": at.curve}
        checkpoints.save(self._folder, Checkpoint(at.step, tensors, state), self._identity)

    def _resume(self) -> None:
        found = checkpoints.newest(self._folder)
        if found is None:
            return
        checkpoint, identity = found
        if identity != self._identity:
            raise UsageError(
                f"the run in {str(self._folder)!r} (step {checkpoint.step}) was made with another plan or other "
                "messages; choose another folder, or remove it"
            )
        parts: dict[str, dict[str, Any]] = {"weight": {}, "mean": {}, "best": {}, "adam": {}}
        for name, tensor in checkpoint.tensors.items():
            kind, _, rest = name.partition(".")
            parts[kind][rest] = tensor
        self._put(parts["weight"])
        self._means = {name: parts["mean"][name].to(weight.device) for name, weight in self._weights.items()}
        held = self._optimiser.state_dict()
        for name, tensor in parts["adam"].items():
            number, _, what = name.partition(".")
            held["state"].setdefault(int(number), {})[what] = tensor
        self._optimiser.load_state_dict(held)
        state = checkpoint.state
        self._at = _Run(checkpoint.step, state["seconds"], state["before"], state["curve"], parts["best"])
        self._progress(f"goes on from step {checkpoint.step}")
