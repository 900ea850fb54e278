"""The two ways convrec runs a causal model: prompts decoded step by step as a batch, continuations scored at once.

Both start from a shared beginning of the prompts, computed once as keys and values. The caller holds the model's
lock and has set the adapter.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from convrec.compute import rounded
from convrec.llm.lines import Lines

PACK = 1024
"""Tokens of continuations in one forward pass."""


def extend(model: Any, cache: Any, tokens: Sequence[int]) -> Any:
    """Keys and values of `tokens` after those of `cache` (None: from the beginning), batch of one."""
    import torch
    from transformers import DynamicCache

    if cache is None:
        cache = DynamicCache(config=model.config)
    if tokens:
        ids = torch.tensor([list(tokens)], device=model.device)
        model(input_ids=ids, past_key_values=cache, use_cache=True, logits_to_keep=1)
    return cache


class Batch:
    """Prompts on their way through the model together; rows leave when they are finished."""

    def __init__(self, model: Any, cache: Any, suffixes: Sequence[Sequence[int]]) -> None:
        """Line the prompts up.

        Args:
            model: The causal model.
            cache: Keys and values of what all prompts begin with, batch of one; None: nothing shared.
            suffixes: The rest of each prompt, at least one token each.
        """
        from transformers import DynamicCache

        self._model = model
        shared = 0 if cache is None else cache.get_seq_length()
        self._cache = DynamicCache(config=model.config) if cache is None else cache
        if shared and len(suffixes) > 1:
            self._cache.batch_repeat_interleave(len(suffixes))
        self._lines = Lines(suffixes, shared, model.device)

    @property
    def rows(self) -> list[int]:
        """Which prompts are still in the batch, by their number."""
        return self._lines.rows

    def step(self) -> Any:
        """Logits of each row's next token, float32, shape `(len(rows), vocabulary)`."""
        out = self._model(
            input_ids=self._lines.ids,
            attention_mask=self._lines.known.long(),
            position_ids=self._lines.positions,
            past_key_values=self._cache,
            use_cache=True,
            logits_to_keep=1,
        )
        return out.logits[:, -1].float()

    def take(self, tokens: Sequence[int], stays: Sequence[bool]) -> None:
        """Append each row's next token; rows that do not stay leave the batch."""
        index = self._lines.take(tokens, stays)
        if index is not None:
            self._cache.batch_select_indices(index)


def score(model: Any, cache: Any, prompt: Sequence[int], continuations: Sequence[Sequence[int]]) -> list[float]:
    """Mean log-probability per token of each continuation, all in one forward pass.

    The rest of the prompt and the continuations stand in one row; a mask lets each continuation see the prompt and
    itself only, and its positions count on from the prompt's end (tree attention: SpecInfer, arXiv 2305.09781). The
    prompt's keys and values are not copied for each continuation, and the last token of a continuation, which predicts
    nothing, is left out.

    Args:
        model: The causal model.
        cache: Keys and values of the prompt's beginning, batch of one; None: nothing computed yet.
        prompt: The rest of the prompt, at least one token.
        continuations: At least one token each.

    Returns:
        One score a continuation, at most 0.
    """
    if sum(map(len, continuations)) <= PACK:
        return _pack(model, cache, prompt, continuations)
    cache = extend(model, cache, prompt[:-1])
    scores: list[float] = []
    pack: list[Sequence[int]] = []
    for continuation in continuations:
        if pack and sum(map(len, pack)) + len(continuation) > PACK:
            scores += _pack(model, copy.deepcopy(cache), prompt[-1:], pack)
            pack = []
        pack.append(continuation)
    return scores + _pack(model, cache, prompt[-1:], pack)


def _pack(model: Any, cache: Any, prompt: Sequence[int], continuations: Sequence[Sequence[int]]) -> list[float]:
    import torch
    from transformers import DynamicCache

    if cache is None:
        cache = DynamicCache(config=model.config)
    past, head = cache.get_seq_length(), len(prompt)
    bodies = [list(continuation[:-1]) for continuation in continuations]
    used = head + sum(map(len, bodies))
    length = rounded(used)
    seen = torch.zeros((length, past + length), dtype=torch.bool)
    seen[:, :past] = True
    seen[:head, past : past + head] = torch.ones((head, head), dtype=torch.bool).tril()
    seen[head:, past : past + head] = True
    positions = list(range(past, past + head))
    sources: list[int] = []  # of each token to predict, the place in the row that predicts it
    at = head
    for body in bodies:
        size = len(body)
        seen[at : at + size, past + at : past + at + size] = torch.ones((size, size), dtype=torch.bool).tril()
        positions += range(past + head, past + head + size)
        sources += [head - 1, *range(at, at + size)]
        at += size
    seen[used:, past + used :] = torch.eye(length - used, dtype=torch.bool)  # what fills up sees itself alone
    positions += [0] * (length - used)
    mask = torch.zeros(seen.shape, dtype=model.dtype).masked_fill_(~seen, torch.finfo(model.dtype).min)
    row = [*prompt, *(token for body in bodies for token in body), *([0] * (length - used))]
    needed, place = torch.tensor(sources).unique(return_inverse=True)
    logits = model(
        input_ids=torch.tensor([row], device=model.device),
        attention_mask=mask[None, None].to(model.device),
        position_ids=torch.tensor([positions], device=model.device),
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=needed.to(model.device),
    ).logits[0]
    norms = torch.cat([part.float().logsumexp(-1) for part in logits.split(128)])
    place = place.to(logits.device)
    targets = torch.tensor([token for continuation in continuations for token in continuation], device=logits.device)
    values = (logits[place, targets].float() - norms[place]).clamp(max=0).split(list(map(len, continuations)))
    return [float(part.mean()) for part in values]
