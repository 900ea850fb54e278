"""Where a training begins that does not begin from nothing: at the weights of another adapter.

What was learned on one catalogue is a good beginning on another: items of the same title bring all of it along, the
others the way in which texts and orders of events are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from convrec.errors import UsageError
from convrec.llm import adapter as checking
from convrec.llm.adapter_files import MANIFEST, read_manifest
from convrec.llm.embedded import file_digest
from convrec.rerank.sequence import files
from convrec.rerank.sequence.keys import matched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from convrec.protocols import Vectors
    from convrec.rerank.sequence.files import Shape
    from convrec.rerank.sequence.tokens import ItemTokens
    from convrec.tune.recipe import Recipe
    from convrec.types import Item

_LEAST = 2
"""Items found again for each number of an id embedding, from which on the others' embeddings can be told from them."""
_RIDGE = 20.0
_OF_ITEMS = ("id.weight", "bias", "like_bias")
_OF_IDS = ("id_in.weight", "id_out.weight")
_OF_LIKING = ("like_query.weight", "like_query.bias")


@dataclass(frozen=True)
class Start:
    """An adapter that has been checked, to begin from.

    Attributes:
        folder: Its folder.
        digest: Of its manifest.
        config: PEFT's configuration of it.
    """

    folder: Path
    digest: str
    config: Mapping[str, Any]

    @classmethod
    def of(cls, folder: Path, base: Path, *, hold_out: int) -> Self:
        """Check an adapter as any from elsewhere is.

        Args:
            folder: Of the adapter.
            base: Folder of the model that it shall sit on.
            hold_out: Newest events of everybody that it must not have seen.

        Raises:
            UsageError: It is damaged, could do harm, belongs to another base, has no manifest, or has seen too much.
        """
        config = checking.check(folder, base=base)
        manifest = read_manifest(folder)
        if not manifest:
            raise UsageError(f"adapter {str(folder)!r} has no {MANIFEST}: only what convrec tuned can be begun from")
        held = manifest.get("held_out_newest")
        if held is not None and int(held) < hold_out:
            raise UsageError(
                f"adapter {str(folder)!r} was trained with --hold-out {held}, so it may have seen what would be judged "
                f"here: say --hold-out {held}, or begin from another"
            )
        return cls(folder, file_digest(folder / MANIFEST), config)

    def into(self, model: Any, recipe: Recipe) -> None:
        """Put its LoRA weights into a fresh PEFT model.

        Raises:
            UsageError: The recipe makes another kind of adapter.
        """
        import torch
        from peft import get_peft_model_state_dict, set_peft_model_state_dict
        from safetensors.torch import load_file

        learned = load_file(self.folder / checking.WEIGHTS)
        own = get_peft_model_state_dict(model, save_embedding_layers=False)
        same = {name: tuple(tensor.shape) for name, tensor in learned.items()} == {
            name: tuple(tensor.shape) for name, tensor in own.items()
        }
        if not same or self.config.get("lora_alpha") != recipe.lora.alpha or recipe.lora.frozen:
            raise UsageError(
                f"adapter {str(self.folder)!r} has other [lora] settings or layers than recipe {recipe.name!r}: "
                f"training cannot begin from it; take them over from its recipe.toml, or leave --from out"
            )
        with torch.no_grad():
            set_peft_model_state_dict(model, {name: tensor.to(model.dtype) for name, tensor in learned.items()})

    def tokens(
        self,
        fresh: ItemTokens,
        shape: Shape,
        items: Sequence[Item],
        texts: Vectors,
        factors: NDArray[np.float32] | None,
    ) -> int:
        """Put its item tokens into fresh ones, whose biases stay: how often items are taken up is known of this log.

        An item that is not found again begins where items that are taken up in the same company lie; where too few
        are found, all ids stay fresh.

        Args:
            fresh: The tokens to fill.
            shape: How they are made.
            items: Of the catalogue.
            texts: Their embeddings, shape `(n_items, dim)`.
            factors: Of what people took up together, shape `(n_items, id_dim)`; None: not used.

        Returns:
            How many items were found again.

        Raises:
            UsageError: Its tokens are of another shape.
        """
        import torch

        if not (self.folder / files.FILE).is_file():
            raise UsageError(f"adapter {str(self.folder)!r} reads no item tokens: a ranker cannot begin from it")
        old, its, found = files.load(self.folder, items, texts)
        for name in ("encoder", "width", "id_dim", "out_dim", "text", "ids"):
            if getattr(its, name) != getattr(shape, name):
                raise UsageError(
                    f"adapter {str(self.folder)!r} has {name} {getattr(its, name)!r}, this training "
                    f"{getattr(shape, name)!r}: it cannot begin from it"
                )
        learned = {name: tensor for name, tensor in old.state_dict().items() if name not in _OF_ITEMS}
        if not its.predicts:
            learned = {name: tensor for name, tensor in learned.items() if name not in _OF_LIKING}
        there = old.known[:, 0].numpy() > 0
        if shape.ids and found >= _LEAST * shape.id_dim:
            ids = old.id.weight.detach().numpy().astype(np.float64)
            if factors is not None:
                ids[~there] = _told(factors, ids, there)[~there]
            learned["id.weight"] = torch.from_numpy(ids.astype(np.float32))
        else:
            learned = {name: tensor for name, tensor in learned.items() if name not in _OF_IDS}
        fresh.load_state_dict(learned, strict=False)
        return found


def known(folder: Path, items: Sequence[Item], counts: NDArray[np.float64]) -> float:
    """Share of a log's events whose items an adapter was learned on, in [0, 1]; 0 of an adapter without item tokens.

    Args:
        folder: Of the adapter.
        items: Of the catalogue.
        counts: Events of each, shape `(n_items,)`.

    Raises:
        UsageError: Its file of tokens cannot be read.
    """
    if not (folder / files.FILE).is_file() or not counts.sum():
        return 0.0
    tensors = files.read(folder)[1]
    found = matched((tensors["id_keys"].numpy(), tensors["title_keys"].numpy()), items) >= 0
    return float(counts[found].sum() / counts.sum())


def _told(factors: NDArray[np.float32], ids: NDArray[np.float64], there: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Ids of all items from their factors, by ridge regression on the items that have both."""
    known = factors[there].astype(np.float64)
    gram = known.T @ known + _RIDGE * np.eye(known.shape[1])
    return np.asarray(factors @ np.linalg.solve(gram, known.T @ ids[there]))
