"""What convrec's probability of liking is judged beside: like-rates, matrix factorisation, a language model."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from convrec import prompts
from convrec.data.log import Log
from convrec.protocols import Catalogue, ChatModel
from convrec.rerank.content import content
from convrec.rerank.liking import LikingModel, opinions
from convrec.rerank.taste import Opinions
from convrec.signal import Scale
from convrec.types import History, ItemId

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors

    Floats = NDArray[np.float64]

_PRIOR = 8.0


class Predictor(Protocol):
    """Something that says how likely people are to like items."""

    name: str

    def fit(self, log: Log, catalogue: Catalogue, scale: Scale) -> None:
        """Learn from the events of other people."""
        ...

    def predict(self, history: History, item_ids: Sequence[ItemId]) -> Floats:
        """Probability of liking each, shape `(len(item_ids),)`, each in [0, 1]."""
        ...


@runtime_checkable
class PredictsRatings(Protocol):
    """A predictor that expects a rating as well."""

    def ratings(self, history: History, item_ids: Sequence[ItemId]) -> Floats:
        """On the scale of the log."""
        ...


class _OfOpinions(ABC):
    """A peer over opinions about rows; subclasses hold `_learn` and `_evidence`, the rest is here."""

    name = ""

    def fit(self, log: Log, catalogue: Catalogue, scale: Scale) -> None:
        """Learn, then calibrate by a logistic regression on a fifth of the people that it did not learn from."""
        self._rows = {item.id: row for row, item in enumerate(catalogue.items)}
        self._scale = scale
        people = [opinions(history, self._rows, scale) for history in log.histories()]
        people = [person for person in people if len(person.rows) >= 2]
        order = np.random.default_rng(0).permutation(len(people))
        judges = [people[i] for i in order[: max(1, len(order) // 5)]]
        self._learn([people[i] for i in order[len(judges) :]] or people)
        found, likes = [], []
        for person in judges:
            size = max(1, min(50, len(person.rows) // 5))
            held = np.arange(len(person.rows)) >= len(person.rows) - size
            found.append(self._evidence(person.take(~held), person.rows[held]))
            likes.append(person.likes[held])
        self._calibrate(np.concatenate(found), np.concatenate(likes))
        self._learn(people)

    def predict(self, history: History, item_ids: Sequence[ItemId]) -> Floats:
        """Calibrated probability of liking each."""
        x = self._weights[0] + self._weights[1] * self._seen(history, item_ids)
        return np.asarray(1 / (1 + np.exp(-np.clip(x, -30, 30))))

    def _seen(self, history: History, item_ids: Sequence[ItemId]) -> Floats:
        targets = np.array([self._rows[item] for item in item_ids], dtype=np.int64)
        return self._evidence(opinions(history, self._rows, self._scale), targets)

    def _calibrate(self, x: Floats, y: Floats) -> None:
        from sklearn.linear_model import LogisticRegression

        if len(np.unique(y)) < 2:
            self._weights = (0.0, 1.0)
            return
        fitted = LogisticRegression(C=100.0).fit(x[:, None], y)
        self._weights = (float(fitted.intercept_[0]), float(fitted.coef_[0, 0]))

    @abstractmethod
    def _learn(self, people: Sequence[Opinions]) -> None:
        """Take from the training people what evidence is made of."""

    @abstractmethod
    def _evidence(self, person: Opinions, targets: NDArray[np.int64]) -> Floats:
        """One number a target, higher for what is more likely liked; shape `(n_targets,)`."""


class LikeRate(_OfOpinions):
    """The share of the history that was liked, whatever the item."""

    name = "like-rate"

    def _learn(self, people: Sequence[Opinions]) -> None:
        self._base = float(np.concatenate([person.likes for person in people]).mean())

    def _evidence(self, person: Opinions, targets: NDArray[np.int64]) -> Floats:
        rate = (person.likes.sum() + _PRIOR / 2 * self._base) / (len(person.likes) + _PRIOR / 2)
        return np.full(len(targets), _logit(rate))


class LikeRateItemMeans(LikeRate):
    """Log-odds of the person's like-rate plus log-odds of the item's."""

    name = "like-rate with item means"

    def _learn(self, people: Sequence[Opinions]) -> None:
        super()._learn(people)
        rows, likes = (np.concatenate([getattr(p, part) for p in people]) for part in ("rows", "likes"))
        count = np.bincount(rows, minlength=len(self._rows))
        rate = (np.bincount(rows, likes, len(self._rows)) + _PRIOR * self._base) / (count + _PRIOR)
        self._item = np.log(rate / (1 - rate))

    def _evidence(self, person: Opinions, targets: NDArray[np.int64]) -> Floats:
        return np.asarray(super()._evidence(person, targets) + self._item[targets])


class MatrixFactorisation(_OfOpinions):
    """Biased matrix factorisation by alternating ridge regressions, people folded in (Koren, Bell, Volinsky 2009).

    Rank and ridge are chosen on a fifth of the training people.
    """

    name = "matrix factorisation"
    _GRID = ((4, 3.0), (4, 6.0), (8, 6.0), (8, 12.0), (16, 12.0), (16, 24.0))
    _ROUNDS = 8

    def __init__(self) -> None:
        """Nothing is chosen yet."""
        self.chosen: tuple[int, float] | None = None

    def _learn(self, people: Sequence[Opinions]) -> None:
        if self.chosen is None:
            cut = max(1, len(people) // 5)
            errors = [self._error(people[cut:] or people, people[:cut], *setting) for setting in self._GRID]
            self.chosen = self._GRID[int(np.argmin(errors))]
        self._factorise(people, *self.chosen)

    def _error(self, people: Sequence[Opinions], judges: Sequence[Opinions], rank: int, ridge: float) -> float:
        self._factorise(people, rank, ridge)
        wrong = []
        for person in judges:
            held = np.arange(len(person.rows)) % 5 == 4
            wrong.append(np.square(self._evidence(person.take(~held), person.rows[held]) - person.values[held]))
        return float(np.concatenate(wrong).mean())

    def _factorise(self, people: Sequence[Opinions], rank: int, ridge: float) -> None:
        rows = np.concatenate([person.rows for person in people])
        values = np.concatenate([person.values for person in people])
        sizes = [len(person.rows) for person in people]
        users = np.repeat(np.arange(len(people)), sizes)
        n_items = len(self._rows)
        self._ridge = np.diag([2.0, *([ridge] * rank)])
        self._mean = float(values.mean())
        count = np.bincount(rows, minlength=n_items)
        self._bias = np.bincount(rows, values - self._mean, n_items) / (count + 3.0)
        self._factors = np.random.default_rng(0).normal(0, 1, (n_items, rank))
        order = np.argsort(rows, kind="stable")
        bounds = np.concatenate([[0], np.cumsum(count)])
        for _ in range(self._ROUNDS):
            own = np.array([self._folded(person) for person in people])
            left = (values - self._mean - own[users, 0])[order]
            design = np.column_stack([np.ones(len(order)), own[users[order], 1:]])
            for item in np.flatnonzero(count):
                part = slice(bounds[item], bounds[item + 1])
                solved = np.linalg.solve(design[part].T @ design[part] + self._ridge / 2, design[part].T @ left[part])
                self._bias[item], self._factors[item] = solved[0], solved[1:] * math.sqrt(rank)
            self._factors /= max(self._factors.std(), 1e-9)

    def _folded(self, person: Opinions) -> Floats:
        """Own bias and factors by ridge regression."""
        design = np.column_stack([np.ones(len(person.rows)), self._factors[person.rows]])
        left = person.values - self._mean - self._bias[person.rows]
        return np.asarray(np.linalg.solve(design.T @ design + self._ridge, design.T @ left))

    def _evidence(self, person: Opinions, targets: NDArray[np.int64]) -> Floats:
        own = self._folded(person)
        return np.asarray(self._mean + self._bias[targets] + own[0] + self._factors[targets] @ own[1:])

    def ratings(self, history: History, item_ids: Sequence[ItemId]) -> Floats:
        """Expected ratings."""
        span = self._scale.high - self._scale.low
        return np.asarray(self._scale.low + span * np.clip(self._seen(history, item_ids), 0, 1))


class Liking:
    """The probability that convrec shows: `LikingModel`, fitted anew."""

    def __init__(self, vectors: Vectors | None, *, name: str = "convrec, without LLM", seed: int = 0) -> None:
        """Take the vectors of the items' texts, in the catalogue's order."""
        self.name = name
        self._vectors, self._seed = vectors, seed

    def fit(self, log: Log, catalogue: Catalogue, scale: Scale) -> None:
        """Fit on a log; one too small for the model teaches the like-rate of everybody."""
        self._rows = {item.id: row for row, item in enumerate(catalogue.items)}
        self._scale = scale
        known = content(catalogue, self._vectors)
        self._model = LikingModel.fit(log.histories(), self._rows, scale, content=known, seed=self._seed)
        signals = log.signals(scale)
        self._base = float((signals >= 0.5).mean()) if len(signals) else 0.5

    def predict(self, history: History, item_ids: Sequence[ItemId]) -> Floats:
        """Probability of liking each."""
        if self._model is None:
            return np.full(len(item_ids), self._base)
        return self._model.predict(history, item_ids, self._rows, self._scale)

    def ratings(self, history: History, item_ids: Sequence[ItemId]) -> Floats:
        """Expected ratings."""
        if self._model is None:
            return np.full(len(item_ids), self._scale.low + self._base * (self._scale.high - self._scale.low))
        return self._model.ratings(history, item_ids, self._rows, self._scale)


class LanguagePredictor:
    """A language model's odds of `Yes` against `No`, asked in words whether the person will like one item."""

    _SHOWN = 8

    def __init__(self, model: ChatModel, *, noun: str, name: str = "untuned LLM", adapter: str | None = None) -> None:
        """Take the model, what an item is called, and the adapter to score with; None: the base model."""
        self.name = name
        self._model, self._noun, self._adapter = model, noun, adapter

    def fit(self, log: Log, catalogue: Catalogue, scale: Scale) -> None:
        """Nothing is learned: titles and the scale are kept."""
        self._catalogue, self._scale = catalogue, scale

    def predict(self, history: History, item_ids: Sequence[ItemId]) -> Floats:
        """Probability of `Yes`, of the two answers."""
        known = [event for event in history.events if event.item_id in self._catalogue]
        liked = self._titles([event.item_id for event in known if self._scale.likes(event)])
        disliked = self._titles([event.item_id for event in known if not self._scale.likes(event)])
        chances = []
        for item_id in item_ids:
            messages = prompts.load("predict").render(
                noun=self._noun, liked=liked, disliked=disliked, item=prompts.one_line(self._label(item_id), 80)
            )
            yes, no = self._model.score(messages, ["Yes", "No"], adapter=self._adapter)
            chances.append(1 / (1 + math.exp(min(max(no - yes, -30.0), 30.0))))
        return np.array(chances)

    def _titles(self, item_ids: Sequence[ItemId]) -> str:
        return "; ".join(prompts.one_line(self._label(item_id), 80) for item_id in item_ids[-self._SHOWN :]) or "none"

    def _label(self, item_id: ItemId) -> str:
        return self._catalogue[item_id].label


def _logit(rate: float) -> float:
    rate = min(max(float(rate), 1e-3), 1 - 1e-3)
    return math.log(rate / (1 - rate))
