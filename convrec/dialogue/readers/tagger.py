"""The tuned models as readers of messages: words by the part they play, and acts with their chances."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import numpy as np

from convrec import compute
from convrec.dialogue.readers.joint import Heard
from convrec.dialogue.readers.slots import ACTS, Parse, Span, by_weight
from convrec.dialogue.readers.tags import Encoded, encode, spans, sureness, whole_words
from convrec.dialogue.readers.votes import WEIGHTS, pooled, voted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.dialogue.readers.ear import Ear
    from convrec.dialogue.readers.joint import JointReader

T = TypeVar("T")

ADAPTER = "understand"
LIKELY = 0.5
"""Acts from this chance on are taken."""
HABIT = 0.2
"""Of what usually follows what, beside their vote. It and their weights were chosen on the open half of the judged
messages and the held-out tenth of the examples."""
HABIT_JOINT = 0.1
"""The same beside the network that reads both; chosen on the open half."""
_REMEMBERED = 256
_BATCH = 16


class TunedModel(Protocol):
    """A local model that lets others compute with its Hugging Face module, an adapter active, and its tokenizer."""

    @property
    def format(self) -> Any:
        """With the tokenizer."""
        ...

    def run(self, work: Callable[[Any], T], adapter: str | None = None) -> T:
        """What the work makes of the module, which is its own meanwhile."""
        ...


@dataclass(frozen=True)
class Tagged:
    """A message as the LLM reads it, by itself or together with the encoder.

    Attributes:
        text: The message.
        spans: Words with a part to play, in order.
        sure: Mean chance of each span's labels, 0 to 1.
        acts: Chance of each act.
        by: Who read it, for the trace.
    """

    text: str
    spans: tuple[Span, ...]
    sure: tuple[float, ...]
    acts: Mapping[str, float]
    by: str = "the LLM"

    @property
    def parse(self) -> Parse:
        """The likeliest reading."""
        return Parse(self.text, self.spans, likely(self.acts))

    def at(self, start: int, end: int) -> tuple[Span, float] | None:
        """The span that most of a place lies in, with how sure it is; None: none touches it."""
        shared = [(min(one.end, end) - max(one.start, start), number) for number, one in enumerate(self.spans)]
        size, number = max(shared, default=(0, -1))
        return (self.spans[number], self.sure[number]) if size > 0 else None


class Reader(Protocol):
    """What takes messages apart for the rules: `Tagger`, or readings that are given."""

    def read(self, text: str) -> Tagged:
        """One message."""
        ...


class Tagger:
    """Reads messages with the LLM and its adapter `understand`, and asks the encoder too where it can read them.

    Implements `Reader`. Safe to use from several threads.

    Attributes:
        folder: Of the LLM's adapter.
        ear: The encoder as a second reader; None: the LLM reads alone.
    """

    def __init__(self, model: TunedModel, folder: Path, adapter: str = ADAPTER, *, ear: Ear | None = None) -> None:
        """Load what is put on the LLM; the LLM itself is loaded when it is first asked.

        Args:
            model: With the adapter.
            folder: Of the adapter.
            adapter: Its name in the model.
            ear: The encoder as a second reader; None: the LLM reads alone.

        Raises:
            UsageError: The file of labels cannot be used.
        """
        from convrec.dialogue.readers import joint, tag_head

        self._model, self.folder, self._adapter, self.ear = model, folder, adapter, ear
        self._joint: JointReader | None = joint.load(folder, ear.folder) if ear is not None else None
        self._habit = (HABIT if self._joint is None else HABIT_JOINT) * ear.moves if ear is not None else None
        self._head, self._layers = tag_head.load(folder)
        self._remembered: OrderedDict[str, Tagged] = OrderedDict()
        self._guard = threading.Lock()

    @property
    def has_ear(self) -> bool:
        """Whether the encoder is asked too."""
        return self.ear is not None

    def read(self, text: str) -> Tagged:
        """One message."""
        with self._guard:
            found = self._remembered.get(text)
        if found is None:
            found = self.read_all([text])[0]
            with self._guard:
                self._remembered[text] = found
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        return found

    def alone(self) -> Tagger:
        """The LLM as a reader without the encoder."""
        return Tagger(self._model, self.folder, self._adapter)

    def read_all(self, texts: Sequence[str]) -> list[Tagged]:
        """Several messages, in batches."""
        found: list[Tagged] = []
        for start in range(0, len(texts), _BATCH):
            part = texts[start : start + _BATCH]
            if self.ear is None:
                found += [self._tagged(text, *_alone(one)) for text, one in zip(part, self.heard(part), strict=True)]
            else:
                heard = zip(part, self.heard(part), compute.alone(partial(self.ear.read, part)), strict=True)
                found += [self._tagged(text, *self._together(text, *both)) for text, *both in heard]
        return found

    def heard(self, texts: Sequence[str]) -> list[Heard]:
        """What the LLM hears in messages, side by side."""
        tokenizer = self._model.format.tokenizer
        pad = tokenizer.eos_token_id if tokenizer.pad_token_id is None else tokenizer.pad_token_id
        encoded = [encode(tokenizer, text) for text in texts]
        return self._model.run(partial(self._read, encoded, pad), self._adapter)

    def _read(self, encoded: Sequence[Encoded], pad: int, model: Any) -> list[Heard]:
        from convrec.dialogue.readers import tag_head

        self._head.to(model.device)
        states = tag_head.states(model, self._head, encoded, pad, self._layers)
        marks, acts = tag_head.judged(self._head, states)
        chances = acts.sigmoid().cpu().numpy()
        return [
            Heard(mark.float().cpu().numpy(), chance, one, seen.float().cpu().numpy())
            for mark, chance, one, seen in zip(marks, chances, encoded, states, strict=True)
        ]

    def _together(self, text: str, llm: Heard, encoder: Heard) -> tuple[NDArray[np.float32], Any, Encoded]:
        """What the LLM and the encoder come to together: labels of words, chances of acts, and the words."""
        acts = pooled([llm.acts, encoder.acts], WEIGHTS)
        if self._joint is not None:
            marks, places = self._joint.read(text, llm, encoder)
        else:
            marks, places = voted(text, [(one.marks, one.encoded) for one in (llm, encoder)], WEIGHTS)
        return marks, acts, places

    def _tagged(self, text: str, logits: NDArray[np.float32], chances: NDArray[np.float32], encoded: Encoded) -> Tagged:
        found = whole_words(text, spans(logits, encoded, self._habit))
        acts = dict(zip(ACTS, chances.tolist(), strict=True))
        by = "the LLM" if self.ear is None else "the LLM with the encoder"
        return Tagged(text, found, sureness(logits, encoded, found), acts, by)


def likely(acts: Mapping[str, float]) -> tuple[str, ...]:
    """Acts that are likelier than not, the most telling first; at least one."""
    return by_weight(act for act in acts if acts[act] >= LIKELY) or (max(acts, key=lambda act: acts[act]),)


def _alone(heard: Heard) -> tuple[NDArray[np.float32], NDArray[np.float32], Encoded]:
    return heard.marks, heard.acts, heard.encoded
