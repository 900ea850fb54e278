"""An instruction model in this process: transformers, with adapters by name on one base in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from convrec import compute
from convrec.errors import RunError, UsageError
from convrec.llm import adapter as adapters_
from convrec.llm.chat_format import ChatFormat
from convrec.llm.device import FOUR_BIT, choose, loading
from convrec.llm.prefix import PrefixCache, common
from convrec.llm.quiet import quiet
from convrec.llm.reply import Reply
from convrec.types import Message

if TYPE_CHECKING:
    from convrec.llm import forward, lean

T = TypeVar("T")

WORTH_SHARING = compute.STEP
"""Tokens from which computing a common beginning once pays."""


class LocalModel:
    """Implements `protocols.ChatModel` over a local model folder.

    Loaded at first use, or by `load`. Safe to use from several threads: one step of the model at a time, so a stream
    that nobody reads on never blocks the others.

    Attributes:
        name: Folder name of the model.
        path: Its folder.
        adapters: Folder of each adapter, by name.
    """

    def __init__(
        self,
        path: Path,
        *,
        device: str = "auto",
        dtype: str = "auto",
        adapters: Mapping[str, Path] | None = None,
        name: str = "",
        seed: int = 0,
    ) -> None:
        """Check the adapters; nothing heavy yet.

        Args:
            path: As `embedded.locate` returns it.
            device: `auto` or a torch device.
            dtype: `auto`, `bfloat16`, `float16`, `float32` or `4bit`.
            adapters: PEFT folder of each adapter, by name.
            name: Shown beside what the model wrote; empty: the folder's name.
            seed: Of sampling at temperatures above 0.

        Raises:
            UsageError: An adapter's folder is not fit to be loaded.
        """
        self.path = Path(path)
        self.name = name or self.path.name
        self.adapters = dict(adapters or {})
        for folder in self.adapters.values():
            adapters_.check(folder, base=self.path)
        self._device, self._dtype, self._seed = device, dtype, seed
        self._lock = threading.Lock()
        self._loading = threading.Lock()
        self._prefixes = PrefixCache()
        self._model: Any = None
        self._format: ChatFormat | None = None
        self._generator: Any = None
        self._decoder: lean.LeanDecoder | None = None
        self._active: str | None = None

    def load(self) -> None:
        """Load now rather than at first use; a second call does nothing.

        Raises:
            UsageError: The device or the dtype is not available, or the model is not an instruction model.
            RunError: The files cannot be read, or do not fit into memory.
        """
        with self._loading:
            if self._model is None:
                self._load()

    @property
    def format(self) -> ChatFormat:
        """The model's chat template and tokenizer."""
        self.load()
        assert self._format is not None
        return self._format

    @contextmanager
    def using(self, adapter: str | None = None) -> Iterator[Any]:
        """The Hugging Face model with the adapter active, for this thread alone inside the block.

        Raises:
            UsageError: The model has no such adapter.
        """
        import torch

        self._known(adapter)
        self.load()
        with self._lock, torch.inference_mode():
            self._activate(adapter)
            try:
                yield self._model
            except RuntimeError as error:  # torch's own, out of memory among them
                raise RunError("llm", f"{self.name} failed: {str(error).splitlines()[0]}") from error

    def run(self, work: Callable[[Any], T], adapter: str | None = None) -> T:
        """What `work` makes of the Hugging Face model, with the adapter active, on the thread that computes.

        Raises:
            UsageError: The model has no such adapter.
        """
        self._known(adapter)
        self.load()

        def computed() -> T:
            with self.using(adapter) as model:
                return work(model)

        return compute.alone(computed)

    def count(self, messages: Sequence[Message]) -> int:
        """Tokens of a prompt."""
        return len(self.format.tokens(messages))

    def generate(
        self,
        prompts: Sequence[Sequence[Message]],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        adapter: str | None = None,
    ) -> list[str]:
        """One text a prompt, decoded as one batch. What the prompts begin with in common is computed once.

        Args:
            prompts: One or more, in any number; none gives an empty list.
            max_tokens: Of each text, at least 1.
            temperature: 0 takes the likeliest token; above, tokens are drawn.
            stop: Texts that end the answer; they are not part of it.
            adapter: Name of the adapter; None: the model as it is.

        Raises:
            UsageError: No such adapter, or an argument out of range.
            RunError: The prompt is longer than the model reads, or the model failed; stage "llm".
        """
        if not prompts:
            return []
        replies = [Reply(self.format, stop) for _ in prompts]
        for row, token in self._decode(prompts, max_tokens, temperature, adapter, replies):
            replies[row].add(token)
        return [reply.finish() for reply in replies]

    def stream(
        self,
        prompt: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        adapter: str | None = None,
    ) -> Iterator[str]:
        """The text of one prompt in pieces, as they are decoded; arguments and errors as for `generate`."""
        reply = Reply(self.format, stop)
        for _, token in self._decode([prompt], max_tokens, temperature, adapter, [reply]):
            reply.add(token)
            if piece := reply.piece():
                yield piece
        reply.finish()
        if piece := reply.piece():
            yield piece

    def score(
        self, prompt: Sequence[Message], continuations: Sequence[str], *, adapter: str | None = None
    ) -> list[float]:
        """Mean log-probability per token of each continuation of the prompt, all in one forward pass.

        Raises:
            UsageError: No such adapter, or a continuation is empty.
            RunError: The prompt is longer than the model reads, or the model failed; stage "llm".
        """
        from convrec.llm import forward

        self._known(adapter)
        if not continuations:
            return []
        tokens = self.format.tokens(prompt)
        bodies = [self.format.continuation(text) for text in continuations]
        constant = self.format.boundary(prompt, tokens)

        def scored(model: Any) -> list[float]:
            self._fits(len(tokens) + max(map(len, bodies)))
            cache, shared = self._shared(model, adapter, [tokens], constant)
            return forward.score(model, cache, tokens[shared:], bodies)

        return self.run(scored, adapter)

    def forget(self) -> None:
        """Drop the kept beginnings of prompts."""
        with self._lock:
            self._prefixes.clear()

    def _decode(
        self,
        prompts: Sequence[Sequence[Message]],
        max_tokens: int,
        temperature: float,
        adapter: str | None,
        replies: Sequence[Reply],
    ) -> Iterator[tuple[int, int]]:
        """Row and token, step by step; the lock is held within a step only."""
        self._known(adapter)
        if max_tokens < 1 or temperature < 0:
            raise UsageError(f"max_tokens {max_tokens!r} must be at least 1 and temperature {temperature!r} at least 0")
        rows = [self.format.tokens(messages) for messages in prompts]
        constant = min(self.format.boundary(messages, row) for messages, row in zip(prompts, rows, strict=True))

        def begun(model: Any) -> forward.Batch | lean.LeanBatch:
            self._fits(max(map(len, rows)) + max_tokens)
            cache, shared = self._shared(model, adapter, rows, constant)
            return self._batch(model, adapter, cache, [row[shared:] for row in rows], max_tokens)

        batch = self.run(begun, adapter)
        for step in range(max_tokens):
            tokens = self.run(lambda _: self._pick(batch.step(), temperature), adapter)
            numbers = list(batch.rows)
            live = [token not in self.format.end_ids for token in tokens]
            for number, token, goes_on in zip(numbers, tokens, live, strict=True):
                if goes_on:
                    yield number, token
            stays = [on and not replies[number].done for number, on in zip(numbers, live, strict=True)]
            if not any(stays) or step + 1 == max_tokens:
                return
            self.run(partial(_take, batch, tokens, stays), adapter)

    def _batch(
        self, model: Any, adapter: str | None, cache: Any, suffixes: Sequence[Sequence[int]], most: int
    ) -> forward.Batch | lean.LeanBatch:
        """The rest of the prompts, ready to be decoded: without transformers in between where that can be."""
        from convrec.llm import forward, lean

        if self._decoder is None and lean.fits(model):
            self._decoder = lean.LeanDecoder(model)
        patches = self._decoder.patches(adapter) if self._decoder is not None else None
        if self._decoder is None or patches is None:
            return forward.Batch(model, cache, suffixes)
        return lean.LeanBatch(self._decoder, patches, cache, suffixes, most)

    def _shared(self, model: Any, adapter: str | None, rows: Sequence[Sequence[int]], constant: int) -> tuple[Any, int]:
        """Keys and values of what all rows begin with, and its length; the constant part is kept for later calls.

        The constant part always gets a pass of its own, kept or not: an answer must not change in its last digits,
        and with it the order of two candidates, because a beginning happened to be kept.
        """
        from convrec.llm import forward

        limit = min(common(rows), min(map(len, rows)) - 1)
        length = min(constant, limit)
        if length < WORTH_SHARING:
            length = 0
        first = rows[0]
        cache = None
        if length:
            cache = self._prefixes.find(adapter, first[:length])
            if cache is None:
                cache = forward.extend(model, None, first[:length])
                if self._prefixes.comes_again(adapter, first[:length]) or len(rows) > 1:
                    self._prefixes.keep(adapter, first[:length], cache)
        if more := (limit - length) // WORTH_SHARING * WORTH_SHARING if len(rows) > 1 else 0:
            cache = forward.extend(model, cache, first[length : length + more])
            length += more
        return cache, length

    def _pick(self, logits: Any, temperature: float) -> list[int]:
        import torch

        if temperature == 0:
            chosen: list[int] = logits.argmax(-1).tolist()
            return chosen
        chances = torch.softmax(logits / temperature, -1).cpu()
        drawn: list[int] = torch.multinomial(chances, 1, generator=self._generator)[:, 0].tolist()
        return drawn

    def _fits(self, tokens: int) -> None:
        limit = getattr(self._model.config, "max_position_embeddings", None)
        if limit and tokens > limit:
            raise RunError(
                "llm", f"{tokens} tokens are more than the {limit} that {self.name} reads; shorten the prompt"
            )

    def _known(self, adapter: str | None) -> None:
        if adapter is not None and adapter not in self.adapters:
            known = ", ".join(self.adapters) or "none"
            raise UsageError(f"{self.name} has no adapter {adapter!r}; it has: {known} (settings: [models.adapters])")

    def _activate(self, adapter: str | None) -> None:
        if adapter == self._active:
            return
        if adapter is None:
            self._model.disable_adapters()
        else:
            self._model.enable_adapters()
            self._model.set_adapter(adapter)
        self._active = adapter

    def _load(self) -> None:
        import torch
        from safetensors import SafetensorError
        from transformers import AutoTokenizer, GenerationConfig

        device, dtype = choose(self._device, self._dtype)
        options = loading(device, dtype, four_bit=self._dtype == FOUR_BIT)
        try:
            with quiet():
                tokenizer = AutoTokenizer.from_pretrained(str(self.path), local_files_only=True)
                model = self._base(options)
                if self._dtype != FOUR_BIT:
                    model = model.to(device)
                model.requires_grad_(False).eval()
                for name, folder in self.adapters.items():
                    model.load_adapter(str(folder), adapter_name=name, adapter_kwargs={"local_files_only": True})
        except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
            raise RunError("llm", f"could not load the model at {self.path}: {error}") from error
        ends = GenerationConfig.from_model_config(model.config).eos_token_id
        if model.generation_config is not None and model.generation_config.eos_token_id is not None:
            ends = model.generation_config.eos_token_id
        self._format = ChatFormat(tokenizer, [ends] if isinstance(ends, int) else ends or [])
        self._generator = torch.Generator().manual_seed(self._seed)
        if self.adapters:
            model.disable_adapters()
        self._model = model.eval()

    def _base(self, options: Mapping[str, Any]) -> Any:
        from transformers import AutoModelForCausalLM

        try:
            return AutoModelForCausalLM.from_pretrained(str(self.path), attn_implementation="sdpa", **options)
        except ValueError as error:
            if "scaled_dot_product_attention" not in str(error):
                raise
            return AutoModelForCausalLM.from_pretrained(str(self.path), attn_implementation="eager", **options)


def _take(batch: forward.Batch | lean.LeanBatch, tokens: Sequence[int], stays: Sequence[bool], _: Any) -> None:
    batch.take(tokens, stays)
