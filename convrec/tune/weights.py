"""What is trained: float32 copies for the optimiser of parameters that compute in the model's own format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from convrec.errors import RunError
from convrec.tune.recipe import TaskRecipe, TrainRecipe
from convrec.tune.task import Task


class Weights:
    """The trainable parameters of the adapter and of the tasks, with their optimiser (AdamW, arXiv 1711.05101).

    The forward and backward pass run on parameters in the model's format (bf16); gradients are summed and the steps
    taken in float32 copies. Small steps would be lost in bf16's 8 bits.

    Attributes:
        live: Parameters in the model, by name.
        masters: Their float32 copies, by name.
        means: With `[train] ema` their moving averages, by name; else None.
    """

    def __init__(self, model: Any, tasks: Sequence[tuple[Task, TaskRecipe]], train: TrainRecipe) -> None:
        """Find the parameters.

        Raises:
            RunError: Nothing is trainable.
        """
        import torch

        self.live: dict[str, Any] = {}
        rates: dict[str, float] = {}
        for name, parameter in model.named_parameters():
            if parameter.requires_grad:
                self.live[name], rates[name] = parameter, train.lr
        for task, spec in tasks:
            for name, parameter in task.parameters():
                key = f"task.{task.name}.{name}"
                self.live[key], rates[key] = parameter, spec.lr or train.lr
        if not self.live:
            raise RunError(
                "tune",
                "nothing is trainable: [lora] targets names no layer of the model, or [lora] frozen is set "
                "and no task has weights of its own",
            )
        self.masters = {name: _master(parameter) for name, parameter in self.live.items()}
        self._decay, self._steps = train.ema, 0
        self.means = {name: master.detach().clone() for name, master in self.masters.items()} if train.ema else None
        groups: dict[tuple[float, bool], list[Any]] = {}
        for name, master in self.masters.items():
            groups.setdefault((rates[name], master.ndim > 1), []).append(master)
        self.optimizer = torch.optim.AdamW(
            [
                {"params": members, "lr": rate, "rate": rate, "weight_decay": train.weight_decay if decays else 0.0}
                for (rate, decays), members in groups.items()
            ],
            betas=(0.9, 0.999),
        )

    @property
    def count(self) -> int:
        """Trainable numbers."""
        return sum(master.numel() for master in self.masters.values())

    def collect(self) -> None:
        """Add the gradients of the parameters to those of the float32 copies, and clear them."""
        for name, parameter in self.live.items():
            if parameter.grad is None:
                continue
            master = self.masters[name]
            if master.grad is None:
                master.grad = parameter.grad.detach().float().clone()
            else:
                master.grad += parameter.grad
            parameter.grad = None

    def average(self, accelerator: Any) -> None:
        """Average the gradients over the processes, in one exchange.

        Gradients are exchanged here rather than by wrapping the model: tasks call the inner parts of it.
        """
        import torch

        if accelerator.num_processes == 1:
            return
        masters = list(self.masters.values())
        for master in masters:
            if master.grad is None:
                master.grad = torch.zeros_like(master)
        flat = accelerator.reduce(torch.cat([master.grad.flatten() for master in masters]), "mean")
        for master, part in zip(masters, flat.split([master.numel() for master in masters]), strict=True):
            master.grad = part.view_as(master)

    def step(self, share: float, clip: float) -> float:
        """One step of the optimiser at a share of the learning rate; returns the norm of the gradient before clipping.

        Nothing is changed if that norm is not finite.
        """
        import math

        import torch

        norm = float(torch.nn.utils.clip_grad_norm_(list(self.masters.values()), clip or math.inf))
        if not math.isfinite(norm):
            return norm
        for group in self.optimizer.param_groups:
            group["lr"] = group["rate"] * share
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self._steps += 1
        self._follow()
        self.publish()
        return norm

    def _follow(self) -> None:
        """Move the averages towards the weights; at first quickly, so that the beginning is soon forgotten."""
        if self.means is None:
            return
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        for name, mean in self.means.items():
            mean.lerp_(self.masters[name].detach(), 1 - decay)

    def publish(self) -> None:
        """Copy the float32 weights into the model."""
        self._publish(self.masters)

    def _publish(self, weights: Mapping[str, Any]) -> None:
        import torch

        with torch.no_grad():
            for name, parameter in self.live.items():
                parameter.copy_(weights[name])

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Inside the block the model has the weights that are to be kept: the averages where there are any."""
        if self.means is None:
            yield
            return
        self._publish(self.means)
        try:
            yield
        finally:
            self.publish()

    def snapshot(self) -> dict[str, Any]:
        """A copy in main memory of the float32 weights that are to be kept, as `kept`."""
        kept = self.masters if self.means is None else self.means
        return {name: weight.detach().cpu().clone() for name, weight in kept.items()}

    def restore(self, tensors: Mapping[str, Any]) -> None:
        """Take the weights of a snapshot."""
        import torch

        with torch.no_grad():
            for name, master in self.masters.items():
                master.copy_(tensors[name])
        self.publish()

    def tensors(self) -> dict[str, Any]:
        """Weights, averages and optimiser state by name, for a checkpoint."""
        found = {f"weight.{name}": master.detach() for name, master in self.masters.items()}
        for name, master in self.masters.items():
            for key, value in self.optimizer.state.get(master, {}).items():
                found[f"adam.{key}.{name}"] = value
        found |= {f"mean.{name}": mean for name, mean in (self.means or {}).items()}
        return found

    def load(self, tensors: Mapping[str, Any], step: int) -> None:
        """Take the weights, the averages and the optimiser state of a checkpoint, `step` steps old."""
        self._steps = step
        self.restore({name: tensors[f"weight.{name}"] for name in self.masters})
        for name, mean in (self.means or {}).items():
            mean.copy_(tensors[f"mean.{name}"])
        for name, master in self.masters.items():
            state = {
                key: tensors[f"adam.{key}.{name}"].to("cpu" if key == "step" else master.device, copy=True)
                for key in ("step", "exp_avg", "exp_avg_sq")
                if f"adam.{key}.{name}" in tensors
            }
            if state:
                self.optimizer.state[master] = state


def _master(parameter: Any) -> Any:
    import torch

    return torch.nn.Parameter(parameter.detach().float().clone())
