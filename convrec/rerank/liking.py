"""How likely a person is to like an item: a Gaussian process of taste under a cross-fitted logistic calibration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from convrec.rerank.company import company
from convrec.rerank.taste import Opinions, TasteModel
from convrec.signal import Scale
from convrec.types import History, Interaction, ItemId

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.int64]

_PRIOR = 8.0
"""Pseudo-events that pull an item's like-rate towards its mean; half as many pull a person's."""
_MAX_PEOPLE = 20_000
_MAX_JUDGED = 3000
"""People whose held-out events the calibration is fitted on."""
_MIN_EVENTS = 200
_FOLDS = 3
_HELD = 20
_ENOUGH = 20_000
"""Predicted events from which on the calibration is trusted; fewer pull its weights to zero."""
_FEATURES = 14
_BEGUN = (0, 1, 2, 4, 8)
"""Events of a history cut short."""


@dataclass(frozen=True)
class LikingModel:
    """P(like | history, item), calibrated on people whose events the statistics have not seen.

    A logistic regression over the expected value and its variance (`convrec.rerank.taste`), the same of the verdict
    liked or not, the item's mean, fame and like-rate, and how the person rates in general. It is fitted on people
    that the model under it was fitted without, so its weights are those that hold for people unknown when it was
    fitted. A log that records choices without dislikes is contrasted with random items instead: the probability then
    reads "would choose it rather than a random one".

    Attributes:
        taste: What a person makes of an item.
        verdict: The same, learned from liked or not alone, and from the company that items keep as well.
        base: Overall like-rate, 0 to 1.
        item_rate: Smoothed like-rate by catalogue row, shape `(n_items,)`.
        weights: Intercept and one weight a feature.
        implicit: Whether the log records choices without dislikes, so that nobody's like-rate says anything.
    """

    taste: TasteModel
    verdict: TasteModel
    base: float
    item_rate: Floats
    weights: Floats
    implicit: bool = False

    @classmethod
    def fit(
        cls,
        histories: Iterable[History],
        rows: Mapping[ItemId, int],
        scale: Scale,
        *,
        content: Floats | None = None,
        seed: int = 0,
    ) -> Self | None:
        """Fit on a log; None where there are too few events to learn from.

        Args:
            histories: Everybody's history.
            rows: Catalogue row by item id.
            scale: What counts as liking.
            content: What is known about the items, shape `(n_items, any)`, mean squared length 1, as
                `convrec.rerank.content.content` makes it; None: nothing.
            seed: Of the choice of people and negatives.
        """
        rng = np.random.default_rng(seed)
        people = [person for history in histories if len((person := opinions(history, rows, scale)).rows) >= 2]
        if sum(len(person.rows) for person in people) < _MIN_EVENTS or len(people) < _FOLDS:
            return None
        if len(people) > _MAX_PEOPLE:
            people = [people[i] for i in rng.choice(len(people), _MAX_PEOPLE, replace=False)]
        if implicit := bool(np.concatenate([person.likes for person in people]).mean() > 0.99):
            people = [_with_negatives(person, len(rows), rng) for person in people]
        known = np.zeros((len(rows), 0)) if content is None else np.asarray(content, dtype=np.float64)
        fold = rng.permutation(len(people)) % _FOLDS
        features, likes = [], []
        for number in range(_FOLDS):
            model = cls._statistics([p for p, its in zip(people, fold, strict=True) if its != number], known, implicit)
            judged = np.flatnonzero(fold == number)[: _MAX_JUDGED // _FOLDS]
            for seen, held in (cut for place in judged for cut in _cuts(people[place], rng)):
                if implicit:
                    # Nobody's history will hold the random items that stand in for dislikes.
                    seen = _chosen(seen)
                features.append(model._features(seen, held.rows))
                likes.append(held.likes)
        x, y = np.concatenate(features), np.concatenate(likes)
        if len(np.unique(y)) < 2:
            return None
        return cls._statistics(people, known, implicit, _logistic(x, y))

    @classmethod
    def _statistics(
        cls, people: Sequence[Opinions], content: Floats, implicit: bool, weights: Floats | None = None
    ) -> Self:
        rows = np.concatenate([person.rows for person in people])
        likes = np.concatenate([person.likes for person in people])
        base, n_items = float(likes.mean()), len(content)
        rate = (np.bincount(rows, likes, n_items) + _PRIOR * base) / (np.bincount(rows, minlength=n_items) + _PRIOR)
        chosen = [_chosen(person) for person in people] if implicit else people
        known = np.hstack([content, company(chosen, n_items)])
        verdict = TasteModel.fit([_verdicts(person) for person in people], known)
        fitted = np.zeros(1) if weights is None else weights
        return cls(TasteModel.fit(people, content), verdict, base, rate, fitted, implicit)

    def predict(self, history: History, targets: Sequence[ItemId], rows: Mapping[ItemId, int], scale: Scale) -> Floats:
        """Probability of liking for each target, shape `(len(targets),)`, each in (0, 1)."""
        person = self._known(opinions(history, rows, scale))
        x = self._features(person, np.array([rows[target] for target in targets], dtype=np.int64))
        return np.asarray(1 / (1 + np.exp(-np.clip(self.weights[0] + x @ self.weights[1:], -30, 30))))

    def ratings(self, history: History, targets: Sequence[ItemId], rows: Mapping[ItemId, int], scale: Scale) -> Floats:
        """Expected rating of each target on the log's scale, shape `(len(targets),)`."""
        person = self._known(opinions(history, rows, scale))
        found, _ = self.taste.predict(person, np.array([rows[target] for target in targets], dtype=np.int64))
        values = np.clip(self.taste.centre + self.taste.spread * found, 0, 1)
        return np.asarray(scale.low + (scale.high - scale.low) * values)

    def _known(self, person: Opinions) -> Opinions:
        return person if not self.implicit else _chosen(person)

    def _features(self, person: Opinions, targets: Rows) -> Floats:
        taste = self.taste
        expected, variance = taste.predict(person, targets)
        # Beside the other items: counts alone grow with the log, and the model is calibrated on parts of it.
        n, fame = len(person.rows), np.log((taste.count + 1) / (taste.count.mean() + 1))
        rate = self.base if self.implicit else (person.likes.sum() + _PRIOR * self.base / 2) / (n + _PRIOR / 2)
        left = (person.values - taste.centre) / taste.spread - taste.item[person.rows]
        own = left.sum() / (n + _PRIOR / 2)
        about_person = (
            own,
            float(_logit(rate)),
            np.log1p(n),
            1 / (1 + n),
            np.sqrt((np.square(left - own).sum() + _PRIOR) / (n + _PRIOR)),
            fame[person.rows].mean() if n else fame.mean(),
            taste.item[person.rows].mean() if n else 0.0,
        )
        about_item = (expected, variance, taste.item[targets], fame[targets], _logit(self.item_rate[targets]))
        verdict = self.verdict.predict(_verdicts(person), targets)
        return np.column_stack([*about_item, *verdict, *(np.full(len(targets), value) for value in about_person)])

    def save(self, path: Path) -> None:
        """Write as safetensors."""
        from safetensors.numpy import save_file

        own = {
            "base": np.array([self.base]),
            "item_rate": self.item_rate,
            "weights": self.weights,
            "implicit": np.array([float(self.implicit)]),
        }
        for name, model in (("taste", self.taste), ("verdict", self.verdict)):
            own |= {f"{name}.{part}": tensor for part, tensor in model.tensors().items()}
        save_file(own, path)

    @classmethod
    def load(cls, path: Path) -> Self | None:
        """Read what `save` wrote; None where there is none.

        Raises:
            KeyError: It was written by another version.
        """
        if not path.is_file():
            return None
        from safetensors.numpy import load_file

        tensors = load_file(path)
        taste, verdict = (_of_tensors(tensors, name) for name in ("taste", "verdict"))
        base, implicit = float(tensors["base"][0]), bool(tensors["implicit"][0])
        if len(tensors["weights"]) != 1 + _FEATURES:
            raise KeyError("weights of other features")
        return cls(taste, verdict, base, tensors["item_rate"], tensors["weights"], implicit)


def _of_tensors(tensors: Mapping[str, Floats], name: str) -> TasteModel:
    own = {key.removeprefix(f"{name}."): tensor for key, tensor in tensors.items() if key.startswith(f"{name}.")}
    return TasteModel.of_tensors(own)


def opinions(history: History, rows: Mapping[ItemId, int], scale: Scale) -> Opinions:
    """What a history says about items of the catalogue: of each item the newest event, oldest first."""
    latest: dict[ItemId, Interaction] = {}
    for event in history.events:
        if event.item_id in rows and event.kind != "seen":
            latest.pop(event.item_id, None)
            latest[event.item_id] = event
    return Opinions(
        np.array([rows[item] for item in latest], dtype=np.int64),
        np.array([_value(event, scale) for event in latest.values()], dtype=np.float64),
        np.array([float(scale.likes(event)) for event in latest.values()]),
    )


def _value(event: Interaction, scale: Scale) -> float:
    """A rating as its place on the scale, 0 to 1; an event without one by what its kind says."""
    if event.rating is None or event.kind in ("like", "dislike", "drop", "save"):
        return (1 + scale.signal(event)) / 2
    if scale.high == scale.low:
        return 1.0
    return (min(max(event.rating, scale.low), scale.high) - scale.low) / (scale.high - scale.low)


def _chosen(person: Opinions) -> Opinions:
    return person.take(person.likes == 1)


def _verdicts(person: Opinions) -> Opinions:
    """Liked or not in place of how much."""
    return Opinions(person.rows, person.likes, person.likes)


def _with_negatives(person: Opinions, n_items: int, rng: np.random.Generator) -> Opinions:
    """As many random items as chosen ones, mixed in; what was chosen is not drawn."""
    drawn = np.setdiff1d(rng.integers(0, n_items, len(person.rows)), person.rows)
    rows = np.concatenate([person.rows, drawn])
    likes = np.concatenate([np.ones(len(person.rows)), np.zeros(len(drawn))])
    place = np.concatenate([np.arange(len(person.rows)), rng.uniform(0, len(person.rows), len(drawn))])
    order = np.argsort(place, kind="stable")
    return Opinions(rows[order], likes[order], likes[order])


def _cuts(person: Opinions, rng: np.random.Generator) -> Iterator[tuple[Opinions, Opinions]]:
    """A history and what to predict from it: the newest fifth, a random one, and the newest from a history cut short.

    At most 20 events are held. People begin with nothing: the chances told to them must hold as well.
    """
    n = len(person.rows)
    size, at = max(1, min(_HELD, n // 5)), np.arange(n)
    for held in (at >= n - size, np.isin(at, rng.choice(n, size, replace=False))):
        yield person.take(~held), person.take(held)
    yield person.take(at < min(int(rng.choice(_BEGUN)), n - size)), person.take(at >= n - size)


def _logistic(x: Floats, y: Floats) -> Floats:
    """Intercept and weights of a ridge logistic regression over features brought to one spread."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = x.mean(axis=0), np.maximum(x.std(axis=0), 1e-9)
    # Few events tell weights apart badly: on logs of 25 people a ridge that does not know it costs .07 of AUC.
    ridge = max(1.0, _ENOUGH / len(y))
    fitted = LogisticRegression(C=1 / ridge, max_iter=500).fit((x - mean) / spread, y)
    weights = fitted.coef_[0] / spread
    # A feature that never varied has nothing to say about the day it does.
    weights[x.std(axis=0) < 1e-6] = 0.0
    return np.concatenate([fitted.intercept_ - weights @ mean, weights])


def _logit(p: float | Floats) -> Floats:
    clipped = np.clip(p, 1e-3, 1 - 1e-3)
    return np.asarray(np.log(clipped / (1 - clipped)))
