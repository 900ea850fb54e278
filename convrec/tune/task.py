"""What a training task is: a loss over numbered batches, and figures on validation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import torch

    from convrec.tune.recipe import Recipe
    from convrec.tune.start import Start


class Task(Protocol):
    """One thing to learn. `model` is the PEFT-wrapped causal model, for `hear` the encoder, of Hugging Face throughout.

    A task may also have these, which are looked for by name:

    * `digest: str`: of its data and options; a run is resumed only with the same.
    * `tokens: int`: tokens that `loss` has read so far, for the tokens per second of the curve.
    * `facts() -> dict[str, Any]`: for the card and the manifest: `data`, `train` and `validation` counts, `split`,
      `held_out_newest` (events of each user that training never saw).

    Attributes:
        name: `rank`, `predict`, `profile`, `explain`, `understand` or `hear`.
    """

    name: str

    def parameters(self) -> Iterable[tuple[str, torch.nn.Parameter]]:
        """Trainable parameters beside the adapter's own, by name; may be empty."""

    def module(self) -> torch.nn.Module | None:
        """The module that holds them: it is moved to the device, and `train` and `eval` are called on it."""

    def loss(self, model: Any, batch: int) -> torch.Tensor:
        """Mean loss of training batch number `batch`, a scalar; the batch is a pure function of seed and number."""

    def validate(self, model: Any) -> dict[str, float]:
        """Figures on validation. `score` is the one that early stopping watches; higher is better."""

    def save(self, folder: Path) -> None:
        """Write the task's own `convrec_*.safetensors` into the adapter's folder; may write nothing."""


@dataclass(frozen=True)
class Context:
    """What a task is built from.

    Attributes:
        recommender: The open workspace; None where a recipe needs none.
        tokenizer: Of the base model.
        config: Of the base model (`transformers` configuration), layers cut.
        base: Folder of the base model.
        seed: Of everything drawn.
        folder: Of the recipe; its data files are named from here.
        recipe: The whole recipe.
        hold_out: How many of each user's newest events training must not see.
        start: Adapter to begin from; None: from nothing.
    """

    recommender: Any
    tokenizer: Any
    config: Any
    base: Path
    seed: int
    folder: Path
    recipe: Recipe
    hold_out: int = 2
    start: Start | None = None

    @property
    def batch_size(self) -> int:
        """Sequences a batch."""
        return self.recipe.train.batch_size
