"""The tasks `understand` and `hear`: label the words of a message, and say what it does, by the LLM or the encoder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from convrec.dialogue.readers import ear, tag_head
from convrec.dialogue.readers.slots import ACTS, Parse, read
from convrec.dialogue.readers.tagger import likely
from convrec.dialogue.readers.tags import MOST_TOKENS, Encoded, act_marks, agreement, encode, labels, spans, whole_words
from convrec.dialogue.readers.votes import moves
from convrec.errors import UsageError
from convrec.tune.examples import refuse_long
from convrec.tune.model import is_encoder
from convrec.tune.recipe import TaskRecipe
from convrec.tune.task import Context
from convrec.tune.tasks.options import options_of
from convrec.tune.tasks.variants import Chances, Variants

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

_HELD = 10
"""One message in so many is held out."""
_BATCH = 32


class TaggingOptions(BaseModel):
    """Options of a `[[task]]` of kind `understand` or `hear`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: str | list[str]
    """JSON lines of parses, from the recipe's folder; one file or several."""
    acts_weight: float = Field(1.0, ge=0)
    """Lambda of the acts beside the labels."""
    dropout: float = Field(0.1, ge=0, lt=1)
    smoothing: float = Field(0.0, ge=0, lt=1)
    """Share of each label's weight that is spread over all labels (Szegedy et al. 2016)."""
    chances: Chances = Chances()
    """Of changes to messages, drawn anew each time (augmentation)."""


class TaggingTask:
    """Implements `Task` for `understand`.

    The loss is the mean cross-entropy of the labels plus the binary cross-entropy of the acts.

    Attributes:
        name: The kind.
        digest: Of the data and options.
        tokens: Read so far in training.
        on_encoder: Whether the base must be an encoder.
    """

    on_encoder = False

    def __init__(self, name: str, files: Sequence[Path], options: TaggingOptions, context: Context) -> None:
        """Read and tokenise the messages.

        Raises:
            UsageError: The file is missing or malformed, or messages are too long; names them.
        """
        self.name, self.tokens = name, 0
        self._files, self._options, self._seed = files, options, context.seed
        self._tokenizer, self._batch_size = context.tokenizer, context.batch_size
        self._layers, self._licence = context.recipe.layers, context.recipe.licence
        self._pad = context.tokenizer.pad_token_id
        self._pad = context.tokenizer.eos_token_id if self._pad is None else self._pad
        found = []
        for file in files:
            own = read(file)
            sizes = {
                f"{number}": len(context.tokenizer(parse.text, add_special_tokens=False)["input_ids"])
                for number, (parse, _) in enumerate(own, 1)
            }
            refuse_long(name, file, sizes, MOST_TOKENS)
            found += own
        held = [is_held(parse, more) for parse, more in found]
        self._train = [parse for (parse, _), out in zip(found, held, strict=True) if not out]
        self._held = [parse for (parse, _), out in zip(found, held, strict=True) if out]
        if not self._train or not self._held:
            said = ", ".join(map(str, files))
            raise UsageError(f"{said} has too few messages: some to learn from and some to judge by are needed")
        self._variants = Variants(self._train, options.chances)
        self.digest = sha256(
            b"".join(file.read_bytes() for file in files) + options.model_dump_json().encode()
        ).hexdigest()
        import torch

        torch.manual_seed(context.seed)
        self._head = tag_head.head(context.config.hidden_size, options.dropout)
        if context.start is not None:
            self._begin(context.start.folder)

    def _begin(self, folder: Path) -> None:
        """Begin with the head of another adapter.

        Raises:
            UsageError: It has none that can be read, or reads other layers.
        """
        learned, layers = tag_head.load(folder)
        if layers != self._layers:
            raise UsageError(f"adapter {str(folder)!r} reads {layers} layers, this recipe {self._layers}: name as many")
        self._head.load_state_dict(learned.state_dict())

    @classmethod
    def build(cls, spec: TaskRecipe, context: Context) -> TaggingTask:
        """From a recipe's `[[task]]`.

        Raises:
            UsageError: An option is unknown or missing, or the data are unfit.
        """
        options = options_of(TaggingOptions, spec)
        if is_encoder(context.base) != cls.on_encoder:
            wanted = "an encoder, such as minilm-l6" if cls.on_encoder else "a causal model, such as smollm2-135m"
            raise UsageError(f"task {spec.kind!r} is learned by {wanted}; base is {context.recipe.base!r}")
        named = [options.data] if isinstance(options.data, str) else options.data
        return cls(spec.kind, [context.folder / one for one in named], options, context)

    def parameters(self) -> Iterable[tuple[str, torch.nn.Parameter]]:
        """Those of the head."""
        found: Iterable[tuple[str, torch.nn.Parameter]] = self._head.named_parameters()
        return found

    def module(self) -> torch.nn.Module:
        """The head."""
        return self._head

    def save(self, folder: Path) -> None:
        """The head, and what it takes to read words."""
        tag_head.save(folder, self._head, self._layers, moves(self._train))

    def facts(self) -> dict[str, Any]:
        """For the card."""
        return {
            "data": ", ".join(
                f"{file.parent.name}/{file.name}" if len(self._files) > 1 else file.name for file in self._files
            ),
            "train": len(self._train),
            "validation": len(self._held),
            "split": "as the file says, else a tenth by a hash of the message",
            "licence": self._licence,
        }

    def loss(self, model: Any, batch: int) -> torch.Tensor:
        """Mean over the tokens of a batch, and over its acts."""
        import torch

        draw = np.random.default_rng((self._seed, batch))
        chosen = draw.choice(len(self._train), min(self._batch_size, len(self._train)), replace=False)
        parses = [self._variants.of(self._train[place], draw) for place in chosen.tolist()]
        encoded = [self._encoded(parse.text) for parse in parses]
        self.tokens += sum(len(one.ids) for one in encoded)
        marks, acts = self._read(model, encoded)
        wanted = np.concatenate([labels(parse, one) for parse, one in zip(parses, encoded, strict=True)])
        right = np.stack([act_marks(parse) for parse in parses])
        named = torch.nn.functional.cross_entropy(
            torch.cat(marks),
            torch.from_numpy(wanted).to(acts.device),
            label_smoothing=self._options.smoothing,
        )
        done = torch.nn.functional.binary_cross_entropy_with_logits(acts, torch.from_numpy(right).to(acts.device))
        total: torch.Tensor = named + self._options.acts_weight * len(ACTS) / 4 * done
        return total

    def validate(self, model: Any) -> dict[str, float]:
        """Precision, recall and F1 over exact spans, share of messages with the right acts; `score` is a mean."""
        figures = agreement(self._held, self.parses(model, [parse.text for parse in self._held]))
        return {"score": (figures["F1"] + figures["acts"]) / 2, **figures}

    def judge(self, model: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Of each held-out message whether its spans are all right, and whether its acts are: 0 or 1, `(n,)` each."""
        found = self.parses(model, [parse.text for parse in self._held])
        pairs = list(zip(self._held, found, strict=True))
        spans_right = np.array([set(one.spans) == set(other.spans) for one, other in pairs], dtype=np.float64)
        return spans_right, np.array([set(one.acts) == set(other.acts) for one, other in pairs], dtype=np.float64)

    def take(self, folder: Path) -> None:
        """Read with the head of an adapter's folder in place of a fresh one."""
        device = next(self._head.parameters()).device
        self._head = tag_head.load(folder)[0].to(device)

    def parses(self, model: Any, texts: Sequence[str]) -> list[Parse]:
        """Messages as the model reads them."""
        import torch

        found = []
        for start in range(0, len(texts), _BATCH):
            part = texts[start : start + _BATCH]
            encoded = [self._encoded(text) for text in part]
            with torch.inference_mode():
                marks, acts = self._read(model, encoded)
            for text, one, mark, act in zip(part, encoded, marks, acts.sigmoid().tolist(), strict=True):
                made = whole_words(text, spans(mark.float().cpu().numpy(), one))
                found.append(Parse(text, made, chosen_acts(act)))
        return found

    def _encoded(self, text: str) -> Encoded:
        return encode(self._tokenizer, text)

    def _read(self, model: Any, encoded: Sequence[Encoded]) -> tuple[list[torch.Tensor], torch.Tensor]:
        """Logits of labels by message, and of acts."""
        return tag_head.read(model.get_base_model(), self._head, encoded, self._pad)


class HearingTask(TaggingTask):
    """Implements `Task` for `hear`: the same, learned by an encoder."""

    on_encoder = True

    def _encoded(self, text: str) -> Encoded:
        return ear.encode(self._tokenizer, text)

    def _read(self, model: Any, encoded: Sequence[Encoded]) -> tuple[list[torch.Tensor], torch.Tensor]:
        return tag_head.read_encoder(model.get_base_model(), self._head, encoded, self._pad)


def chosen_acts(chances: Sequence[float]) -> tuple[str, ...]:
    """Acts that are likelier than not, the most telling first; at least one.

    Args:
        chances: One an act, in the order of `ACTS`.
    """
    return likely(dict(zip(ACTS, chances, strict=True)))


def is_held(parse: Parse, more: Mapping[str, Any]) -> bool:
    """Whether a message is kept from training: as its line says, else a tenth by a hash of the message.

    Args:
        parse: The message.
        more: What else its line has.
    """
    if more.get("split"):
        return bool(more["split"] == "validation")
    return int.from_bytes(blake2b(parse.text.encode(), digest_size=8).digest(), "big") % _HELD == 0
