"""From opinions to statements: which features of items a person likes or dislikes more than chance would have it.

A feature is liked when the person's liked items carry it clearly more often than the log does (a z-score of the
share against the base rate, as in any test of a proportion) or when they judge its items better than the rest
(a mean shrunk towards their own average). So `Drama`, which half of every log carries, is not liked by everybody.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt, tanh
from typing import TYPE_CHECKING

import numpy as np

from convrec.language import facet_phrase, listing, plural, short_title, tidy
from convrec.profile.opinions import Opinion, by_strength
from convrec.types import Attitude, Evidence, Polarity, Statement

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.profile.facets import Facets
    from convrec.protocols import Catalogue

MAX_EVIDENCE = 8
_SHRINK = 4.0
"""Events by which a feature's mean is drawn towards the person's own."""
_LEAST_SCORE = 1.3
_MOST_COMMON = 0.5
"""What half of a log carries or more (English films among films) is nobody's taste."""
_PER_FACET = {"genre": 5, "period": 2, "title": 4}
_PER_OTHER_FACET = 3
_MOST_DISLIKES = 4
_SLOW_FACETS = frozenset({"country", "language"})
"""Facets that most items agree on; they need more support before they are worth a sentence."""


@dataclass(frozen=True, slots=True)
class _Tally:
    """Sums over one person's opinions, by feature; every array has shape `(n_features,)`."""

    count: NDArray[np.float64]
    liked: NDArray[np.float64]
    disliked: NDArray[np.float64]
    lean: NDArray[np.float64]
    share: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Found:
    feature: int
    polarity: Polarity
    score: float


class _Having:
    """Which opinions are about items with a feature."""

    def __init__(self, positions: NDArray[np.int64], features: NDArray[np.int64]) -> None:
        order = np.argsort(features, kind="stable")
        self._positions, self._features = positions[order], features[order]

    def of(self, feature: int) -> list[int]:
        """Their places, in order."""
        first, last = np.searchsorted(self._features, (feature, feature + 1))
        places: list[int] = self._positions[first:last].tolist()
        return places


def statement_id(facet: str, value: str) -> str:
    """The id of a facet's value: the same whatever the events.

    >>> statement_id("genre", "Film-Noir"), statement_id("director", "Agnès Varda")
    ('genre:film-noir', 'director:agnès-varda')
    """
    slug = re.sub(r"[^\w]+", "-", value.lower()).strip("-")
    return f"{facet}:{slug or value}"


def from_features(found: Sequence[Opinion], facets: Facets, catalogue: Catalogue, noun: str) -> list[Statement]:
    """Statements about genres, decades, facts and names in titles, strongest first.

    Args:
        found: The person's opinions, oldest first.
        facets: The catalogue's features.
        catalogue: For titles of the evidence.
        noun: What one item is called.
    """
    if not found:
        return []
    positions, features = facets.pairs([opinion.row for opinion in found])
    tally = _tally(found, positions, features, len(facets))
    having = _Having(positions, features)
    kept = _select(_candidates(tally, facets, found), having, facets, found)
    recent, faded = _drift(found, positions, features, len(facets), tally)
    return [
        _statement(
            one,
            [found[n] for n in having.of(one.feature)],
            facets.names[one.feature],
            catalogue,
            noun,
            recent=bool(recent[one.feature]) and one.polarity == "like",
            faded=bool(faded[one.feature]) and one.polarity == "like",
        )
        for one in kept
    ]


def _tally(found: Sequence[Opinion], positions: NDArray[np.int64], features: NDArray[np.int64], size: int) -> _Tally:
    signal = np.array([opinion.signal for opinion in found])
    liked = np.array([opinion.liked for opinion in found], dtype=float)
    disliked = np.array([opinion.disliked for opinion in found], dtype=float)

    def summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(features, weights=values[positions], minlength=size).astype(np.float64)

    count = summed(np.ones(len(found)))
    mean = float(signal.mean())
    lean = (summed(signal) + _SHRINK * mean) / (count + _SHRINK) - mean
    by_liking = summed(liked)
    return _Tally(count, by_liking, summed(disliked), lean, by_liking / max(liked.sum(), 1.0))


def _candidates(tally: _Tally, facets: Facets, found: Sequence[Opinion]) -> list[_Found]:
    total = sum(opinion.liked for opinion in found)
    sour = sum(opinion.disliked for opinion in found)
    base = facets.base
    excess = (tally.liked - total * base) / np.sqrt(total * base * (1 - base) + 1)
    like = np.minimum(excess, 6.0) + 2.5 * tally.lean * np.sqrt(tally.count)
    rate = sour / len(found)
    surprise = (tally.disliked - tally.count * rate) / np.sqrt(tally.count * rate * (1 - rate) + 1)
    beyond = (tally.disliked - sour * base) / np.sqrt(sour * base * (1 - base) + 1)
    dislike = np.maximum(surprise, 0.8 * beyond) - 2.5 * tally.lean * np.sqrt(tally.count)
    result = []
    strong = np.maximum(like, dislike) >= _LEAST_SCORE
    for feature in np.flatnonzero((tally.count >= 2) & (base < _MOST_COMMON) & strong).tolist():
        facet, _ = facets.names[feature]
        if _likes(tally, facet, feature, float(base[feature]), facets.rich) and like[feature] >= _LEAST_SCORE:
            result.append(_Found(feature, "like", float(like[feature])))
        elif _dislikes(tally, feature) and dislike[feature] >= _LEAST_SCORE:
            result.append(_Found(feature, "dislike", float(dislike[feature])))
    return sorted(result, key=lambda one: (-one.score, one.feature))


def _likes(tally: _Tally, facet: str, feature: int, base: float, rich: bool) -> bool:
    liked = tally.liked[feature]
    share = tally.share[feature]
    # Next to what is loved, what is liked leans down; it counts all the same where it is far beyond chance.
    leans = tally.lean[feature] > -0.05 or (share >= 3 * base and liked >= 0.8 * tally.count[feature])
    least = 4 if facet in _SLOW_FACETS else 3 if base > 0.01 or (facet == "title" and rich) else 2
    return bool(
        liked >= least
        and liked >= 0.5 * tally.count[feature]
        and liked >= 2 * tally.disliked[feature]
        and share >= 1.1 * base
        and leans
    )


def _dislikes(tally: _Tally, feature: int) -> bool:
    sour = tally.disliked[feature]
    return bool(sour >= 2 and sour > tally.liked[feature] and sour >= 0.5 * tally.count[feature])


def _select(
    candidates: Sequence[_Found],
    having: _Having,
    facets: Facets,
    found: Sequence[Opinion],
) -> list[_Found]:
    """The strongest of each facet, without those that rest on the same items as a stronger one."""
    used: dict[str, int] = {}
    sets: list[tuple[str, Polarity, frozenset[int]]] = []
    words: set[str] = set()
    kept: list[_Found] = []
    for one in candidates:
        facet, value = facets.names[one.feature]
        key = facet if one.polarity == "like" else "dislike"
        most = _MOST_DISLIKES if key == "dislike" else _PER_FACET.get(facet, _PER_OTHER_FACET)
        # `comedy` as a genre and as a tag would be said twice, or worse, against each other.
        if used.get(key, 0) >= most or value.lower() in words:
            continue
        items = frozenset(n for n in having.of(one.feature) if found[n].liked == (one.polarity == "like"))
        if any(side == one.polarity and _twins(name, facet) and _alike(items, other) for name, side, other in sets):
            continue
        words.add(value.lower())
        used[key] = used.get(key, 0) + 1
        sets.append((facet, one.polarity, items))
        kept.append(one)
    return kept


def _twins(facet: str, other: str) -> bool:
    return facet == other or "title" in (facet, other)


def _alike(items: frozenset[int], others: frozenset[int]) -> bool:
    return len(items & others) > 0.7 * min(len(items), len(others))


def _drift(
    found: Sequence[Opinion],
    positions: NDArray[np.int64],
    features: NDArray[np.int64],
    size: int,
    tally: _Tally,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which features the newest fifth of the liked items carries clearly more, and clearly less, than the whole."""
    liked = [n for n, opinion in enumerate(found) if opinion.liked]
    newest = max(len(liked) // 5, 6)
    if len(liked) < 2 * newest:
        return np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    is_new = np.zeros(len(found))
    is_new[liked[-newest:]] = 1.0
    count = np.bincount(features, weights=is_new[positions], minlength=size)
    more = (count >= 3) & (count / newest >= 1.5 * tally.share)
    less = (newest * tally.share >= 3) & (count / newest <= 0.4 * tally.share)
    return more, less


def _statement(
    one: _Found,
    behind: Sequence[Opinion],
    name: tuple[str, str],
    catalogue: Catalogue,
    noun: str,
    *,
    recent: bool,
    faded: bool,
) -> Statement:
    facet, value = name
    like = one.polarity == "like"
    agreeing = [opinion for opinion in behind if (opinion.liked if like else opinion.disliked)]
    first = by_strength(agreeing, best=like)[:MAX_EVIDENCE]
    evidence = tuple(opinion.evidence(catalogue[opinion.item_id].label) for opinion in first)
    agreement = len(agreeing) / len(behind)
    times = [opinion.timestamp for opinion in agreeing if opinion.timestamp is not None]
    text = tidy(sentence(facet, value, one.polarity, behind, evidence, noun, recent=recent, faded=faded))
    return Statement(
        id=statement_id(facet, value),
        facet=facet,
        value=value,
        polarity=one.polarity,
        strength=round(min(1.0, 0.6 * tanh(one.score / 5) + 0.4 * agreement), 3),
        confidence=round(1 - exp(-len(agreeing) / 4), 3),
        text=text,
        evidence=evidence,
        count=len(agreeing),
        since=min(times, default=None),
        recent=recent,
        faded=faded,
        attitude=attitude(one.polarity, behind),
        judged=len(behind) if all(opinion.judged for opinion in behind) else 0,
    )


def attitude(polarity: Polarity, behind: Sequence[Opinion]) -> Attitude:
    """How the person stands to what these opinions are of.

    Liking is only claimed where something was judged, and where three of five judgements say so.
    """
    judged = [opinion for opinion in behind if opinion.judged]
    if polarity == "dislike":
        sour = [opinion for opinion in behind if opinion.disliked]
        return "dropped" if 2 * sum(opinion.dropped for opinion in sour) > len(sour) else "disliked"
    if sum(opinion.liked for opinion in judged) < 0.6 * len(judged) or not judged:
        return "consumed"
    return "loved" if sum(opinion.loved for opinion in judged) >= 0.6 * len(judged) else "liked"


def rank(statement: Statement) -> tuple[float, str]:
    """Sort key: strongest and surest first."""
    return (-statement.strength * sqrt(statement.confidence), statement.id)


def sentence(
    facet: str,
    value: str,
    polarity: Polarity,
    behind: Sequence[Opinion],
    evidence: Sequence[Evidence],
    noun: str,
    *,
    recent: bool = False,
    faded: bool = False,
) -> str:
    """The statement addressed to the person, with the count it rests on.

    Liking is only claimed where something was judged; what was only used is said to be used.
    """
    what = facet_phrase(facet, [value], noun)
    stance = attitude(polarity, behind)
    judged = [opinion for opinion in behind if opinion.judged]
    titles = listing([short_title(one.title) for one in evidence[:2]])
    lately = ", lately more than before" if recent else ", lately less than before" if faded else ""
    sour = sum(opinion.disliked for opinion in behind)
    among = "" if len(evidence) <= 2 else " among them"
    if stance == "dropped":
        return f"You give up on {what}: you began {_number(len(behind))} and left {_number(sour)}, {titles}{among}."
    if stance == "disliked":
        return f"You care little for {what}: {_of(sour, len(judged))} you rated did not please you, {titles}{among}."
    good = sum(opinion.liked for opinion in judged)
    if not judged:
        start = f"You keep coming back to {what}" if len(behind) >= 4 else f"You have a leaning to {what}"
        return f"{start}{lately}: you {_commonest(behind)} {_number(len(behind))}, {titles}{among}."
    above = "" if good <= 2 else " above all"
    if stance == "consumed":
        count = f"you rated {_number(len(judged))} and {_number(good)} pleased you"
        return f"You often turn to {what}{lately}: {count}, {titles}{above}."
    word = "love" if stance == "loved" else "like"
    return f"You {word} {what}{lately}: {_of(good, len(judged))} you rated pleased you, {titles}{above}."


def _commonest(found: Sequence[Opinion]) -> str:
    verbs = [opinion.verb for opinion in found]
    return max(sorted(set(verbs)), key=verbs.count)


def _number(count: int) -> str:
    words = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return words[count] if count < len(words) else str(count)


def _of(part: int, whole: int) -> str:
    if part == whole:
        return {1: "the one", 2: "both"}.get(whole, f"all {_number(whole)}")
    return f"{_number(part)} of the {_number(whole)}"


def favourites(found: Sequence[Opinion], catalogue: Catalogue, noun: str) -> list[Statement]:
    """What can be said of any history: the items it thinks most of, as one statement of likeness."""
    liked = by_strength([opinion for opinion in found if opinion.liked])[:3]
    if not liked:
        return []
    titles = listing([short_title(catalogue[opinion.item_id].label) for opinion in liked])
    word = "think most of" if all(opinion.judged for opinion in liked) else _commonest(liked)
    return [replace(likeness(liked, catalogue, noun), text=tidy(f"So far you {word} {titles}."))]


def likeness(group: Sequence[Opinion], catalogue: Catalogue, noun: str) -> Statement:
    """A statement about items that belong together; the first names it."""
    seed = group[0]
    evidence = tuple(opinion.evidence(catalogue[opinion.item_id].label) for opinion in group[:MAX_EVIDENCE])
    titles = listing([short_title(one.title) for one in evidence[:3]])
    if all(opinion.judged for opinion in group):
        text = f"You like {plural(noun)} in the vein of {titles}."
    else:
        text = f"You {_commonest(group)} {titles}, which go together."
    times = [opinion.timestamp for opinion in group if opinion.timestamp is not None]
    return Statement(
        id=f"likeness:{seed.item_id}",
        facet="likeness",
        value=evidence[0].title,
        polarity="like",
        strength=round(0.5 + 0.5 * float(np.mean([max(opinion.signal, 0.0) for opinion in group])), 3),
        confidence=round(1 - exp(-len(group) / 4), 3),
        text=text,
        evidence=evidence,
        count=len(group),
        since=min(times, default=None),
    )
