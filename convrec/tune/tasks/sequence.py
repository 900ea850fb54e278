"""Next-item training at every position: one token an item, all items as the choice."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from convrec.data.log import Log
from convrec.data.splits import held_out_users
from convrec.errors import UsageError
from convrec.evaluate.judged import auc
from convrec.evaluate.metrics import ndcg
from convrec.rerank.sequence import files
from convrec.rerank.sequence.files import Shape
from convrec.tune.crops import Batch, Crops, Sequences, collate
from convrec.tune.factors import factors
from convrec.tune.recipe import TaskRecipe
from convrec.tune.task import Context
from convrec.tune.tasks.options import options_of

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue
    from convrec.recommend import Recommender
    from convrec.rerank.sequence.tokens import ItemTokens
    from convrec.tune.start import Start

_BATCH = 64
_MANY, _SOME = 8192, 4096
_LEFT_OUT = 1e4
"""What a logit is lowered to whose item is no answer."""


class SequenceOptions(BaseModel):
    """Options of a `[[task]]` that learns from a log."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    length: int = Field(64, ge=2)
    """Events of a history that are read."""
    id_dim: int = Field(64, ge=1)
    out_dim: int = Field(256, ge=1)
    dropout: float = Field(0.2, ge=0, lt=1)
    id_dropout: float = Field(0.2, ge=0, lt=1)
    text: bool = True
    """Whether items are read by their text embeddings; off for comparison."""
    ids: bool = True
    """Whether items are read by learned id embeddings; off for comparison and for catalogues to come."""
    power: float = Field(0.5, ge=0, le=1)
    """How much oftener people with long histories are drawn: 0 not at all, 1 in proportion."""
    drop: float = Field(0.0, ge=0, lt=1)
    """Chance of each event to be left out of what is read."""
    shuffle: bool = True
    """Whether events of one moment (of one second, of one day where the log says no more) are read in a new order every
    time: what the log has is chance."""
    unrated: float = Field(0.1, ge=0, le=1)
    """Chance that a person's likings are not told."""
    ahead: int = Field(1, ge=1, le=50)
    """How many of the next items are to be foretold at each position: people often take up the same few in another
    order (Pancha et al. 2022, PinnerFormer)."""
    ahead_weight: float = Field(0.3, gt=0, le=1)
    """With `ahead` above 1: weight of each of the later ones beside the next."""
    negatives: int | None = Field(None, ge=0)
    """With so many items drawn anew for every batch, beside its own, the others are left out of the softmax; 0: none
    is. None: 4,096 in a catalogue of more than 8,192 items."""
    factors: bool = True
    """Whether id embeddings begin as factors of what people took up together, and not at random."""
    rank_weight: float = Field(1.0, ge=0)
    """Lambda of the next item within this task; 0 for `predict`."""
    like_weight: float = Field(0.0, ge=0)
    """Lambda of whether the next item was liked."""
    balance: bool = False
    """Weigh likes and dislikes so that both count the same (class weights)."""
    hold_out_people: float = Field(0.0, ge=0, lt=1)
    """Share of the people that training never sees, as `convrec evaluate prediction` holds them out."""
    hold_out_seed: int = Field(0, ge=0)
    validate_on: int = Field(1000, ge=10)
    """At most so many people are validated on."""


class SequenceTask:
    """Implements `Task` for `rank` and for `predict` from the log.

    The loss of `rank` is the cross-entropy of the next item over the whole catalogue at every position of a history,
    items already touched left out; that of `predict` the binary cross-entropy of whether it was liked.

    Attributes:
        name: The kind.
        digest: Of the data and options.
        tokens: Events read so far in training.
    """

    def __init__(
        self, name: str, sequences: Sequences, checks: list[tuple[int, NDArray[np.int64], bool]], everything: Sequences,
        texts: Any, options: SequenceOptions, context: Context, *, catalogue: Catalogue, encoder: str,
        facts: dict[str, Any],
    ) -> None:  # fmt: skip
        """Use `build`."""
        from convrec.rerank.sequence.tokens import ItemTokens

        self.name, self.tokens = name, 0
        self._options, self._catalogue, self._facts = options, catalogue, facts
        self._checks, self._everything, self._seed = checks, everything, context.seed
        self._crops = Crops(
            sequences, length=options.length, tokens=context.batch_size * options.length, seed=context.seed,
            power=options.power, drop=options.drop, unrated=options.unrated,
        )  # fmt: skip
        self._shape = Shape(
            context.recipe.layers, options.length, encoder, context.config.hidden_size, options.id_dim,
            options.out_dim, options.text, options.ids, options.rank_weight > 0, options.like_weight > 0,
        )  # fmt: skip
        import torch

        torch.manual_seed(context.seed)
        self._items = ItemTokens(
            torch.from_numpy(np.array(texts, dtype=np.float32)), context.config.hidden_size,
            id_dim=options.id_dim, out_dim=options.out_dim, dropout=options.dropout, id_dropout=options.id_dropout,
            text=options.text, ids=options.ids,
        )  # fmt: skip
        self._start(sequences, texts, context.start)
        parts = (sequences.starts, sequences.rows, sequences.levels, np.asarray(texts))
        whole = b"".join(np.ascontiguousarray(part).tobytes() for part in parts)
        self.digest = sha256(whole + options.model_dump_json().encode()).hexdigest()

    @classmethod
    def build(cls, spec: TaskRecipe, context: Context) -> Self:
        """From a recipe's `[[task]]` and a workspace.

        With `hold_out` of 2 or more, the newest events held out are never learned from and the oldest of them is
        validated on. With less, a tenth of the people is held out for validation instead.

        Raises:
            UsageError: An option is unknown or out of range, or the log is too small.
        """
        defaults = {"rank_weight": 0.0, "like_weight": 1.0} if spec.kind == "predict" else {}
        options = options_of(SequenceOptions, spec, defaults)
        rec: Recommender = context.recommender
        log = rec.store.events.log()
        everything, users = sequences_of(log, rec.catalogue, rec.scale)
        train, checks = _split(everything, users, context.hold_out, options, context.seed)
        if not len(checks):
            raise UsageError("too few people with three events or more: there is nobody to validate on")
        facts = {
            "data": rec.settings.name, "train": int(train.starts[-1]), "validation": len(checks),
            "people": int((train.lengths > 0).sum()), "items": len(rec.catalogue),
            "held_out_newest": context.hold_out, "held_out_people": options.hold_out_people,
            "split": f"the newest {context.hold_out} events of every person are never learned from"
            if context.hold_out else "a tenth of the people is never learned from",
        }  # fmt: skip
        index = rec.workspace.index
        return cls(
            spec.kind, train, checks, everything, index.vectors, options, context,
            catalogue=rec.catalogue, encoder=rec.workspace.encoder.name, facts=facts,
        )  # fmt: skip

    def parameters(self) -> Iterable[tuple[str, torch.nn.Parameter]]:
        """Those of the item tokens."""
        found: Iterable[tuple[str, torch.nn.Parameter]] = self._items.named_parameters()
        return found

    def module(self) -> torch.nn.Module:
        """The item tokens."""
        return self._items

    def facts(self) -> dict[str, Any]:
        """For the card."""
        return self._facts

    def loss(self, model: Any, batch: int) -> torch.Tensor:
        """Mean over all positions of a batch of histories."""
        import torch

        drawn = self._crops.batch(batch)
        items, device = self._items, self._items.bias.device
        ids = items.ids()
        state = self._states(model, drawn, ids)
        targets = torch.from_numpy(drawn.targets[drawn.targets >= 0]).to(device)
        self.tokens += len(targets)
        total = state.new_zeros(())
        if self._options.rank_weight:
            later = drawn.ahead(self._options.ahead)
            offered = self._offered(drawn, later, batch)
            logits = items.scores(state, ids, None if offered is None else torch.from_numpy(offered).to(device))
            touched, wanted = drawn.seen, np.concatenate([drawn.targets[drawn.targets >= 0][:, None], later], axis=1)
            # An item that is taken up again stays a possible answer.
            touched = touched[touched[:, 1] != wanted[touched[:, 0], 0]]
            if offered is not None:
                logits = logits + torch.from_numpy(self._unlikelihood(offered, len(wanted))).to(device)
                column = np.full(len(self._catalogue), -1)
                column[offered] = np.arange(len(offered))
                wanted = np.where(wanted >= 0, column[wanted], -1)
                touched = np.stack([touched[:, 0], column[touched[:, 1]]], axis=1)
                touched = touched[touched[:, 1] >= 0]
            mask = torch.zeros_like(logits, dtype=torch.bool)
            mask[touched[:, 0], touched[:, 1]] = True
            logits = logits.masked_fill(mask, -_LEFT_OUT)
            total = total + self._options.rank_weight * self._foretold(logits, torch.from_numpy(wanted).to(device))
        if self._options.like_weight:
            liked = torch.from_numpy(drawn.liked[drawn.targets >= 0]).to(device, torch.float32)
            chances = items.likes(state, targets, ids)
            weight = self._class_weights(liked) if self._options.balance else None
            total = total + self._options.like_weight * torch.nn.functional.binary_cross_entropy_with_logits(
                chances, liked, weight=weight
            )
        return total

    def validate(self, model: Any) -> dict[str, float]:
        """NDCG@10 and HR@10 of the held-out item among all, and AUC of liking; `score` is what the task is for."""
        rank, chances, liked = self.judge(model)
        figures: dict[str, float] = {}
        if len(rank):
            figures |= {"NDCG@10": float(ndcg(rank, 10).mean()), "HR@10": float((rank <= 10).mean())}
        if len(chances) and 0 < liked.mean() < 1:
            figures["AUC"] = auc(chances, liked)
        first, second = ("AUC", "NDCG@10") if self.name == "predict" else ("NDCG@10", "AUC")
        return {"score": figures.get(first, figures.get(second, 0.0)), **figures}

    def judge(self, model: Any) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """The rank of each validated person's held-out item, the logit of liking it, and whether it was liked (0, 1).

        Shape `(n_people,)` each; the first two are empty where the task does not learn them.
        """
        import torch

        places, chances, liked = [], [], []
        ids = self._items.ids()
        for first in range(0, len(self._checks), _BATCH):
            drawn = collate(self._everything, self._checks[first : first + _BATCH])
            state = self._states(model, drawn, ids, last=True)
            last = (drawn.targets >= 0).sum(1) - 1
            numbers = np.arange(len(last))
            target = drawn.targets[numbers, last]
            liked.append(drawn.liked[numbers, last])
            to = torch.from_numpy(target).to(state.device)
            if self._options.rank_weight:
                logits = self._items.scores(state, ids).float().cpu().numpy()
                for number, check in enumerate(self._checks[first : first + _BATCH]):
                    start = self._everything.starts[check[0]]
                    old = self._everything.rows[start : check[1][-1]]
                    logits[number, old[old != target[number]]] = -np.inf
                own = logits[numbers, target][:, None]
                places.append((logits > own).sum(1) + (logits == own).sum(1))
            if self._options.like_weight:
                chances.append(self._items.likes(state, to, ids).float().cpu().numpy())
        empty = np.empty(0)
        return (
            np.concatenate(places).astype(np.float64) if places else empty,
            np.concatenate(chances).astype(np.float64) if chances else empty,
            np.concatenate(liked).astype(np.float64),
        )

    def take(self, items: ItemTokens) -> None:
        """Judge these learned item tokens in place of fresh ones."""
        self._items = items.to(self._items.bias.device)

    def save(self, folder: Path) -> None:
        """The item tokens with the keys of their items."""
        files.save(folder, self._items, self._shape, self._catalogue.items)

    def _states(self, model: Any, drawn: Any, ids: torch.Tensor, *, last: bool = False) -> torch.Tensor:
        """States at every predicted place, or at the last of each history."""
        import torch

        from convrec.rerank.sequence.tokens import states

        device = self._items.bias.device
        tokens = self._items(torch.from_numpy(drawn.rows).to(device), torch.from_numpy(drawn.levels).to(device), ids)
        out = states(model.get_base_model(), tokens)
        there = torch.from_numpy(drawn.targets >= 0).to(device)
        if not last:
            return out[there]
        return out[torch.arange(len(out), device=device), there.sum(1) - 1]

    def _offered(self, drawn: Batch, later: NDArray[np.int64], batch: int) -> NDArray[np.int64] | None:
        """Rows that the softmax of a batch is over, its own answers and others drawn evenly; None: all."""
        size, count = len(self._catalogue), self._options.negatives
        count = (_SOME if size > _MANY else 0) if count is None else count
        if not count or count >= size:
            return None
        others = np.random.default_rng((self._seed, batch, 1)).choice(size, count, replace=False)
        found = np.unique(np.concatenate([others, drawn.targets.ravel(), later.ravel()]))
        return found[found >= 0]

    def _unlikelihood(self, offered: NDArray[np.int64], places: int) -> NDArray[np.float32]:
        """Minus the logarithm of each item's chance to be offered (Yi et al. 2019): so the sum stands for all items."""
        count = self._options.negatives or _SOME
        missed = (1 - count / len(self._catalogue)) * (1 - self._share[offered]) ** places
        return np.asarray(-np.log1p(-missed), dtype=np.float32)

    def _foretold(self, logits: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
        """Weighted mean of the negative log-likelihood of the next item and, with `ahead`, of those after it."""
        import torch

        if self._options.ahead == 1:
            return torch.nn.functional.cross_entropy(logits, wanted[:, 0])
        nll = -torch.log_softmax(logits, dim=1)
        found = nll.gather(1, wanted.clamp(min=0))
        weight = torch.full_like(found, self._options.ahead_weight)
        weight[:, 0] = 1.0
        # Beyond the end of the stretch, or touched before: nothing to foretell.
        weight[(wanted < 0) | (found > _LEFT_OUT / 2)] = 0.0
        return (found * weight).sum() / weight.sum()

    def _class_weights(self, liked: torch.Tensor) -> torch.Tensor:
        share = self._liked_share
        return liked / (2 * share) + (1 - liked) / (2 * (1 - share))

    def _start(self, sequences: Sequences, texts: Any, start: Start | None) -> None:
        """Begin with how often items were taken up and liked: the LLM then learns what is beyond that.

        The rest begins as in the adapter that training begins from, if there is one.
        """
        import torch

        count = np.bincount(sequences.rows, minlength=len(self._catalogue))
        likes = np.bincount(sequences.rows, sequences.liked, len(self._catalogue))
        self._liked_share = float(np.clip(sequences.liked.mean(), 0.01, 0.99))
        self._share = count / max(count.sum(), 1)
        rate = (likes + 8 * self._liked_share) / (count + 8)
        with torch.no_grad():
            self._items.bias.copy_(torch.from_numpy(0.15 * np.log1p(count)))
            self._items.like_bias.copy_(torch.from_numpy(np.log(rate / (1 - rate))))
            if self._options.factors and self._options.ids:
                found = factors(sequences, len(self._catalogue), self._options.id_dim, seed=self._seed)
                self._items.begin(torch.from_numpy(found))
            else:
                found = None
        if start is not None:
            known = start.tokens(self._items, self._shape, self._catalogue.items, texts, found)
            self._facts |= {"items_begun_from": known}


def sequences_of(log: Log, catalogue: Catalogue, scale: Any) -> tuple[Sequences, list[str]]:
    """Everybody's events with items of the catalogue in order of time, and whose they are."""
    from convrec.rerank.sequence.tokens import level

    rows = log.rows(catalogue)
    order = log.chronology
    order = order[rows[order] >= 0]
    users = log.user_codes[order]
    signals = log.signals(scale)[order]
    present, counts = np.unique(users, return_counts=True)
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    rated = ~np.isnan(log.ratings[order])
    liked = (signals >= 0.5) | (~rated & (signals > 0))
    names = log.users
    everything = Sequences(starts, rows[order], level(signals), liked, log.timestamps[order])
    return everything, [names[code] for code in present.tolist()]


def _split(
    everything: Sequences, users: list[str], hold_out: int, options: SequenceOptions, seed: int
) -> tuple[Sequences, list[tuple[int, NDArray[np.int64], bool]]]:
    """What is learned from, and the histories that are validated on with the item that comes next as their last."""
    starts, lengths = everything.starts, everything.lengths
    outside = held_out_users(users, options.hold_out_people, options.hold_out_seed) if options.hold_out_people else ()
    inside = np.asarray([user not in outside for user in users], dtype=bool)
    # Nobody loses all: those with fewer than three events have no newest to hold out.
    held = np.where(lengths >= hold_out + 1, hold_out, 0)
    if hold_out >= 2:
        judged = np.flatnonzero(inside & (held > 0))
        ends = starts[judged + 1] - hold_out
    else:
        chosen = held_out_users(users, 0.1, seed + 1)
        tenth = np.asarray([user in chosen for user in users], dtype=bool)
        judged = np.flatnonzero(inside & tenth & (lengths >= 2))
        # What is held out is for tests: not even the choice of the best step may look at it.
        ends = starts[judged + 1] - held[judged] - 1
        inside &= ~tenth
    kept = np.zeros(len(everything.rows), dtype=bool)
    for person in np.flatnonzero(inside).tolist():
        kept[starts[person] : starts[person + 1] - held[person]] = True
    sizes = np.add.reduceat(kept, starts[:-1]) if len(users) else np.empty(0, dtype=np.int64)
    train = Sequences(
        np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        everything.rows[kept], everything.levels[kept], everything.liked[kept],
        None if everything.times is None or not options.shuffle else everything.times[kept],
    )  # fmt: skip
    if len(judged) > options.validate_on:
        picked = np.sort(np.random.default_rng(seed).choice(len(judged), options.validate_on, replace=False))
        judged, ends = judged[picked], ends[picked]
    checks = []
    for person, end in zip(judged.tolist(), ends.tolist(), strict=True):
        first = max(int(starts[person]), end - options.length)
        if end > first:
            checks.append((person, np.arange(first, end + 1), True))
    return train, checks
