"""`convrec.retrieve.talk.heads` as it is trained: the same two networks in torch, and the loss over the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.retrieve.talk.heads import INPUT, Heads, shapes
from convrec.tune.talk_cases import Case

if TYPE_CHECKING:
    from convrec.protocols import Vectors

_SCALE = 3.0
"""Log of the cosine's scale at the start."""
_NAMED = 0.3
"""What the items named so far weigh at the start."""
_NOWHERE = -1e9


class Network:
    """The heads with gradients.

    Attributes:
        weights: float32 leaves by name, as `Heads.weights`.
    """

    def __init__(self, dim: int, *, item_units: int, talk_units: int, dropout: float, seed: int) -> None:
        """Fresh weights under which every item and talk is at first what the encoder says it is.

        Args:
            dim: Of the encoder's vectors.
            item_units: See `shapes`.
            talk_units: See `shapes`.
            dropout: Of inputs and hidden units, while training.
            seed: Of the weights.
        """
        import torch

        draw = torch.Generator().manual_seed(seed)
        self.weights: dict[str, Any] = {}
        for name, shape in shapes(dim, item_units, talk_units).items():
            if name in ("item_in", "talk_in"):
                value = torch.randn(shape, generator=draw) / shape[0] ** 0.5
            elif name in ("talk_user", "talk_assistant"):
                value = _NAMED * torch.eye(dim)
            else:
                value = torch.full(shape, _SCALE if name == "log_scale" else 0.0)
            self.weights[name] = value.requires_grad_()
        self._dropout = dropout

    def items(self, documents: Any, titles: Any, *, training: bool) -> tuple[Any, Any]:
        """As `Heads.items`, in bfloat16 where the processor computes in it."""
        import torch
        from torch.nn import functional

        w = self.weights
        with torch.autocast(documents.device.type, torch.bfloat16):
            both = functional.dropout(torch.cat([documents, titles], dim=1), self._dropout, training)
            hidden = functional.gelu(INPUT * both @ w["item_in"] + w["item_in_bias"], approximate="tanh")
            hidden = functional.dropout(hidden, self._dropout, training)
            moved = documents + both @ w["item_linear"] + hidden @ w["item_out"]
            bias = hidden @ w["bias_units"] + both @ w["bias_linear"]
        return functional.normalize(moved.float(), dim=1), bias.float()

    def talks(self, words: Any, cases: Sequence[Case], items: Any, *, training: bool) -> Any:
        """As `Heads.talk`: what each moment looks for, unit vectors, shape `(len(cases), dim)`."""
        import torch
        from torch.nn import functional

        w = self.weights
        user = _mean(items, [case.user for case in cases])
        assistant = _mean(items, [case.assistant for case in cases])
        both = functional.dropout(torch.cat([words, user, assistant], dim=1), self._dropout, training)
        hidden = functional.gelu(INPUT * both @ w["talk_in"], approximate="tanh")
        hidden = functional.dropout(hidden, self._dropout, training)
        moved = words + words @ w["talk_words"] + user @ w["talk_user"] + assistant @ w["talk_assistant"]
        return functional.normalize(moved + hidden @ w["talk_out"], dim=1)

    def scores(self, words: Any, cases: Sequence[Case], items: Any, bias: Any, *, training: bool) -> Any:
        """Score of every item at each moment, shape `(len(cases), n_items)`."""
        return self.matched(self.talks(words, cases, items, training=training), items, bias)

    def matched(self, talks: Any, items: Any, bias: Any) -> Any:
        """Score of every item for what is looked for, shape `(len(talks), n_items)`."""
        import torch

        with torch.autocast(talks.device.type, torch.bfloat16):
            cosines = talks @ items.T
        return cosines.float() * self.weights["log_scale"].exp() + bias

    def fits(self, heads: Heads) -> bool:
        """Whether these are of the same sizes."""
        return all(heads.weights[name].shape == tuple(weight.shape) for name, weight in self.weights.items())

    def heads(self) -> Heads:
        """The weights as they are now, for use."""
        return Heads({name: value.detach().cpu().numpy().copy() for name, value in self.weights.items()})


def loss(scores: Any, cases: Sequence[Case]) -> Any:
    """Mean over moments of the mean cross-entropy of each answer against the whole catalogue.

    Neither the other answers nor what was named before count as wrong.
    """
    import torch

    answers = [(row, item) for row, case in enumerate(cases) for item in case.answers]
    rows, items = (torch.tensor(each, device=scores.device) for each in zip(*answers, strict=True))
    share = torch.tensor([1 / len(cases[row].answers) for row, _ in answers], device=scores.device)
    gone = torch.zeros_like(scores, dtype=torch.bool)
    for row, case in enumerate(cases):
        gone[row, [*case.out, *case.answers]] = True
    wrong = torch.logsumexp(scores.masked_fill(gone, _NOWHERE), dim=1)[rows]
    right = scores[rows, items]
    return -(share * (right - torch.logaddexp(right, wrong))).sum() / len(cases)


def ranks(scores: Vectors, cases: Sequence[Case]) -> list[int]:
    """Rank of every answer, from 1, what was named before left out."""
    found = []
    for row, case in zip(scores, cases, strict=True):
        left = row.copy()
        left[list(case.out)] = -np.inf
        found += [int((left > left[item]).sum()) + 1 for item in case.answers]
    return found


def torch_of(values: Vectors) -> Any:
    """As a tensor."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(values))


def restored(network: Network, tensors: Mapping[str, Any]) -> None:
    """Put stored weights in place."""
    import torch

    with torch.no_grad():
        for name, weight in network.weights.items():
            weight.copy_(tensors[name])


def _mean(items: Any, named: Sequence[Sequence[int]]) -> Any:
    """Mean vector of each moment's items; zeros where there are none."""
    import torch

    longest = max((len(rows) for rows in named), default=0)
    if not longest:
        return items.new_zeros((len(named), items.shape[1]))
    places = torch.tensor([[*rows, *[0] * (longest - len(rows))] for rows in named], device=items.device)
    weight = torch.tensor(
        [[*[1 / max(len(rows), 1)] * len(rows), *[0.0] * (longest - len(rows))] for rows in named], device=items.device
    )
    return (items[places] * weight[:, :, None]).sum(dim=1)
