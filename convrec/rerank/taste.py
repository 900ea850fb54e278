"""A person's taste as a Gaussian process over items: what somebody makes of an item, from what they made of others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.int64]

_FACTORS = 8
_ROUNDS = 8
_NOISE, _ITEM, _PERSON, _CONTENT, _FACTOR = 0.63, 0.2, 0.2, 0.08, 0.16
"""Variances in units of the values' own: of one value about what taste explains, of items about each other, of
people about each other, of taste explained by content, of taste explained by factors. Chosen by cross-validation."""
_OLD, _HALF_LIFE = 0.5, 20.0
"""What an old opinion counts beside the newest, and after how many newer ones half of the difference is gone."""
_DRAWN = 30.0
"""Ridge of what choosing alone says about taste, in people."""
_CHUNK = 500
_MAX_PEOPLE = 6000
"""People that the rounds look at; the last round looks at everybody."""


@dataclass(frozen=True)
class Opinions:
    """What one person made of items, oldest first.

    Attributes:
        rows: Catalogue rows, shape `(n,)`, each once.
        values: 0 (worst) to 1 (best), shape `(n,)`.
        likes: 0 or 1, shape `(n,)`.
    """

    rows: Rows
    values: Floats
    likes: Floats

    def take(self, which: NDArray[np.bool_]) -> Opinions:
        """Those of a mask."""
        return Opinions(self.rows[which], self.values[which], self.likes[which])


@dataclass(frozen=True)
class TasteModel:
    """Values as `mean of the item + phi(item) . z + noise`, with `z` of a person Gaussian.

    `phi` holds a constant (the person's own mean), the item's content and latent factors, so that a value is a
    Gaussian process over items with the kernel `phi(i) . phi(j)`; a person's posterior is a ridge regression in
    closed form, and people unknown when it was fitted are served like the others; what they said lately counts more,
    as if it had been said with less noise. The factors come from expectation
    maximisation of probabilistic matrix factorisation, the uncertainty about people kept (Lim and Teh 2007). The
    prior mean of `z` depends on which items were chosen, whatever was made of them: the idea of SVD++ (Koren 2008).

    Attributes:
        item: Expected value by row, in units of `spread` about `centre`, shape `(n_items,)`.
        phi: Features by row, shape `(n_items, d)`.
        drawn: From a summary of the chosen items to the prior mean of `z`, shape `(d + 3, d)`.
        count: Events by row, shape `(n_items,)`.
        centre: Mean value.
        spread: Standard deviation of the values.
    """

    item: Floats
    phi: Floats
    drawn: Floats
    count: Floats
    centre: float
    spread: float

    @classmethod
    def fit(cls, people: Sequence[Opinions], content: Floats, *, seed: int = 0) -> Self:
        """Fit on people of one value at least.

        Args:
            people: Whom to learn from.
            content: Of the items, any width, mean squared length 1; zero columns: nothing is known about them.
            seed: Of the factors' start and the choice of people for the rounds.
        """
        rng = np.random.default_rng(seed)
        values = np.concatenate([person.values for person in people])
        centre, spread = float(values.mean()), float(max(values.std(), 1e-3))
        n_items = len(content)
        fixed = np.hstack([np.full((n_items, 1), _PERSON**0.5), content * _CONTENT**0.5])
        chosen = people
        if len(people) > _MAX_PEOPLE:
            chosen = [people[i] for i in rng.choice(len(people), _MAX_PEOPLE, replace=False)]
        events = _Events.of(chosen, centre, spread, n_items)
        item = events.means()
        factors = rng.normal(0, 0.1, (n_items, _FACTORS))
        for step in range(_ROUNDS):
            if step == _ROUNDS - 1 and len(chosen) < len(people):
                events = _Events.of(people, centre, spread, n_items)
            item, factors = _round(events, item, fixed, factors)
        item = _with_prior(item, events.count, content)
        phi = np.hstack([fixed, factors])
        return cls(item, phi, np.zeros((0, 0)), events.count, centre, spread)._with_drawn(chosen)

    def _with_drawn(self, people: Sequence[Opinions]) -> Self:
        summaries = np.array([self._summary(person.rows) for person in people])
        width = self.phi.shape[1]
        blank = replace(self, drawn=np.zeros((summaries.shape[1], width)))
        means = np.array([blank.posterior(person)[0] for person in people])
        gram = summaries.T @ summaries + _DRAWN * np.eye(summaries.shape[1])
        return replace(self, drawn=np.linalg.solve(gram, summaries.T @ means))

    def posterior(self, person: Opinions) -> tuple[Floats, Floats]:
        """Mean `(d,)` and covariance `(d, d)` of `z`; the prior for an empty history."""
        phi = self.phi[person.rows]
        prior = self._summary(person.rows) @ self.drawn
        age = np.arange(len(phi))[::-1]
        heed = phi.T * ((_OLD + (1 - _OLD) * 0.5 ** (age / _HALF_LIFE)) / _NOISE)
        covariance = np.asarray(np.linalg.inv(heed @ phi + np.eye(phi.shape[1])), dtype=np.float64)
        surprise = (person.values - self.centre) / self.spread - self.item[person.rows] - phi @ prior
        return prior + covariance @ (heed @ surprise), covariance

    def predict(self, person: Opinions, targets: Rows) -> tuple[Floats, Floats]:
        """Expected value of each target, in units of `spread` about `centre`, and its variance without noise."""
        mean, covariance = self.posterior(person)
        phi = self.phi[targets]
        return self.item[targets] + phi @ mean, np.asarray(((phi @ covariance) * phi).sum(axis=1))

    def _summary(self, rows: Rows) -> Floats:
        """What was chosen, whatever was made of it, shape `(d + 3,)`."""
        n = len(rows)
        if not n:
            return np.concatenate([np.zeros(self.phi.shape[1] + 2), [1.0]])
        drawn = self.phi[rows, 1:].sum(axis=0) / np.sqrt(n + 1)
        fame = np.log1p(self.count[rows]).mean() - np.log1p(self.count).max()
        return np.concatenate([drawn, [fame, self.item[rows].mean(), np.log1p(n) - 4.0, 1.0]])

    def tensors(self) -> dict[str, Floats]:
        """Everything, for a file."""
        whole = {"item": self.item, "phi": self.phi, "drawn": self.drawn, "count": self.count}
        numbers = {"centre": np.array([self.centre]), "spread": np.array([self.spread])}
        return {name: np.ascontiguousarray(tensor) for name, tensor in (whole | numbers).items()}

    @classmethod
    def of_tensors(cls, tensors: Mapping[str, Floats]) -> Self:
        """What `tensors` gave. Raises `KeyError` for a missing one."""
        whole = {name: tensors[name] for name in ("item", "phi", "drawn", "count")}
        return cls(**whole, centre=float(tensors["centre"][0]), spread=float(tensors["spread"][0]))


@dataclass(frozen=True)
class _Events:
    """Everybody's values as three columns, sorted by person."""

    rows: Rows
    users: Rows
    values: Floats
    starts: Rows
    count: Floats

    @classmethod
    def of(cls, people: Sequence[Opinions], centre: float, spread: float, n_items: int) -> Self:
        sizes = np.array([len(person.rows) for person in people])
        rows = np.concatenate([person.rows for person in people])
        values = (np.concatenate([person.values for person in people]) - centre) / spread
        users = np.repeat(np.arange(len(people)), sizes)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        return cls(rows, users, values, starts, np.bincount(rows, minlength=n_items).astype(np.float64))

    def means(self) -> Floats:
        """Shrunk means of items, people's own means removed in turn."""
        pull = _NOISE / _ITEM
        person = np.zeros(len(self.starts) - 1)
        for _ in range(3):
            item = np.bincount(self.rows, self.values - person[self.users], len(self.count)) / (self.count + pull)
            person = np.bincount(self.users, self.values - item[self.rows], len(person)) / (np.diff(self.starts) + pull)
        return np.asarray(item)


def _round(events: _Events, item: Floats, fixed: Floats, factors: Floats) -> tuple[Floats, Floats]:
    """One round of expectation maximisation: everybody's posterior, then each item's mean and factors by ridge."""
    from scipy.sparse import csr_matrix

    n_items, width, k = len(item), fixed.shape[1], factors.shape[1]
    phi = np.hstack([fixed, factors])
    gram = np.zeros((n_items, (k + 1) ** 2))
    target = np.zeros((n_items, k + 1))
    cross = np.zeros((n_items, k * width))
    for first in range(0, len(events.starts) - 1, _CHUNK):
        last = min(first + _CHUNK, len(events.starts) - 1)
        part = slice(events.starts[first], events.starts[last])
        rows, values, users = events.rows[part], events.values[part], events.users[part] - first
        mean, covariance = _posteriors(phi, rows, values - item[rows], events.starts[first : last + 1])
        moments = np.concatenate([np.ones((len(mean), 1)), mean[:, width:]], axis=1)
        second = moments[:, :, None] * moments[:, None, :]
        second[:, 1:, 1:] += covariance[:, width:, width:]
        members = csr_matrix((np.ones(len(rows)), (rows, users)), shape=(n_items, len(mean)))
        gram += members @ second.reshape(len(mean), -1)
        cross += members @ covariance[:, width:, :width].reshape(len(mean), -1)
        left = values - np.einsum("nd,nd->n", fixed[rows], mean[users, :width])
        target += csr_matrix((left, (rows, users)), shape=(n_items, len(mean))) @ moments
    # Factors and fixed features of one person are uncertain together.
    target[:, 1:] -= np.einsum("nkd,nd->nk", cross.reshape(n_items, k, width), fixed)
    system = gram.reshape(n_items, k + 1, k + 1)
    system[:, range(k + 1), range(k + 1)] += np.concatenate([[_NOISE / _ITEM], np.full(k, _NOISE * k / _FACTOR)])
    solved = np.linalg.solve(system, target[:, :, None])[:, :, 0]
    return solved[:, 0], solved[:, 1:]


def _posteriors(phi: Floats, rows: Rows, left: Floats, starts: Rows) -> tuple[Floats, Floats]:
    """Means `(n, d)` and covariances `(n, d, d)` of people whose events lie between `starts`."""
    bounds = starts - starts[0]
    width = phi.shape[1]
    system = np.empty((len(bounds) - 1, width, width))
    target = np.empty((len(bounds) - 1, width))
    for person, (first, last) in enumerate(pairwise(bounds)):
        seen = phi[rows[first:last]]
        system[person] = seen.T @ seen
        target[person] = seen.T @ left[first:last]
    covariance = np.asarray(np.linalg.inv(system / _NOISE + np.eye(width)), dtype=np.float64)
    return (covariance @ target[:, :, None])[:, :, 0] / _NOISE, covariance


def _with_prior(item: Floats, count: Floats, content: Floats) -> Floats:
    """Item means pulled towards what content and fame foretell, instead of towards the mean of all."""
    pull = _NOISE / _ITEM
    fame = np.log1p(count)
    known = count > 0
    told = np.column_stack([content, fame - fame[known].mean(), np.ones(len(item))])
    raw = item * (count + pull) / np.maximum(count, 1.0)
    trust = count / (count + pull)
    gram = (told * trust[:, None]).T @ told + 3.0 * np.eye(told.shape[1])
    foretold = told @ np.linalg.solve(gram, told.T @ (trust * raw))
    # Of an item nobody touched, not even its fame is known.
    return np.asarray(trust * raw + (1 - trust) * foretold)
