"""What a wish's own words say of the items: kinds that it means, labels that it names, words that it shares."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.facts import holds_contents
from convrec.feelings import kin
from convrec.retrieve.fusion import Weighted
from convrec.retrieve.kinds import Kinds
from convrec.retrieve.labels import Labels
from convrec.retrieve.lexical import Lexical, joined, tokens
from convrec.retrieve.signal import Dense

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Catalogue, Encoder, Vectors
    from convrec.retrieve.fusion import Weights
    from convrec.types import Request

_COVERED = 0.5
"""Share of a wish's words, by rarity, that makes an item count as found by its words."""
_KIND = 0.6
"""Cosine between a wish and a kind of the catalogue at which they mean the same."""
_REFUSED_WORDS = 2
"""Of an aversion that a document can be said to name; a longer one is for the vectors."""
_CARRIED, _COMMON = 0.5, 0.25
"""Weight of a short wish's own words in a document beside that of a label; share of the items that may have them."""
_TITLED = 0.3
"""Of what the word of a mood or theme counts where nothing but a title has it: who wants a twist wants no Twister."""
_SOME = r"(?:an?|some|the|real|much|more|lots of|plenty of|a (?:bit|lot|touch|little) of|good|great|big|nice)"
"""What may stand before the manner of something: `with a bit of heart`."""
_UNDESCRIBED = 0.3
"""Of nearness to a wish, for an item of which nothing but its title is known: it is near to everything vague."""


class Wishes:
    """Signals of the words of wishes over one catalogue.

    Attributes:
        trust: How far the vector of each item is believed, 0 to 1, shape `(n_items,)`.
    """

    def __init__(self, catalogue: Catalogue, encoder: Encoder, weights: Weights) -> None:
        """Keep the parts; read nothing but which items are described."""
        self._weights = weights
        self._lexical, self._labels = Lexical(catalogue), Labels(catalogue)
        self._kinds = Kinds(catalogue, encoder)
        told = np.array([bool(item.text or item.facts) for item in catalogue.items], dtype=np.bool_)
        most = len(told) > 0 and bool(told.mean() > 0.5)
        self.trust: NDArray[np.float32] = np.where(told | (not most), 1.0, _UNDESCRIBED).astype(np.float32)

    def signals(
        self,
        request: Request,
        words: Sequence[str],
        vectors: Vectors,
        loud: float,
        told: NDArray[np.float32],
        *,
        finds: bool,
    ) -> list[Weighted]:
        """What the words bring beside the nearness of their vectors.

        Args:
            request: Whose wishes.
            words: All that it says, the wishes among it.
            vectors: Of these words, shape `(len(words), dim)`.
            loud: The weights are multiplied by it.
            told: See `told`.
            finds: Whether rare words may bring items in.
        """
        signals = []
        kinds = self._kinds.met(vectors)
        if kinds.any():
            # As many as meet it equally well cannot tell what to bring in.
            signals.append(Weighted(Dense("kind", kinds, top=_KIND), loud * self._weights.kind, finds=False))
        labels = self._labels.met(request.wishes, request.text, [one.said for one in request.filters])
        if labels.any():
            signals.append(Weighted(Dense("kind", labels, top=1.0), loud * self._weights.label))
        # Of recorded talks the tuned reader knows better what their words mean.
        carried = self._carried(request.wishes if not request.talk else (), told == 1)
        if carried.any() and not labels.any():
            signals.append(Weighted(Dense("lexical", carried, top=1.0), loud * self._weights.label * _CARRIED))
        cover = self._lexical.coverage(joined(words)) * told
        if cover.any():
            by_words = Dense("lexical", cover, top=_COVERED)
            signals.append(Weighted(by_words, loud * self._weights.lexical, finds=finds))
        return signals

    def _carried(self, wishes: Sequence[str], described: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Share of the short wishes that each item's document says word by word, shape `(n_items,)`.

        "By the sea" is met by what lies by the sea before what has a pool. A word that many items have tells little.
        """
        named = [self._lexical.naming(wish) for wish in wishes if len(wish.split()) <= _REFUSED_WORDS]
        rare = [mask for mask in named if 0 < mask.mean() <= _COMMON]
        telling = [mask & described for mask in rare]
        out = np.zeros(len(self.trust), dtype=np.float32)
        return np.mean(telling, axis=0, dtype=np.float32) if telling else out

    def told(self, request: Request) -> NDArray[np.float32]:
        """How far the words of a wish count for each item, 0 to 1, shape `(n_items,)`.

        A manner of one word that stands in a title alone (`something with heart`) tells nothing of the item, and so
        does a feeling (`to cry at`) where the catalogue has labels for it. Titles
        that are meant as titles are named, and are no wishes; a matter (`chess`, `about chess`) titles tell of.
        """
        out = np.ones(len(self.trust), dtype=np.float32)
        if request.talk:
            return out
        for wish in request.wishes:
            manner = rf"\b(?:with|has|having|full of)\s+(?:{_SOME}\s+)*{re.escape(wish)}\b"
            felt = bool(kin(wish)) and bool(self._labels.met([wish]).any())
            if len(tokens(wish)) == 1 and (felt or re.search(manner, request.text, re.IGNORECASE)):
                out[self._lexical.only_titled(wish)] = _TITLED
        return out

    def refused(self, request: Request) -> NDArray[np.bool_]:
        """Items whose documents name what is not wanted, shape `(n_items,)`: "no prawns" is meant of every one of them.

        A word that more than half of the catalogue has says nothing of each item, and a plot that is told ("a guy with
        no talent") refuses nothing.
        """
        out = self._inside(request)
        if not self._labels.asks(request.text, [*request.avoid, *(one.said for one in request.filters)]):
            return out
        for words in request.avoid:
            if len(words.split()) <= _REFUSED_WORDS:
                named = self._lexical.naming(words)
                out |= named & bool(named.mean() <= 1 / 2)
        return out

    def _inside(self, request: Request) -> NDArray[np.bool_]:
        """Items whose titles name what shall not be inside, shape `(n_items,)`: an almond cream has almonds in it."""
        out = np.zeros(len(self.trust), dtype=np.bool_)
        for one in request.filters:
            if one.op == "none_of" and holds_contents(one.field):
                for value in one.values:
                    out |= self._lexical.titled(str(value))
        return out

    def averse(self, request: Request) -> list[Weighted]:
        """Against items that carry a label of what is not wanted."""
        labels = self._labels.met(request.avoid)
        if not labels.any():
            return []
        return [Weighted(Dense("aversion", labels, top=1.0), -self._weights.label, finds=False)]
