"""The loop that tunes a reader of talks: batches, looks at the held-out moments, checkpoints."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from convrec.errors import RunError
from convrec.tune import talk_network
from convrec.tune.encoder_files import Run
from convrec.tune.talk_cases import Case, Talks
from convrec.tune.talk_network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.tune.talk import Plan

Progress = Callable[[str], None]
Figures = dict[str, dict[str, float]]

CUTS = (1, 10, 50)


class Reader(Protocol):
    """Vectors of the words at moments of a catalogue."""

    @property
    def trained(self) -> Mapping[str, Any]:
        """Its weights with gradients, by name; none: it stays as it is."""
        ...

    def train(self, which: int, places: Sequence[int]) -> Any:
        """Of moments to learn from, with gradients if any, shape `(len(places), dim)`."""
        ...

    def held(self, which: int, places: Sequence[int]) -> Any:
        """Of held-out moments."""
        ...


class Trainer:
    """The loop. A batch is a function of seed and step alone, so a resumed run goes on as if it had never stopped."""

    def __init__(
        self,
        reader: Reader,
        network: Network,
        vectors: Sequence[tuple[Any, Any]],
        plan: Plan,
        talks: Sequence[Talks],
        run: Run,
        progress: Progress,
    ) -> None:
        """Take the parts.

        Args:
            reader: Of the words.
            network: The heads.
            vectors: Of documents and titles of each catalogue, two tensors of shape `(n_items, dim)`.
            plan: How.
            talks: Catalogues with their talks.
            run: Keeps checkpoints.
            progress: Told each look.
        """
        import torch

        self._reader, self.network, self._vectors = reader, network, vectors
        self._plan, self._talks, self._run, self._progress = plan, talks, run, progress
        heads = dict(network.weights)
        scale = heads.pop("log_scale")
        self._weights = {f"lora/{n}": w for n, w in reader.trained.items()}
        self._weights |= {f"head/{n}": w for n, w in network.weights.items()}
        groups = [
            {"params": list(reader.trained.values()), "rate": plan.rate, "weight_decay": 0.01},
            {"params": list(heads.values()), "rate": plan.head_rate, "weight_decay": plan.decay},
            {"params": [scale], "rate": plan.head_rate, "weight_decay": 0.0},
        ]
        self._optimizer = torch.optim.AdamW([group for group in groups if group["params"]], lr=plan.rate)
        self._best_weights: dict[str, Any] = {}
        self.before: Figures = {}
        self.best: Figures = {}
        self.best_step = self.step = 0

    def start(self) -> None:
        """From the last checkpoint where there is one, else from the encoder as it is."""
        if self._run.newest() is not None:
            self._restore()
            self._progress(f"going on after step {self.step}")
            return
        self.before = self.best = self._look()
        self._best_weights = {name: weight.detach().clone() for name, weight in self._weights.items()}
        self._progress(f"step 0: {worded(self.before)}")

    def train(self) -> None:
        """All steps; the weights that were best at a look are kept."""
        losses: list[float] = []
        while self.step < self._plan.steps:
            losses.append(self._one(self.step))
            self.step += 1
            if self.step % self._plan.every == 0 or self.step == self._plan.steps:
                found = self._look()
                self._progress(f"step {self.step}: loss {np.mean(losses):.4f}; {worded(found)}")
                losses = []
                if score(found) > score(self.best):
                    self.best, self.best_step = found, self.step
                    self._best_weights = {name: weight.detach().clone() for name, weight in self._weights.items()}
                self._save()

    def keep_best(self) -> None:
        """Put the best weights back."""
        import torch

        with torch.no_grad():
            for name, weight in self._weights.items():
                weight.copy_(self._best_weights[name])

    def _one(self, step: int) -> float:
        import torch

        rng = np.random.default_rng((self._plan.seed, 1, step))
        torch.manual_seed(int(rng.integers(2**31)))
        which, places = self._batch(step)
        cases = [self._talks[which].train[place] for place in places]
        words = self._reader.train(which, places)
        items, bias = self.network.items(*self._vectors[which], training=True)
        loss = talk_network.loss(self.network.scores(words, cases, items, bias, training=True), cases)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise RunError("tune", f"the loss of step {step + 1} is {value}; try a smaller learning rate")
        for group in self._optimizer.param_groups:
            group["lr"] = group["rate"] * _schedule(step, self._plan.steps)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for group in self._optimizer.param_groups:
            torch.nn.utils.clip_grad_norm_(group["params"], 1.0)
        self._optimizer.step()
        return value

    def _batch(self, step: int) -> tuple[int, list[int]]:
        """Numbers of moments of one catalogue, drawn by its size; none comes twice before all came once."""
        sizes = np.array([len(each.train) for each in self._talks])
        turns = np.random.default_rng((self._plan.seed, 2)).choice(
            len(sizes), size=self._plan.steps, p=sizes / sizes.sum()
        )
        which = int(turns[step])
        cases, size = self._talks[which].train, self._plan.batch
        first = int((turns[:step] == which).sum()) * size
        orders = {at // len(cases) for at in (first, first + size - 1)}
        order = {turn: np.random.default_rng((self._plan.seed, 3, which, turn)).permutation(len(cases))
                 for turn in range(min(orders), max(orders) + 1)}  # fmt: skip
        return which, [int(order[at // len(cases)][at % len(cases)]) for at in range(first, first + size)]

    def _look(self) -> Figures:
        found = {}
        for which, each in enumerate(self._talks):
            rng = np.random.default_rng((self._plan.seed, 4))
            count = min(self._plan.looks, len(each.held))
            places = sorted(rng.choice(len(each.held), count, replace=False).tolist())
            found[each.name] = figures(self.read(which, places), [each.held[place] for place in places])
        return found

    def read(self, which: int, places: Sequence[int]) -> NDArray[np.float32]:
        """Score of every item at held-out moments of a catalogue, shape `(len(places), n_items)`."""
        return self.read_with_talks(which, places)[0]

    def read_with_talks(self, which: int, places: Sequence[int]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """As `read`, and what the talks look for, see `Heads.talk`, shape `(len(places), dim)`."""
        import torch

        cases = [self._talks[which].held[place] for place in places]
        words = self._reader.held(which, places)
        with torch.no_grad():
            items, bias = self.network.items(*self._vectors[which], training=False)
            talks = self.network.talks(words, cases, items, training=False)
            scores = self.network.matched(talks, items, bias)
        return np.asarray(scores.numpy(), dtype=np.float32), np.asarray(talks.numpy(), dtype=np.float32)

    def learned(self, which: int) -> NDArray[np.float32]:
        """What the talks look for at the moments that are learned from, shape `(n_moments, dim)`."""
        import torch

        cases, size = self._talks[which].train, self._plan.batch
        found = [np.empty((0, len(self.network.weights["talk_words"])), dtype=np.float32)]
        with torch.no_grad():
            items, _ = self.network.items(*self._vectors[which], training=False)
            for start in range(0, len(cases), size):
                places = range(start, min(start + size, len(cases)))
                words = self._reader.train(which, places)
                talks = self.network.talks(words, cases[start : start + size], items, training=False)
                found.append(np.asarray(talks.numpy(), dtype=np.float32))
        return np.concatenate(found)

    def _save(self) -> None:
        import torch

        tensors: dict[str, Any] = {}
        for name, weight in self._weights.items():
            tensors |= {f"now/{name}": weight, f"best/{name}": self._best_weights[name]}
            moments = self._optimizer.state[weight]
            tensors |= {f"adam/{name}/{key}": torch.as_tensor(moments[key]) for key in _MOMENTS}
        state = {"step": self.step, "best_step": self.best_step, "best": self.best, "before": self.before}
        self._run.save(self.step, state, tensors)

    def _restore(self) -> None:
        import torch

        state, tensors = self._run.read(), self._run.tensors()
        self.step, self.best_step = state["step"], state["best_step"]
        self.best, self.before = state["best"], state["before"]
        with torch.no_grad():
            for name, weight in self._weights.items():
                weight.copy_(tensors[f"now/{name}"])
                self._best_weights[name] = tensors[f"best/{name}"]
                self._optimizer.state[weight] = {key: tensors[f"adam/{name}/{key}"] for key in _MOMENTS}


_MOMENTS = ("step", "exp_avg", "exp_avg_sq")


def figures(scores: NDArray[np.float32], cases: Sequence[Case]) -> dict[str, float]:
    """Recall and mean reciprocal rank of the answers, over cases."""
    ranks = np.array(talk_network.ranks(scores, cases))
    found = {f"Recall@{k}": float((ranks <= k).mean()) for k in CUTS}
    return found | {"MRR": float((1 / ranks).mean()), "cases": float(len(ranks))}


def score(found: Figures) -> float:
    """One figure to choose by: mean over catalogues of the mean of Recall@10, Recall@50 and MRR."""
    return float(np.mean([[of["Recall@10"], of["Recall@50"], of["MRR"]] for of in found.values()]))


def worded(found: Figures) -> str:
    """As one line."""
    return "; ".join(
        f"{name}: " + "/".join(f"{of[f'Recall@{k}']:.3f}" for k in CUTS) + f" MRR {of['MRR']:.4f}"
        for name, of in found.items()
    )


def _schedule(step: int, steps: int) -> float:
    warm = max(steps // 20, 1)
    return min((step + 1) / warm, (steps - step) / max(steps - warm, 1), 1.0)
