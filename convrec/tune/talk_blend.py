"""How much the reader, other talks and the words by themselves count: a conditional logit over the whole catalogue.

Once for any catalogue and once for each of those learned from, which is drawn towards the former. Chosen on
held-out talks, which the reader did not learn from: of many on one half, and judged on the other. Few are needed whole:
they are judged by weights chosen with one half of them in their stead, for the other half, and the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.retrieve.talk.blend import NAMES, Blend
from convrec.retrieve.talk.company import Companions, Company
from convrec.retrieve.talk.evidence import Evidence
from convrec.retrieve.talk.fame import Fame, key
from convrec.retrieve.talk.memory import Memory, Recollection
from convrec.tune.talk_cases import Case, Talks
from convrec.tune.talk_network import loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

_RIDGE = 0.01
"""Pull of each weight towards the reader alone; a moment's loss is 5 to 7 nats."""
_OWN_RIDGE = 0.1
"""Pull of a catalogue's own weights towards those for any."""
_STEPS = 60
_MANY = 600
"""Held-out moments of a catalogue of which one half is enough to choose by."""


@dataclass(frozen=True)
class Judged:
    """Moments with everything that is blended.

    Attributes:
        cases: The moments.
        found: Shape `(len(cases), n_items, len(NAMES))`.
    """

    cases: tuple[Case, ...]
    found: Array

    def scores(self, blend: Blend) -> Array:
        """Of every item at each moment, shape `(len(cases), n_items)`."""
        return np.asarray(self.found @ blend.weights, dtype=np.float32)

    def at(self, places: Sequence[int]) -> Judged:
        """Some of the moments."""
        return Judged(tuple(self.cases[place] for place in places), self.found[list(places)])


def fame(talks: Sequence[Talks]) -> Fame:
    """How often the recommending person names each item in the talks learned from, each catalogue for itself."""
    collections = []
    for each in talks:
        keys = [key(item) for item in each.catalogue.items]
        counts: dict[int, int] = {}
        for case in each.train:
            for row in case.answers:
                counts[keys[row]] = counts.get(keys[row], 0) + 1
        collections.append(counts)
    return Fame.counted(collections)


def company(talks: Sequence[Talks]) -> Company:
    """Which items come up together in the talks learned from, over all catalogues."""
    found: list[list[int]] = []
    for each in talks:
        keys = [key(item) for item in each.catalogue.items]
        found += [[keys[row] for row in rows] for rows in each.named]
    return Company.counted(found)


@dataclass(frozen=True)
class Known:
    """What other talks tell.

    Attributes:
        fame: See `fame`.
        company: See `company`.
        memory: See `convrec.tune.talk_memory.memory`.
    """

    fame: Fame
    company: Company
    memory: Memory


def judged(talks: Talks, cases: Sequence[Case], read: Array, looked_for: Array, known: Known) -> Judged:
    """Moments laid out for `choose`.

    Args:
        talks: Of the catalogue.
        cases: Moments of it.
        read: The reader's scores at each, shape `(len(cases), n_items)`.
        looked_for: What the talk looks for at each, shape `(len(cases), dim)`.
        known: Of the talks learned from.
    """
    items = talks.catalogue.items
    words, famous = Evidence(talks.catalogue), known.fame.of(items)
    companions, recollection = Companions(known.company, items), Recollection(known.memory, items)
    found = np.zeros((len(cases), len(talks.catalogue), len(NAMES)), dtype=np.float32)
    for place, case in enumerate(cases):
        found[place, :, 0], found[place, :, 1], found[place, :, 2] = read[place], famous, companions.of(case.out)
        found[place, :, 3:-1] = words.of(case.turns)
        found[place, :, -1] = recollection.of(looked_for[place])
    return Judged(tuple(cases), found)


def choose(parts: Sequence[Judged]) -> Blend:
    """The weights under which the answers are likeliest: of all catalogues, each counting alike, and of each.

    Args:
        parts: Moments of each catalogue; one without any gets the weights for all.
    """
    some = [part for part in parts if part.cases]
    shared = _fitted(some, Blend.plain().weights, _RIDGE)
    own = [_fitted([part], shared, _OWN_RIDGE) if part.cases else shared for part in parts]
    return Blend(shared, np.stack(own))


@dataclass(frozen=True)
class Verdict:
    """A blend, and what it is worth where it was not chosen.

    Attributes:
        blend: Chosen.
        left: Moments of each catalogue to judge by.
        scores: Of every item at each of those, by a blend that was not chosen on it, shape `(len(cases), n_items)`.
    """

    blend: Blend
    left: tuple[Judged, ...]
    scores: tuple[Array, ...]


def chosen(parts: Sequence[Judged]) -> Verdict:
    """Choose and judge, see the module."""
    splits = [[part.at(half) for half in halves(part.cases)] for part in parts]
    many = [len(part.cases) >= _MANY for part in parts]
    blend = choose([split[0] if much else part for part, split, much in zip(parts, splits, many, strict=True)])
    halved = [[split[0 if much else at] for split, much in zip(splits, many, strict=True)] for at in (0, 1)]
    crossed = [blend, blend] if all(many) else [choose(each) for each in halved]
    left, scores = [], []
    for which, (first, second) in enumerate(splits):
        judges = [(second, blend)] if many[which] else [(second, crossed[0]), (first, crossed[1])]
        left.append(Judged(sum((part.cases for part, _ in judges), ()), np.concatenate([p.found for p, _ in judges])))
        scores.append(np.concatenate([part.scores(by.at(which, 1.0)) for part, by in judges]))
    return Verdict(blend, tuple(left), tuple(scores))


def _fitted(parts: Sequence[Judged], towards: Array, ridge: float) -> Array:
    import torch

    start = torch.from_numpy(towards.copy())
    weights = start.clone().requires_grad_()
    tables = [(torch.from_numpy(part.found), part.cases) for part in parts]
    search = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def step() -> Any:
        search.zero_grad()
        worth: Any = ridge * ((weights - start) ** 2).sum()
        for found, cases in tables:
            worth = worth + loss(found @ weights, cases) / len(tables)
        worth.backward()
        return worth

    search.step(step)
    return np.asarray(weights.detach().numpy(), dtype=np.float32)


def halves(cases: Sequence[Case]) -> tuple[list[int], list[int]]:
    """Places of the moments to choose by and of those to judge by: every second talk."""
    order = {talk: place for place, talk in enumerate(dict.fromkeys(case.talk for case in cases))}
    parts: tuple[list[int], list[int]] = ([], [])
    for place, case in enumerate(cases):
        parts[order[case.talk] % 2].append(place)
    return parts
