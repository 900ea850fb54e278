"""Decoding of Llama-shaped models on a processor, with as few steps around the matrix products as it takes.

A model of this size is read from memory once a token, and transformers spends as long again between the products. Here
what has the same input is one product (queries, keys and values; gate and up), an adapter's two small products stand
beside each, keys and values lie in one block made beforehand, and heads that share keys are attended to together. The
weights are the model's own, not a copy. The arithmetic is that of `transformers.models.llama`, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from convrec.llm.lines import Lines

_FUSED = (("self_attn", ("q_proj", "k_proj", "v_proj")), ("self_attn", ("o_proj",)))
_FUSED_MLP = (("mlp", ("gate_proj", "up_proj")), ("mlp", ("down_proj",)))
_BLOCK = 64
"""Keys are attended to in so many at a time, those that are not there yet masked."""
_PRODUCTS = (*_FUSED, *_FUSED_MLP)
"""What is computed as one product, in the order of a layer."""

Patches = list[tuple[Any, ...]]
"""For each layer and each of its four products: None, or an adapter's two matrices, scaled."""


@dataclass(frozen=True, slots=True)
class _Layer:
    before: Any
    between: Any
    products: tuple[Any, ...]


class LeanDecoder:
    """One model's layers, laid out for decoding."""

    def __init__(self, model: Any) -> None:
        """Put weights that have the same input next to each other; the model itself goes on using them.

        Args:
            model: For which `fits` holds; nobody computes with it meanwhile.
        """
        self._model = model
        self._inner = model.model
        config = model.config
        self._heads, self._groups = config.num_attention_heads, config.num_key_value_heads
        self._width = self._inner.layers[0].self_attn.head_dim
        self._scaling = self._inner.layers[0].self_attn.scaling
        self._layers = [
            _Layer(layer.input_layernorm, layer.post_attention_layernorm, tuple(_joined(layer)))
            for layer in self._inner.layers
        ]
        self._patches: dict[str | None, Patches | None] = {None: [(None,) * len(_PRODUCTS)] * len(self._layers)}

    def patches(self, adapter: str | None) -> Patches | None:
        """An adapter's matrices beside the products; None where it does more than such matrices can."""
        if adapter not in self._patches:
            self._patches[adapter] = _patches(self._inner.layers, str(adapter))
        return self._patches[adapter]

    @property
    def device(self) -> Any:
        """Where it computes."""
        return self._layers[0].products[0].device

    def room(self, cache: Any, rows: int, length: int) -> Any:
        """Keys and values of a beginning, for every row, with room up to `length`.

        Args:
            cache: transformers' cache of one row; None: nothing yet.
            rows: How many.
            length: In tokens.

        Returns:
            Shape `(layers, 2, rows, groups, length, width)`.
        """
        import torch

        weight = self._layers[0].products[0]
        shape = (len(self._layers), 2, rows, self._groups, length, self._width)
        made = torch.zeros(shape, dtype=weight.dtype, device=weight.device)
        shared = 0 if cache is None else cache.get_seq_length()
        if shared:
            for block, layer in zip(made, cache.layers, strict=True):
                block[0, :, :, :shared] = layer.keys
                block[1, :, :, :shared] = layer.values
        return made

    def logits(self, ids: Any, positions: Any, seen: Any, room: Any, at: int, patches: Patches) -> Any:
        """Logits of each row's next token, float32, shape `(rows, vocabulary)`.

        Args:
            ids: New tokens, shape `(rows, n)`.
            positions: Of each, same shape.
            seen: What each new token attends to, bool, shape `(rows, 1, n, m)`, with m at least at + n.
            room: Of `room`; the new keys and values are written into it.
            at: How many tokens it holds already.
            patches: Of the adapter.
        """
        import torch
        from torch.nn.functional import linear, scaled_dot_product_attention, silu

        rows, n = ids.shape
        m = seen.shape[-1]
        heads, groups, width = self._heads, self._groups, self._width
        share = heads // groups
        state = self._inner.embed_tokens(ids)
        cosine, sine = (part[:, :, None] for part in self._inner.rotary_emb(state, position_ids=positions))
        seen = seen if n == 1 else seen.repeat(1, 1, share, 1)
        for layer, patch, (keys, values) in zip(self._layers, patches, room, strict=True):
            joined = _product(layer.before(state), layer.products[0], patch[0]).view(rows, n, -1, width)
            turning = joined[:, :, : heads + groups]
            half = torch.cat((-turning[..., width // 2 :], turning[..., : width // 2]), dim=-1)
            turned = turning * cosine + half * sine
            keys[:, :, at : at + n] = turned[:, :, heads:].transpose(1, 2)
            values[:, :, at : at + n] = joined[:, :, heads + groups :].transpose(1, 2)
            asking = turned[:, :, :heads].transpose(1, 2).reshape(rows, groups, share * n, width)
            found = scaled_dot_product_attention(
                asking, keys[:, :, :m], values[:, :, :m], attn_mask=seen, scale=self._scaling
            )
            found = found.view(rows, heads, n, width).transpose(1, 2).reshape(rows, n, -1)
            state = state + _product(found, layer.products[1], patch[1])
            gate, up = _product(layer.between(state), layer.products[2], patch[2]).chunk(2, dim=-1)
            state = state + _product(silu(gate) * up, layer.products[3], patch[3])
        return linear(self._inner.norm(state[:, -1]), self._model.lm_head.weight).float()


class LeanBatch:
    """As `forward.Batch`, by a `LeanDecoder`."""

    def __init__(
        self, decoder: LeanDecoder, patches: Patches, cache: Any, suffixes: Sequence[Sequence[int]], most: int
    ) -> None:
        """Line the prompts up.

        Args:
            decoder: Computes.
            patches: Of the adapter.
            cache: Keys and values of what all prompts begin with, batch of one; None: nothing shared.
            suffixes: The rest of each prompt, at least one token each.
            most: Tokens that will be decoded at most.
        """
        import torch

        self._decoder, self._patches = decoder, patches
        shared = 0 if cache is None else cache.get_seq_length()
        device = decoder.device
        self._lines = Lines(suffixes, shared, device)
        width = self._lines.ids.shape[1]
        self._room = decoder.room(cache, len(suffixes), _blocks(shared + width + most))
        self._at = shared
        before = torch.ones((width, shared + width), dtype=torch.bool, device=device).tril(shared)
        itself = torch.eye(width, dtype=torch.bool, device=device)  # padding attends to itself: never to nothing
        self._seen = before[None] & self._lines.known[:, None]
        self._seen[:, :, shared:] |= itself
        self._seen = _filled(self._seen)[:, None]

    @property
    def rows(self) -> list[int]:
        """Which prompts are still in the batch, by their number."""
        return self._lines.rows

    def step(self) -> Any:
        """Logits of each row's next token, float32, shape `(len(rows), vocabulary)`."""
        lines = self._lines
        found = self._decoder.logits(lines.ids, lines.positions, self._seen, self._room, self._at, self._patches)
        self._at += lines.ids.shape[1]
        return found

    def take(self, tokens: Sequence[int], stays: Sequence[bool]) -> None:
        """Append each row's next token; rows that do not stay leave the batch."""
        index = self._lines.take(tokens, stays)
        if index is not None:
            self._room = self._room[:, :, index]
        self._seen = _filled(self._lines.known)[:, None, None]


def _blocks(length: int) -> int:
    return -(-length // _BLOCK) * _BLOCK


def _filled(seen: Any) -> Any:
    """To whole blocks of keys."""
    import torch

    return torch.nn.functional.pad(seen, (0, _blocks(seen.shape[-1]) - seen.shape[-1]), value=False)


def fits(model: Any) -> bool:
    """Whether a model is what this file computes: a plain Llama, on the processor, not quantised."""
    config = model.config
    if config.model_type != "llama" or config.hidden_act != "silu" or model.device.type != "cpu":
        return False
    if getattr(config, "attention_bias", False) or getattr(config, "mlp_bias", False):
        return False
    return all(
        _base(getattr(getattr(layer, part), name)).weight.is_floating_point()
        for layer in model.model.layers
        for part, names in _PRODUCTS
        for name in names
    )


def _base(module: Any) -> Any:
    """The layer itself, under an adapter's."""
    return getattr(module, "base_layer", module)


def _joined(layer: Any) -> Iterator[Any]:
    """The layer's weights by product; the layer keeps views of them, so that nothing lies in memory twice."""
    import torch

    for part, names in _PRODUCTS:
        modules = [_base(getattr(getattr(layer, part), name)) for name in names]
        if len(modules) == 1:
            yield modules[0].weight.detach()
            continue
        joined = torch.cat([module.weight.detach() for module in modules])
        for module, own in zip(modules, joined.split([module.weight.shape[0] for module in modules]), strict=True):
            module.weight.data = own
        yield joined


def _product(state: Any, weight: Any, patch: Any) -> Any:
    from torch.nn.functional import linear

    found = linear(state, weight)
    return found if patch is None else found + linear(linear(state, patch[0]), patch[1])


def _patches(layers: Any, adapter: str) -> Patches | None:
    made = []
    for layer in layers:
        found = []
        for part, names in _PRODUCTS:
            modules = [getattr(getattr(layer, part), name) for name in names]
            if not all(_is_plain(module, adapter) for module in modules):
                return None
            found.append(_patch(modules, adapter))
        made.append(tuple(found))
    return made


def _is_plain(module: Any, adapter: str) -> bool:
    """Whether the adapter does here what two matrices do: no magnitudes (DoRA), no bias of its own."""
    if adapter not in getattr(module, "lora_A", {}):
        return True
    special = adapter in (getattr(module, "lora_magnitude_vector", None) or {})
    return not special and getattr(module.lora_A[adapter], "bias", None) is None and module.lora_B[adapter].bias is None


def _patch(modules: Sequence[Any], adapter: str) -> Any:
    """Down and up, each one matrix for all modules: what they have in common is their input."""
    import torch

    own = [module if adapter in getattr(module, "lora_A", {}) else None for module in modules]
    if not any(module is not None for module in own):
        return None
    weight = _base(modules[0]).weight
    down = torch.cat([module.lora_A[adapter].weight for module in own if module is not None])
    heights = [_base(module).weight.shape[0] for module in modules]
    up = torch.zeros((sum(heights), down.shape[0]), dtype=torch.float32, device=weight.device)
    top = left = 0
    for module, height in zip(own, heights, strict=True):
        if module is not None:
            part = module.lora_B[adapter].weight.float() * module.scaling[adapter]
            up[top : top + height, left : left + part.shape[1]] = part
            left += part.shape[1]
        top += height
    return down.detach().to(weight.dtype), up.to(weight.dtype)
