"""Which few hundred: the signals that a request calls for, fused, within hard filters."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from convrec.effort import effort
from convrec.errors import UsageError
from convrec.index.contents import ContentIndex
from convrec.retrieve.diversity import diversified, nearest
from convrec.retrieve.fusion import Weighted, Weights, found, fused
from convrec.retrieve.leans import Leans
from convrec.retrieve.popularity import fame, welcome, well_known
from convrec.retrieve.signal import Dense, Near, Signal
from convrec.retrieve.statements import agreement, asked_for, ruled_out, weight
from convrec.retrieve.talk.heard import heard
from convrec.retrieve.taste import Taste, rows_of, taste
from convrec.retrieve.wishes import Wishes
from convrec.types import OF_TITLES
from convrec.unstated import told

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.config import RetrieveSettings
    from convrec.protocols import Catalogue, Encoder, Vectors
    from convrec.retrieve.collaborative import Collaborative
    from convrec.retrieve.needs import HistorySpace, NextItem, VectorIndex
    from convrec.retrieve.neighbours import Neighbours
    from convrec.retrieve.talk.heard import ReadsTalks
    from convrec.retrieve.trend import Trend
    from convrec.signal import Scale
    from convrec.types import Candidate, History, ItemId, Profile, Request, Statement

_REMEMBERED = 512
_RARE = 3
"""Events at which an item's own record counts as much as its text."""

_FEW = 5
"""Items that a kind must have for the middle of their texts to say what is typical of it."""
_START_DIVERSITY = 0.6
_PLAINLY = 0.5
"""From here on `Request.novelty` does not only lean: the best-known items come last, or first."""
_DECIDES = 4.0
"""Weight of a signal that no others together make up for."""
_ASKED = 2.5
"""Of what somebody firmly asked for more of, beyond the titles that they named and beside all else that they say."""
_TITLES_ALONE = 8.0
"""Of the titles that a profile names, where there is no history that they would repeat."""
_NEWEST = 4.0
"""Of titles that a text says were taken to last, beside the others that it names. This and the weight of titles were
chosen on the second newest event of people of ml-100k and MovieLens-small."""
_TITLES_TEXT = 0.5
"""Of what is like the titles that a profile names, beside what goes together with them."""
_STATED = 2.0
"""Of the kinds that somebody says they like or dislike, beside those that were counted from their events: enough that
two of them changing places in a text moves the list, for 268 of 269 people of ml-100k and 87 of 89 of MovieLens-small,
who were .94 and .93 before."""


class HybridRetriever:
    """Candidates from what was done, what was said and what is known of the items.

    Each request calls for some of the signals of `fusion.Weights`; every signal brings its best items, all are
    scored by all, and `Candidate.sources` holds the share of each in the score. Safe to use from several threads.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        encoder: Encoder,
        index: VectorIndex,
        collaborative: Collaborative | None,
        settings: RetrieveSettings,
        scale: Scale,
        *,
        weights: Weights | None = None,
        sequence: NextItem | None = None,
        space: HistorySpace | None = None,
        neighbours: Neighbours | None = None,
        trend: Trend | None = None,
        talk: Callable[[], ReadsTalks | None] = lambda: None,
    ) -> None:
        """Take the parts.

        Args:
            catalogue: The items.
            encoder: Made the index's vectors, and reads wishes.
            index: Nearest items by text.
            collaborative: Model of the log; None where there is none.
            settings: Of retrieval.
            scale: What counts as liking.
            weights: Of the signals; None: those chosen on validation.
            sequence: The tuned LLM; counts with `settings.sequence_weight`.
            space: Finds what `sequence` ranks high where there are too many items to score all; None: all are scored.
            neighbours: The other people; None where there is no log.
            trend: What is taken up lately; None where no times are known.
            talk: Gives the tuned reader of talks, asked for at the first talk; None where there is none.
        """
        self._catalogue, self._encoder, self._index = catalogue, encoder, index
        self._collaborative, self._settings, self._scale = collaborative, settings, scale
        self._weights = weights or Weights()
        self._sequence = sequence if settings.sequence_weight else None
        self._space = space
        self.neighbours = neighbours
        self._talk = talk
        self._row = {item.id: row for row, item in enumerate(catalogue.items)}
        self._ids = [item.id for item in catalogue.items]
        self._wishes = Wishes(catalogue, encoder, self._weights)
        self._centre = _middle(index.vectors, encoder.dim)
        self._content_centre = _middle(index.contents, encoder.dim)
        self._by_content = ContentIndex(self._ids, index.contents, index)
        self._fame = fame(collaborative, len(catalogue))
        counts = np.zeros(len(catalogue)) if collaborative is None else collaborative.counts.astype(np.float64)
        self._head = well_known(counts)
        self._leans = None if collaborative is None else Leans(self._fame, trend)
        self._welcome = welcome(collaborative, len(catalogue))
        self._remembered: OrderedDict[str, Vectors] = OrderedDict()
        self._guard = threading.Lock()

    def retrieve(self, history: History, profile: Profile | None, request: Request, k: int) -> list[Candidate]:
        """At most k candidates, best first; every one meets the filters, none is excluded or was touched before.

        Raises:
            UsageError: k is below 1, or a filter names an unknown field.
        """
        if k < 1:
            raise UsageError(f"k must be at least 1, not {k!r}")
        past = taste(history, self._catalogue, self._scale, self._settings.half_life)
        allowed = self._allowed(past, request)
        if profile is not None:
            allowed &= ~ruled_out(profile.statements, self._catalogue)
        if not allowed.any():
            return []
        signals = self._signals(history, past, profile, request)
        # More than are asked for: what two signals find middling may beat what one finds best.
        count, gone = max(2 * k, 200), int((~allowed).sum())
        # Few that may not be shown are found and dropped: the index answers that sooner than a restricted search.
        pool = found(signals, count + gone, None) if gone <= count else found(signals, count, np.flatnonzero(allowed))
        pool = self._filled(pool[allowed[pool]], allowed, k)
        return fused(signals, pool, [self._ids[row] for row in pool.tolist()], k)

    def diversify(self, history: History, request: Request, ranked: Sequence[Candidate]) -> list[Candidate]:
        """The candidates with the first `request.k` places as different as `request.diversity` asks for.

        The first list for somebody of whom nothing is known and who asked for nothing is always a varied one. Comes
        last, after every reranking.
        """
        newcomer = not any(event.item_id in self._catalogue for event in history.events)
        amount = request.diversity or (_START_DIVERSITY if newcomer and request.is_empty else 0.0)
        if not amount:
            return list(ranked)
        places = rows_of(self._catalogue, (candidate.item_id for candidate in ranked))
        return diversified(ranked, np.asarray(self._index.vectors[places]), request.k, amount)

    def score(
        self, history: History, profile: Profile | None, request: Request, item_ids: Sequence[ItemId]
    ) -> list[Candidate]:
        """Exactly these items, best first: neither filters nor exclusions take any away.

        Raises:
            UsageError: An id is not in the catalogue.
        """
        rows = np.asarray([self._catalogue.row(item_id) for item_id in item_ids], dtype=np.int64)
        past = taste(history, self._catalogue, self._scale, self._settings.half_life)
        return fused(self._signals(history, past, profile, request), rows, list(item_ids))

    def contributions(self, history: History, item_ids: Sequence[ItemId]) -> dict[ItemId, dict[ItemId, float]]:
        """For each item, the share of every item of the history in its collaborative score, largest first.

        Shares of one item add up to 1 where all speak for it; items that speak against it have negative ones, and
        an item that nothing speaks for has none.
        """
        past = taste(history, self._catalogue, self._scale, self._settings.half_life)
        if self._collaborative is None or past.is_empty:
            return {item_id: {} for item_id in item_ids}
        targets = np.asarray([self._catalogue.row(item_id) for item_id in item_ids], dtype=np.int64)
        parts = self._collaborative.contributions(past.rows, past.weights, targets)
        shares: dict[ItemId, dict[ItemId, float]] = {}
        for item_id, part in zip(item_ids, parts, strict=True):
            whole = float(part[part > 0].sum())
            order = [place for place in np.argsort(-part).tolist() if part[place] != 0 and whole > 0]
            shares[item_id] = {self._ids[past.rows[place]]: float(part[place]) / whole for place in order}
        return shares

    def liked_by(self, history: History, item_ids: Sequence[ItemId]) -> dict[ItemId, tuple[int, int]]:
        """For each item, how many of the people closest in taste like it, and how many people these are."""
        past = taste(history, self._catalogue, self._scale, self._settings.half_life)
        if self.neighbours is None or past.is_empty:
            return {}
        targets = np.asarray([self._catalogue.row(item_id) for item_id in item_ids], dtype=np.int64)
        counts, people = self.neighbours.counts(past.rows, targets, history.user_id)
        return {item_id: (int(count), people) for item_id, count in zip(item_ids, counts, strict=True)}

    # Which items

    def _allowed(self, past: Taste, request: Request) -> NDArray[np.bool_]:
        allowed = self._catalogue.matching(request.filters).copy()
        allowed[past.seen] = False
        allowed[rows_of(self._catalogue, (*request.exclude, *request.like, *request.unlike))] = False
        return allowed & ~self._wishes.refused(request) if request.avoid or request.filters else allowed

    def _filled(self, pool: NDArray[np.int64], allowed: NDArray[np.bool_], k: int) -> NDArray[np.int64]:
        """The pool, with the best known of the other allowed items where it has fewer than k."""
        if len(pool) >= k:
            return pool
        others = allowed.copy()
        others[pool] = False
        spare = np.flatnonzero(others)
        spare = spare[np.argsort(-self._welcome[spare], kind="stable")[: k - len(pool)]]
        return np.sort(np.concatenate([pool, spare]))

    # Which signals

    def _signals(self, history: History, past: Taste, profile: Profile | None, request: Request) -> list[Weighted]:
        said, left = heard(self._talk() if request.talk else None, request, self._weights)
        wish = said + self._wish(request, left)
        wanted = bool(wish)
        signals = wish + self._taste(history, past, profile, request, wanted) + self._aversions(request)
        weights = self._weights
        if wanted or not signals:
            fallback = Dense("popularity", self._welcome)
            signals.append(Weighted(fallback, left * weights.popularity if signals else 1.0, finds=not wanted))
        signals += self._typical(request, weights.typical if past.is_empty else weights.typical_with_history)
        if request.novelty:
            signals.append(Weighted(Dense("novelty", -self._fame), weights.novelty * request.novelty, finds=False))
        if abs(request.novelty) >= _PLAINLY and self._head.any():
            side = self._head if request.novelty < 0 else ~self._head
            kept = Dense("novelty", side.astype(np.float32), top=1.0)
            signals.append(Weighted(kept, _DECIDES, finds=request.novelty < 0))
        stated = told(self._catalogue, request.filters)
        if not stated.all():  # nobody who may eat no nuts is shown first what does not say
            signals.append(Weighted(Dense("stated", stated.astype(np.float32), top=1.0), _DECIDES))
        if request.explore and not past.is_empty:
            strange = Dense("explore", -nearest(self._index.vectors, past.rows), past.seen)
            signals.append(Weighted(strange, weights.explore * request.explore, finds=False))
        return signals

    def _taste(
        self, history: History, past: Taste, profile: Profile | None, request: Request, wanted: bool
    ) -> list[Weighted]:
        weights = self._weights
        loud = weights.history_with_wish if wanted else 1.0
        by_history, by_words = (1.0, 1.0) if request.alpha is None else (2 * request.alpha, 20 * (1 - request.alpha))
        signals: list[Weighted] = []
        if not past.is_empty and by_history:
            signals += self._from_history(past, loud * by_history)
            if self.neighbours is not None and weights.neighbours:
                alike = Dense("neighbours", self.neighbours.scores(past.rows, history.user_id), past.seen)
                signals.append(Weighted(alike, loud * by_history * weights.neighbours))
            if self._sequence is not None and effort() != "bare":
                read = self._by_llm(self._sequence, history, past)
                signals.append(Weighted(read, loud * by_history * self._settings.sequence_weight))
            if self._leans is not None:
                signals += self._leans.signals(history, loud * by_history, weights)
        if profile is not None and profile.statements and by_words:
            alone = past.is_empty or not by_history
            signals += self._from_profile(profile, loud * by_words * weights.profile, alone=alone)
        return signals

    def _by_llm(self, sequence: NextItem, history: History, past: Taste) -> Signal:
        space = self._space
        if space is None:
            return Dense("llm", sequence.scores(history), past.seen)
        return Near("llm", space.query(history), space.index, space.vectors, space.centre, self._row)

    def _from_history(self, past: Taste, loud: float) -> list[Weighted]:
        weights = self._weights
        near = self._near("semantic", self._direction(past.rows, past.weights))
        if self._collaborative is None:
            return [Weighted(near, loud * weights.semantic_alone)]
        scores = self._collaborative.scores(past.rows, past.weights)
        known = self._collaborative.counts / (self._collaborative.counts + _RARE)
        by_text = (loud * (weights.semantic + weights.semantic_rare * (1 - known))).astype(np.float32)
        return [
            Weighted(Dense("collaborative", scores, past.seen), loud * weights.collaborative),
            Weighted(near, by_text),
        ]

    def _from_profile(self, profile: Profile, loud: float, *, alone: bool) -> list[Weighted]:
        met, undecided = agreement(profile.statements, self._catalogue)
        signals = [Weighted(Dense("profile", met), loud * _stated(profile.statements))] if met.any() else []
        of_titles = loud * _TITLES_ALONE if alone else loud
        asked = asked_for(profile.statements, self._catalogue)
        if asked.any():
            signals.append(Weighted(Dense("profile", asked, top=1.0), loud * _ASKED + of_titles))
        signals += self._from_titles(profile, of_titles)
        for statement in undecided:
            if statement.origin != "log" and not _is_liked_title(statement):
                signals.append(Weighted(self._near("profile", self._read([statement.value])), loud * weight(statement)))
        return signals

    def _from_titles(self, profile: Profile, loud: float) -> list[Weighted]:
        """What goes together with the titles that somebody named as liked."""
        said = [one for one in profile.statements if one.origin != "log" and _is_liked_title(one)]
        weights = {
            each.item_id: one.strength * (_NEWEST if one.recent else 1.0) for one in said for each in one.evidence
        }
        rows = rows_of(self._catalogue, weights)
        if not len(rows):
            return []
        strengths = np.array([weights[self._ids[row]] for row in rows.tolist()], dtype=np.float32)
        by_text = self._near("profile", self._direction(rows, strengths))
        together = None if self._collaborative is None else self._collaborative.scores(rows, strengths)
        if together is None or not together.any():
            return [Weighted(by_text, loud)]
        return [Weighted(Dense("profile", together, rows), loud), Weighted(by_text, loud * _TITLES_TEXT)]

    def _wish(self, request: Request, left: float) -> list[Weighted]:
        like = rows_of(self._catalogue, request.like)
        signals = self._alike(like, left * self._weights.likeness) if len(like) else []
        loud = left * (self._weights.wish_with_likeness if signals else 1.0)
        words = [text for text in (request.text, *request.wishes) if text.strip()]
        if words:
            vectors = self._read(words)
            told = self._wishes.told(request)
            near = loud * self._weights.wish * self._wishes.trust * told
            signals.append(Weighted(self._near_by_content("wish", vectors), near, finds=not len(like)))
            signals += self._wishes.signals(request, words, vectors, loud, told, finds=not len(like))
        return signals

    def _typical(self, request: Request, loud: float) -> list[Weighted]:
        """How typical items are of the kinds that are asked for: a romance is asked of those, not of space operas."""
        asked = (one for one in request.filters if one.op == "any_of" and one.field == "genres")
        signals = []
        for one in asked if loud else ():
            rows = np.flatnonzero(self._catalogue.matching([one]))
            if _FEW <= len(rows) <= len(self._catalogue) / 2:
                near = self._near("kind", self._direction(rows, np.ones(len(rows), dtype=np.float32)))
                signals.append(Weighted(near, loud, finds=False))
        return signals

    def _alike(self, like: NDArray[np.int64], loud: float) -> list[Weighted]:
        even = np.ones(len(like), dtype=np.float32)
        by_text = self._near("likeness", self._direction(like, even))
        together = None if self._collaborative is None else self._collaborative.scores(like, even)
        if together is None or not together.any():
            return [Weighted(by_text, loud)]
        half = loud / 2
        return [Weighted(Dense("likeness", together, like), half), Weighted(by_text, half)]

    def _aversions(self, request: Request) -> list[Weighted]:
        signals = self._wishes.averse(request)
        for words in request.avoid:
            if words.strip():
                near = self._near_by_content("aversion", self._read([words]))
                signals.append(Weighted(near, -self._weights.aversion, finds=False, only_near=True))
        unlike = rows_of(self._catalogue, request.unlike)
        if len(unlike):
            near = self._near("aversion", self._direction(unlike, np.ones(len(unlike), dtype=np.float32)))
            signals.append(Weighted(near, -self._weights.aversion / 2, finds=False, only_near=True))
        return signals

    # Vectors

    def _near(self, name: str, queries: Vectors) -> Near:
        return Near(name, queries, self._index, self._index.vectors, self._centre, self._row)

    def _near_by_content(self, name: str, queries: Vectors) -> Near:
        """Of words, which mean no names: those are found by `Wishes`."""
        return Near(name, queries, self._by_content, self._index.contents, self._content_centre, self._row)

    def _direction(self, rows: NDArray[np.int64], weights: NDArray[np.float32]) -> Vectors:
        """The weighted mean of items' texts, less what all items have in common: one unit vector, `(1, dim)`."""
        mean = weights @ (np.asarray(self._index.vectors[rows], dtype=np.float32) - self._centre)
        length = float(np.linalg.norm(mean))
        return np.asarray(mean[None, :] / (length or 1.0), dtype=np.float32)

    def _read(self, texts: Sequence[str]) -> Vectors:
        """Vectors of wishes, remembered: the words of a talk come again at every turn."""
        with self._guard:
            known = {text: self._remembered[text] for text in texts if text in self._remembered}
        if missing := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(missing, self._encoder.encode(missing, role="query"), strict=True))
            with self._guard:
                self._remembered.update({text: known[text] for text in missing})
                while len(self._remembered) > _REMEMBERED:
                    self._remembered.popitem(last=False)
        return np.stack([known[text] for text in texts]).astype(np.float32)


def _middle(vectors: Vectors, dim: int) -> NDArray[np.float32]:
    """The mean of all items' vectors, shape `(dim,)`; zeros where there is none."""
    return np.asarray(vectors, dtype=np.float32).mean(axis=0) if len(vectors) else np.zeros(dim, dtype=np.float32)


def _is_liked_title(statement: Statement) -> bool:
    return statement.facet in OF_TITLES and statement.polarity == "like" and bool(statement.evidence)


def _stated(statements: Sequence[Statement]) -> float:
    """How loud statements are: `_STATED` where all were said or written by the person, 1 where none was."""
    said = sum(abs(weight(one)) for one in statements if one.origin != "log")
    return 1 + (_STATED - 1) * said / (sum(abs(weight(one)) for one in statements) or 1.0)
