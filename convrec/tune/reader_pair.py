"""Both readers of messages and the network over them as one model, whose upper layers learn.

The lower layers stay as they are. Their adapters are merged into the weights, so that they cost no more than the base.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.readers import ear, joint, tag_head
from convrec.dialogue.readers.slots import ACTS, Parse
from convrec.dialogue.readers.tagger import HABIT_JOINT, likely
from convrec.dialogue.readers.tags import Encoded, encode, spans, whole_words
from convrec.dialogue.readers.votes import WEIGHTS, word_places
from convrec.errors import UsageError
from convrec.tune.word_states import Pairing

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LAYER = re.compile(r"\blayers?\.(\d+)\.")
_TOGETHER = 32


@dataclass(frozen=True)
class Read:
    """A batch of messages, read with gradients.

    Attributes:
        words: Logits of the words of each message by the network, `(n_words, LABELS)` each.
        places: Of those words.
        marks: Of both readers the logits of tokens of each message.
        encoded: Of both readers the tokens.
        acts: Of both readers logits of acts, shape `(n_messages, n_acts)`.
    """

    words: Sequence[Any]
    places: Sequence[NDArray[np.int64]]
    marks: tuple[Sequence[Any], Sequence[Any]]
    encoded: tuple[Sequence[Encoded], Sequence[Encoded]]
    acts: tuple[Any, Any]

    @property
    def pooled_acts(self) -> Any:
        """Logits of acts by both, shape `(n_messages, n_acts)`."""
        return WEIGHTS[0] * self.acts[0] + WEIGHTS[1] * self.acts[1]


class ReaderPair:
    """The LLM with adapter `understand`, the encoder with adapter `hear`, and the network over their states.

    Attributes:
        folders: Of the two adapters.
        network: Of `joint.network`.
    """

    def __init__(
        self, bases: tuple[Path, Path], folders: tuple[Path, Path], layers: tuple[int, int], device: str = "auto"
    ) -> None:
        """Load them.

        Args:
            bases: Folders of the LLM and of the encoder.
            folders: Of their adapters, with a network that reads just these two.
            layers: How many layers of each learn, from the top.
            device: `auto`, `cpu`, `cuda`...

        Raises:
            UsageError: An adapter is not acceptable, there is no network of just these two, or there are not so many
                layers.
            RunError: A model cannot be read.
        """
        from transformers import AutoTokenizer

        reader = joint.load(*folders)
        if reader is None:
            raise UsageError(
                f"{joint.FILE} of {str(folders[1])!r} is not of these two adapters; run `convrec tune joint` first"
            )
        self.folders, self.network = folders, reader.module
        self._heads = tuple(tag_head.load(folder)[0] for folder in folders)
        self._models = [
            _opened(base, folder, count, device) for base, folder, count in zip(bases, folders, layers, strict=True)
        ]
        self._tokenizers = [AutoTokenizer.from_pretrained(str(base), local_files_only=True) for base in bases]
        self._pads = [
            (one.eos_token_id or 0) if one.pad_token_id is None else one.pad_token_id for one in self._tokenizers
        ]
        self.device = self._models[0].device
        for module in (self.network, *self._heads):
            module.to(self.device)
        for name, weight in self.network.named_parameters():
            weight.requires_grad_(name not in ("numbers.mean", "numbers.spread"))

    def weights(self) -> Iterator[tuple[str, Any]]:
        """What learns, by name: `llm.*`, `encoder.*`, `llm-head.*`, `encoder-head.*`, `network.*`."""
        for part, module in self._parts():
            for name, weight in module.named_parameters():
                if weight.requires_grad:
                    yield f"{part}.{name}", weight

    def train(self, on: bool = True) -> None:
        """Set whether anything is dropped out."""
        for _, module in self._parts():
            module.train(on)

    def read(self, texts: Sequence[str], *, dropout: float = 0.0) -> Read:
        """Read messages that have a word each.

        Args:
            texts: At least one.
            dropout: Of what the network sees, in training.
        """
        import torch

        self.network["drop"].p = dropout
        places = [word_places(text) for text in texts]
        encoded = (
            [encode(self._tokenizers[0], text) for text in texts],
            [ear.encode(self._tokenizers[1], text) for text in texts],
        )
        states = (
            tag_head.states(self._models[0].get_base_model(), self._heads[0], encoded[0], self._pads[0]),
            tag_head.encoder_states(self._models[1].get_base_model(), self._heads[1], encoded[1], self._pads[1]),
        )
        judged = [tag_head.judged(head, own) for head, own in zip(self._heads, states, strict=True)]
        pairs = [Pairing.of(own, places).to(self.device) for own in encoded]
        seen = torch.cat([pair.mean(torch.cat(list(own))) for pair, own in zip(pairs, states, strict=True)], 1)
        chances = torch.cat(
            [pair.log_chances(torch.cat(marks)) for pair, (marks, _) in zip(pairs, judged, strict=True)], 1
        )
        sizes = [len(one) for one in places]
        padded = [torch.nn.utils.rnn.pad_sequence(each.split(sizes), batch_first=True) for each in (seen, chances)]
        words = joint.judge(self.network, *padded)
        return Read(
            [row[:size] for row, size in zip(words, sizes, strict=True)],
            places,
            (judged[0][0], judged[1][0]),
            encoded,
            (judged[0][1], judged[1][1]),
        )

    def parses(self, texts: Sequence[str], moves: NDArray[np.float32]) -> list[Parse]:
        """Messages as both read them.

        Args:
            texts: Any number.
            moves: Of `votes.moves`.
        """
        import torch

        self.train(False)
        found = [Parse(text, (), ("other",)) for text in texts]
        worded = [place for place, text in enumerate(texts) if len(word_places(text))]
        worded.sort(key=lambda place: len(texts[place]))
        for start in range(0, len(worded), _TOGETHER):
            part = worded[start : start + _TOGETHER]
            with torch.inference_mode():
                read = self.read([texts[place] for place in part])
            acts = read.pooled_acts.sigmoid().tolist()
            for place, words, places, chances in zip(part, read.words, read.places, acts, strict=True):
                path = spans(words.float().cpu().numpy(), Encoded((), 0, places), HABIT_JOINT * moves)
                done = likely(dict(zip(ACTS, chances, strict=True)))
                found[place] = Parse(texts[place], whole_words(texts[place], path), done)
        return found

    def tuned(self, which: int) -> dict[str, Any]:
        """Weights of an adapter that learned, by the names that its file has them under.

        Args:
            which: 0: the LLM's; 1: the encoder's.
        """
        return {
            name.replace(".default.", "."): weight.detach()
            for name, weight in self._models[which].named_parameters()
            if weight.requires_grad
        }

    def head(self, which: int) -> Any:
        """The head of a reader: 0: the LLM's; 1: the encoder's."""
        return self._heads[which]

    def _parts(self) -> list[tuple[str, Any]]:
        names = ("llm", "encoder", "llm-head", "encoder-head", "network")
        return list(zip(names, (*self._models, *self._heads, self.network), strict=True))


def _opened(base: Path, folder: Path, learning: int, device: str) -> Any:
    """A model with its adapter, of which the upper layers learn, in float32 beside weights as they are used."""
    from peft import PeftModel

    from convrec.llm.adapter import check
    from convrec.llm.device import choose
    from convrec.llm.quiet import quiet
    from convrec.tune.model import load_base

    check(folder, base=base)
    model = load_base(base, layers=tag_head.load(folder)[1], device=device, dtype="float32")
    with quiet():
        made = PeftModel.from_pretrained(model, str(folder), is_trainable=True)
    there = 1 + max(int(found[1]) for name, _ in made.named_parameters() if (found := _LAYER.search(name)))
    if not 0 < learning <= there:
        raise UsageError(f"{learning} layers of {base.name} are to learn; it has 1 to {there}")
    for name, module in made.named_modules():
        found = _LAYER.search(f"{name}.")
        if not hasattr(module, "get_delta_weight"):
            continue
        for dropped in module.lora_dropout.values():  # messages are changed anew each time; that is enough
            if hasattr(dropped, "p"):
                dropped.p = 0.0
        if found and int(found[1]) < there - learning:
            module.merge()
    for name, weight in made.named_parameters():
        found = _LAYER.search(name)
        weight.requires_grad_("lora_" in name and found is not None and int(found[1]) >= there - learning)
        if "lora_" not in name:
            weight.data = weight.data.to(choose(device)[1])
    return made
