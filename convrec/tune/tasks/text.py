"""Tasks in words: the model learns the text to write after a prompt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from convrec import prompts
from convrec.llm.chat_format import ChatFormat
from convrec.tune import examples as reading
from convrec.tune.examples import Example
from convrec.tune.logits import logits_at
from convrec.tune.recipe import TaskRecipe
from convrec.tune.task import Context
from convrec.tune.tasks.options import options_of
from convrec.types import Message

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

WINDOW = 16
"""Batches whose examples are sorted by length together."""


class TextOptions(BaseModel):
    """Options of a `[[task]]` in words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: str
    """JSON lines, from the recipe's folder."""
    max_length: int = Field(1024, ge=8)
    """Tokens of prompt and completion; longer examples are refused, never cut."""
    balance: bool = False
    """Weigh completions by how rare they are (class weights)."""
    bucket: bool = True
    """Put examples of like length into one batch, so that little is padded."""
    validate_on: int = Field(256, ge=1)
    """At most so many held-out examples are scored at each validation."""
    augment: list[str] = Field(default_factory=list)
    """Inputs of prompts whose lists are changed each time they are read, for example the history."""
    drop: float = Field(0.2, ge=0, lt=1)
    """With `augment`: chance of each line to be left out."""
    shuffle: bool = True
    """With `augment`: whether the lines change places."""


class TextTask:
    """Implements `Task` for `profile`, `explain`, `understand` and `predict` in words.

    The loss of an example is the mean negative log-likelihood of its completion's tokens, the end of the answer
    among them; that of a batch is the weighted mean over its examples.

    Attributes:
        name: The kind.
        digest: Of the data and options.
        tokens: Read so far in training.
    """

    def __init__(
        self,
        name: str,
        file: Path,
        options: TextOptions,
        tokenizer: Any,
        *,
        batch_size: int,
        seed: int,
        licence: str = "",
    ) -> None:
        """Read and tokenise the examples.

        Raises:
            UsageError: The file is missing or malformed, or examples are too long; names them.
        """
        self.name, self._file, self._options, self._licence = name, file, options, licence
        self._format = ChatFormat(tokenizer)
        self._end = tokenizer.eos_token_id
        self._pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else self._end
        self._batch_size, self._seed, self.tokens = batch_size, seed, 0
        all_ = reading.read(file, balance=options.balance)
        self.digest = sha256(file.read_bytes() + options.model_dump_json().encode()).hexdigest()
        rows = {example.number: self._row(example.messages, example.completion) for example in all_}
        lengths = {f"number {example.name}": len(rows[example.number][0]) for example in all_}
        reading.refuse_long(name, file, lengths, options.max_length)
        self._rows = rows
        self._train = [example for example in all_ if not example.held]
        self._held = [example for example in all_ if example.held][: options.validate_on]
        self._counts = len(self._train), sum(example.held for example in all_)
        self._epoch = lru_cache(maxsize=2)(self._order)

    @classmethod
    def build(cls, spec: TaskRecipe, context: Context) -> TextTask:
        """From a recipe's `[[task]]`.

        Raises:
            UsageError: An option is unknown or missing, or the data are unfit.
        """
        options = options_of(TextOptions, spec)
        limit = getattr(context.config, "max_position_embeddings", None) or options.max_length
        options = options.model_copy(update={"max_length": min(options.max_length, limit)})
        return cls(
            spec.kind,
            context.folder / options.data,
            options,
            context.tokenizer,
            batch_size=context.batch_size,
            seed=context.seed,
            licence=context.recipe.licence,
        )

    def parameters(self) -> Iterable[tuple[str, torch.nn.Parameter]]:
        """None of its own."""
        return ()

    def module(self) -> torch.nn.Module | None:
        """None of its own."""
        return None

    def save(self, folder: Path) -> None:
        """Nothing beside PEFT's own files."""

    def facts(self) -> dict[str, Any]:
        """For the card."""
        return {
            "data": self._file.name,
            "train": self._counts[0],
            "validation": self._counts[1],
            "split": "as the file says, else a tenth by a hash of the prompt",
            "licence": self._licence,
        }

    def loss(self, model: Any, batch: int) -> torch.Tensor:
        """Weighted mean over the examples of a batch, a scalar."""
        import torch

        chosen = self.batch(batch)
        rows = [self._drawn(example, batch) for example in chosen]
        self.tokens += sum(len(tokens) for tokens, _ in rows)
        nll, _ = self._score(model, rows)
        weights = torch.tensor([example.weight for example in chosen], device=nll.device)
        return (nll * weights).mean()

    def validate(self, model: Any) -> dict[str, float]:
        """`nll` in nats a token, `exact` share of completions that greedy decoding gives to the letter; `score` = -nll.

        A completion is decoded exactly if and only if each of its tokens is the likeliest after the ones before it,
        so nothing has to be decoded.
        """
        nll, exact = self.judge(model)
        mean = float(nll.mean())
        return {"score": -mean, "nll": mean, "exact": float(exact.mean())}

    def judge(self, model: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Nats a token and whether the completion is exact (0, 1) of each example validated on, shape `(n,)` each."""
        ordered = sorted((self._rows[example.number] for example in self._held), key=lambda row: len(row[0]))
        nll: list[float] = []
        exact: list[bool] = []
        for start in range(0, len(ordered), self._batch_size):
            values, whole = self._score(model, ordered[start : start + self._batch_size])
            nll += values.tolist()
            exact += whole.tolist()
        return np.array(nll), np.array(exact, dtype=np.float64)

    def row(self, example: Example) -> tuple[list[int], int]:
        """Tokens of an example's prompt and completion, and how many of them are the prompt's."""
        return self._rows[example.number]

    def _row(self, messages: Sequence[Message], completion: str) -> tuple[list[int], int]:
        """Tokens of prompt and completion, and how many of them are the prompt's."""
        prompt = self._format.tokens(messages)
        return [*prompt, *self._format.continuation(completion), self._end], len(prompt)

    def _drawn(self, example: Example, batch: int) -> tuple[list[int], int]:
        if not self._options.augment or example.source is None:
            return self._rows[example.number]
        name, inputs = example.source
        draw = np.random.default_rng((self._seed, batch, example.number))
        its = self._options
        changed = reading.augmented(inputs, its.augment, draw, drop=its.drop, shuffle=its.shuffle)
        row = self._row(prompts.load(name).render(**changed), example.completion)
        # Lines in another order may be cut elsewhere by the prompt's cap and so be longer than the original.
        return row if len(row[0]) <= its.max_length else self._rows[example.number]

    def batch(self, batch: int) -> list[Example]:
        """The examples of a training batch."""
        size = min(self._batch_size, len(self._train))
        an_epoch = len(self._train) // size
        order = self._epoch(batch // an_epoch)
        start = batch % an_epoch * size
        return [self._train[at] for at in order[start : start + size]]

    def _order(self, epoch: int) -> np.ndarray[Any, Any]:
        """Examples in the order of an epoch, a pure function of seed and epoch."""
        draw = np.random.default_rng((self._seed, epoch))
        order = draw.permutation(len(self._train))
        if not self._options.bucket:
            return order
        size = min(self._batch_size, len(self._train))
        lengths = np.array([len(self._rows[example.number][0]) for example in self._train])
        whole = len(order) // size * size
        for start in range(0, whole, size * WINDOW):
            window = order[start : min(start + size * WINDOW, whole)]
            batches = window[np.argsort(lengths[window], kind="stable")].reshape(-1, size)
            order[start : start + len(window)] = draw.permutation(batches).reshape(-1)
        return order

    def _score(self, model: Any, rows: Sequence[tuple[list[int], int]]) -> tuple[Any, Any]:
        """Mean negative log-likelihood of each completion and whether it is the likeliest, shape `(len(rows),)`."""
        import torch

        width = max(len(tokens) for tokens, _ in rows)
        ids = torch.full((len(rows), width), self._pad)
        mask = torch.zeros((len(rows), width), dtype=torch.long)
        places, targets = [], []
        for row, (tokens, prompt) in enumerate(rows):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
            places += [(row, at) for at in range(prompt - 1, len(tokens) - 1)]
            targets += tokens[prompt:]
        device = model.device
        at_rows, at_positions = torch.tensor(places, device=device).T
        logits = logits_at(model, ids.to(device), mask.to(device), at_rows, at_positions)
        wanted = torch.tensor(targets, device=device)
        losses = torch.nn.functional.cross_entropy(logits, wanted, reduction="none")
        sizes = torch.bincount(at_rows, minlength=len(rows))
        nll = torch.zeros(len(rows), device=device).index_add(0, at_rows, losses) / sizes
        wrong = torch.zeros(len(rows), device=device).index_add(0, at_rows, (logits.argmax(-1) != wanted).float())
        return nll, wrong == 0
