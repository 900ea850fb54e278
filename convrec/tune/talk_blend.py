"""How much the reader, fame, company and the words by themselves count: a conditional logit over the whole catalogue.

Chosen on one half of the held-out talks, which the reader did not learn from, and judged on the other half.
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
from convrec.tune.talk_cases import Case, Talks
from convrec.tune.talk_network import loss

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

_RIDGE = 0.01
"""Pull of each weight towards the reader alone; a moment's loss is 5 to 7 nats."""
_STEPS = 60


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


def judged(talks: Talks, cases: Sequence[Case], read: Array, known: Fame, together: Company) -> Judged:
    """Moments laid out for `choose`.

    Args:
        talks: Of the catalogue.
        cases: Moments of it.
        read: The reader's scores at each, shape `(len(cases), n_items)`.
        known: See `fame`.
        together: See `company`.
    """
    words, famous = Evidence(talks.catalogue), known.of(talks.catalogue.items)
    companions = Companions(together, talks.catalogue.items)
    found = np.zeros((len(cases), len(talks.catalogue), len(NAMES)), dtype=np.float32)
    for place, case in enumerate(cases):
        found[place, :, 0], found[place, :, 1], found[place, :, 2] = read[place], famous, companions.of(case.out)
        found[place, :, 3:] = words.of(case.turns)
    return Judged(tuple(cases), found)


def choose(parts: Sequence[Judged]) -> Blend:
    """The weights under which the answers of all catalogues are likeliest, each catalogue counting alike."""
    import torch

    parts = [part for part in parts if part.cases]
    start = torch.from_numpy(Blend.plain().weights.copy())
    weights = start.clone().requires_grad_()
    tables = [(torch.from_numpy(part.found), part.cases) for part in parts]
    search = torch.optim.LBFGS([weights], max_iter=_STEPS, line_search_fn="strong_wolfe")

    def step() -> Any:
        search.zero_grad()
        worth: Any = _RIDGE * ((weights - start) ** 2).sum()
        for found, cases in tables:
            worth = worth + loss(found @ weights, cases) / len(tables)
        worth.backward()
        return worth

    search.step(step)
    return Blend(weights.detach().numpy().astype(np.float32))


def halves(cases: Sequence[Case]) -> tuple[list[int], list[int]]:
    """Places of the moments to choose by and of those to judge by: every second talk."""
    order = {talk: place for place, talk in enumerate(dict.fromkeys(case.talk for case in cases))}
    parts: tuple[list[int], list[int]] = ([], [])
    for place, case in enumerate(cases):
        parts[order[case.talk] % 2].append(place)
    return parts
