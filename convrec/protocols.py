"""The seams: what each part promises the others. Implementations satisfy these without inheriting anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from convrec.types import (
    Candidate,
    Explanation,
    Filter,
    History,
    Item,
    ItemId,
    Message,
    Profile,
    Request,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class Catalogue(Protocol):
    """The items, in memory, in a fixed order."""

    @property
    def items(self) -> Sequence[Item]:
        """All items; the position in it is the item's row everywhere."""
        ...

    def __len__(self) -> int: ...
    def __contains__(self, item_id: object) -> bool: ...
    def __getitem__(self, item_id: ItemId) -> Item: ...

    def row(self, item_id: ItemId) -> int:
        """Position of an item; raises `UsageError` for an unknown id."""
        ...

    @property
    def fields(self) -> Mapping[str, str]:
        """What filters may name, with what it holds: `words`, `number`, `flag`, `date`, `time` or `hours`."""
        ...

    def matching(self, filters: Sequence[Filter]) -> NDArray[np.bool_]:
        """Which items meet every filter, shape `(n_items,)`."""
        ...


@runtime_checkable
class Encoder(Protocol):
    """Text to unit vectors."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str], *, role: Literal["query", "document"]) -> Vectors:
        """Unit vectors in float32, shape `(len(texts), dim)`."""
        ...


@runtime_checkable
class ChatModel(Protocol):
    """An instruction model: text from messages, or scores of given continuations."""

    name: str

    def generate(
        self,
        prompts: Sequence[Sequence[Message]],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        stop: Sequence[str] = (),
        adapter: str | None = None,
    ) -> list[str]:
        """One text a prompt, decoded as one batch. Raises `RunError("llm", ...)`."""
        ...

    def score(
        self, prompt: Sequence[Message], continuations: Sequence[str], *, adapter: str | None = None
    ) -> list[float]:
        """Mean log-probability per token of each continuation of the prompt; at most 0, higher is likelier.

        All continuations are scored in one forward pass over the shared prompt where the back end can.
        """
        ...


class ItemIndex(Protocol):
    """Nearest items to a vector."""

    def search(
        self, vectors: Vectors, k: int, *, rows: NDArray[np.int64] | None = None
    ) -> list[list[tuple[ItemId, float]]]:
        """For each vector the k most similar items with cosine similarity in [-1, 1], best first.

        Args:
            vectors: Unit vectors, shape `(n, dim)`.
            k: At least 1.
            rows: Catalogue rows the answer is restricted to; None: all.
        """
        ...


class Profiler(Protocol):
    """History to profile."""

    def profile(self, history: History, *, edits: Sequence[Mapping[str, object]] = ()) -> Profile:
        """Statements with evidence and a text; deterministic for a given history and edits."""
        ...


class Retriever(Protocol):
    """Profile, history and request to candidates."""

    def retrieve(self, history: History, profile: Profile | None, request: Request, k: int) -> list[Candidate]:
        """At most k candidates, best first; every one meets the filters, none is excluded."""
        ...


class Reranker(Protocol):
    """Candidates in a better order."""

    def rerank(
        self,
        history: History,
        profile: Profile | None,
        request: Request,
        candidates: Sequence[Candidate],
    ) -> list[Candidate]:
        """The same candidates, best first, with the LLM's score added to `sources`."""
        ...


class Explainer(Protocol):
    """Candidates to reasons."""

    def explain(
        self,
        history: History,
        profile: Profile | None,
        request: Request,
        candidates: Sequence[Candidate],
    ) -> list[Explanation]:
        """One checked explanation a candidate, in the same order, worded as one batch."""
        ...
