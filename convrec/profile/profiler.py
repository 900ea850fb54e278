"""History to profile: statements by counting, text by template or by a model whose every sentence is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from convrec.profile import affinity as likenesses
from convrec.profile.edits import Edit, apply
from convrec.profile.facets import Facets
from convrec.profile.latest import latest
from convrec.profile.opinions import Opinion, opinions
from convrec.profile.prose import passages, template
from convrec.profile.sentiment import Sentiment
from convrec.profile.statements import favourites, from_features, likeness, rank
from convrec.profile.wording import ProfileWording
from convrec.protocols import Catalogue, ChatModel
from convrec.signal import Scale
from convrec.types import History, Profile, Statement

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from convrec.profile.affinity import Affinity

MOST_STATEMENTS = 24
_FEW = 3
"""With fewer statements than this, the favourites themselves are said."""
_OWN_THRESHOLD = 0.35
"""Least tf-idf cosine at which two items are called alike, where no similarity is passed in."""


class TasteProfiler:
    """Writes down what a person likes and what for; satisfies `protocols.Profiler`.

    Deterministic: the same history and edits give the same profile (a language model is asked at temperature 0).
    Thread-safe: nothing changes after construction.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        scale: Scale,
        noun: str,
        verb: str,
        model: ChatModel | None = None,
        *,
        popularity: NDArray[np.float32] | None = None,
        affinity: Affinity | None = None,
        threshold: float = 0.3,
        adapter: str | None = None,
        facets: Facets | None = None,
        sentiment: Sentiment | None = None,
    ) -> None:
        """Read the catalogue's facets (about a second for 17,000 titles).

        Args:
            catalogue: The items.
            scale: What a rating says.
            noun: What one item is called (`film`).
            verb: What people did with it, in the past tense (`watched`).
            model: Words the text; None: templates do.
            popularity: Events per item, shape `(n_items,)`: what people have in common is no taste of one person.
            affinity: Rows to their similarities, for groups of likeness; None: what the items' facts share.
            threshold: Least similarity by `affinity` within a group.
            adapter: Name of the adapter that words profiles.
            sentiment: Reads reviews; None: they are passed over.
            facets: Those of the same catalogue, where they have been read already.
        """
        self.facets = facets or Facets(catalogue, popularity)
        self._catalogue = catalogue
        self._scale = scale
        self.noun = noun
        self._verb = verb
        self._sentiment = sentiment
        self._affinity = affinity or (likenesses.from_facets(self.facets) if self.facets.rich else None)
        self._threshold = threshold if affinity is not None else _OWN_THRESHOLD
        self.wording = ProfileWording(model, noun, adapter) if model is not None else None

    def statements(self, history: History, edits: Sequence[Edit | Mapping[str, object]] = ()) -> tuple[Statement, ...]:
        """What the history shows, under the person's edits; the strongest first, the person's own before all."""
        found = opinions(history, self._catalogue, self._scale, self._verb, self._sentiment)
        computed = from_features(found, self.facets, self._catalogue, self.noun)
        computed.extend(self._likenesses(found))
        computed.sort(key=rank)
        # Who is only known by what they do not like is told what they liked best, too.
        likes = sum(one.polarity == "like" for one in computed)
        if (len(computed) < _FEW or not likes) and not any(one.facet == "likeness" for one in computed):
            computed.extend(favourites(found, self._catalogue, self.noun))
        computed = [*computed[: MOST_STATEMENTS - 1], *latest(found, self._catalogue)]
        return apply(computed, edits, self.noun)

    def profile(
        self, history: History, *, edits: Sequence[Edit | Mapping[str, object]] = (), worded: bool = True
    ) -> Profile:
        """Statements and their text.

        Args:
            history: What the person did, oldest first.
            edits: What they changed, oldest first.
            worded: False: the template's text, at once, though there is a model.
        """
        statements = self.statements(history, edits)
        text, writer = template(statements, self.noun), "template"
        if worded and self.wording is not None and statements:
            text, writer = self.wording.word(passages(statements, self.noun))
        return Profile(history.user_id, text, statements, history.digest, 0, writer)

    def template(self, statements: Sequence[Statement]) -> str:
        """The statements as 60 to 120 words of prose, without a model."""
        return template(statements, self.noun)

    def _likenesses(self, found: Sequence[Opinion]) -> list[Statement]:
        if self._affinity is None:
            return []
        clusters = likenesses.groups(found, self._affinity, threshold=self._threshold)
        return [likeness(group, self._catalogue, self.noun) for group in clusters]
