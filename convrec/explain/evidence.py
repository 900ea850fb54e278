"""Why an item, from what is known: chosen by code before anything is worded."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import fsum, sqrt
from typing import TYPE_CHECKING

from convrec.days import WEEKDAY
from convrec.feelings import kin
from convrec.flags import flag_words, holds
from convrec.language import is_common, said, singular
from convrec.profile.facets import Facets
from convrec.profile.opinions import Opinion
from convrec.retrieve.labels import forms
from convrec.types import Candidate, Filter, Item, ItemId, Profile, Request, Statement

if TYPE_CHECKING:
    from convrec.protocols import Catalogue

Fact = tuple[str, str]
"""A facet and a value: `("genre", "Crime")`."""

_LEAST_SHARE = 0.03
"""Share of the collaborative score below which an item of the history is no reason."""
_LEAST_RESEMBLANCE = 1.2
"""Nats of surprise that shared facts must carry: one genre that three in ten items have."""
_MOST_CITED = 2
_LEAST_CROWD = 3
"""People of like taste from which on their number says something, and nobody in particular."""
_DECADE = re.compile(r"\d0['’]?s\b|\b(?:twen|thir|for|fif|six|seven|eigh|nine)ties\b")
_UNTELLING = frozenset({"language", "country", "time", "runtime", "also"})


@dataclass(frozen=True, slots=True)
class Cited:
    """An item of the person's history as a reason.

    Attributes:
        opinion: What they made of it.
        item: The item.
        shared: Facts that it and the candidate share, most telling first.
        share: Its part in the collaborative score, 0 to 1; 0 where it was found by facts alone.
    """

    opinion: Opinion
    item: Item
    shared: tuple[Fact, ...]
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Met:
    """A wish that the candidate meets.

    Attributes:
        said: The person's own words, or the filter's value.
        fact: The fact that meets it; None where the item's text does.
        like: Items it shall be like, with what is shared: nothing where it is near by its description or by who chose
            it alone. Empty for wishes in words.
    """

    said: str
    fact: Fact | None = None
    like: tuple[tuple[Item, tuple[Fact, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Grounds:
    """Everything an explanation may say of one candidate.

    Attributes:
        item: The candidate.
        cited: The person's own items, best first.
        statements: What the profile says they like and the item has, strongest first.
        wishes: What they asked for and the item meets.
        facts: The item's own telling facts.
        against: A statement of dislike that the item meets; None where there is none.
        soured: A disliked item that it shares something telling with; None where there is none.
        known: Whether the person has it in their history.
        strayed: What they asked for something like, where the item is not near it; None where it is, or nothing is.
        popular: Whether it is here because many chose it.
        liked_by: How many of the people closest in taste like it, and how many there are; None where too few do.
        stranger: Whether nothing is known of the person: to them everything is new.
    """

    item: Item
    cited: tuple[Cited, ...] = ()
    statements: tuple[Statement, ...] = ()
    wishes: tuple[Met, ...] = ()
    facts: tuple[Fact, ...] = ()
    against: Statement | None = None
    soured: Cited | None = None
    known: bool = False
    strayed: Item | None = None
    popular: bool = False
    liked_by: tuple[int, int] | None = None
    stranger: bool = False


class EvidenceFinder:
    """Chooses the reasons for the candidates of one list, each item of the history at most a few times."""

    def __init__(
        self,
        catalogue: Catalogue,
        facets: Facets,
        found: Sequence[Opinion],
        profile: Profile | None,
        request: Request,
        contributions: Mapping[ItemId, Mapping[ItemId, float]],
        liked_by: Mapping[ItemId, tuple[int, int]] | None = None,
    ) -> None:
        """Keep what one list is explained by.

        Args:
            catalogue: The items.
            facets: Their features.
            found: The person's opinions.
            profile: What is known of their taste.
            request: What they want now.
            contributions: For each candidate the share of each history item in its collaborative score.
            liked_by: For each candidate how many of the people closest in taste like it, and how many there are.
        """
        self._catalogue = catalogue
        self._facets = facets
        self._opinions = {opinion.item_id: opinion for opinion in found}
        self._statements = profile.statements if profile is not None else ()
        self._disliked = {(one.facet, one.value) for one in self._statements if one.polarity == "dislike"}
        self._request = request
        self._contributions = contributions
        self._liked_by = liked_by or {}
        self._times_cited: Counter[str] = Counter()
        self._newest = max((opinion.place for opinion in found), default=0)

    def grounds(self, candidate: Candidate) -> Grounds:
        """The reasons for one candidate; those used before in the list give way to fresh ones."""
        item = self._catalogue[candidate.item_id]
        features = self._features(item)
        cited = self._cited(item)
        statements = self._matching(features, "like")
        wishes = self._met(item, features, near=candidate.sources.get("likeness", 0.0) > 0)
        asked = [self._catalogue[one] for one in self._request.like if one in self._catalogue and one != item.id]
        grounds = Grounds(
            item=item,
            cited=cited,
            statements=tuple(statements[:3]),
            wishes=tuple(wishes),
            strayed=asked[0] if asked and not wishes else None,
            facts=tuple(features),
            against=next(iter(self._matching(features, "dislike")), None),
            soured=self._soured(item),
            known=item.id in self._opinions,
            popular=candidate.sources.get("popularity", 0.0) > 0,
            liked_by=self._crowd(item.id),
            stranger=not self._opinions,
        )
        self._times_cited.update([f"item:{one.item.id}" for one in cited])
        self._times_cited.update([f"statement:{one.id}" for one in statements[:1]])
        return grounds

    def _crowd(self, item_id: ItemId) -> tuple[int, int] | None:
        count, people = self._liked_by.get(item_id, (0, 0))
        return (count, people) if count >= _LEAST_CROWD else None

    def _features(self, item: Item) -> list[Fact]:
        """The item's facts, most telling first."""
        numbers = self._facets.of(self._catalogue.row(item.id))
        ordered = sorted((int(n) for n in numbers), key=lambda n: (-self._facets.specific[n], n))
        return [self._facets.names[n] for n in ordered]

    def _shared(self, item: Item, other: ItemId) -> tuple[Fact, ...]:
        rows = self._catalogue.row(item.id), self._catalogue.row(other)
        names = [self._facets.names[n] for n in self._facets.shared(*rows)]
        kept = tuple(name for name in names if name[0] not in _UNTELLING and name not in self._disliked)
        # A decade alone, or a genre that half of all items have, is no resemblance.
        if sum(self._specific(fact) for fact in kept if fact[0] != "period") < _LEAST_RESEMBLANCE:
            return ()
        return kept

    def _cited(self, item: Item) -> tuple[Cited, ...]:
        liked = [opinion for opinion in self._opinions.values() if opinion.liked and opinion.item_id != item.id]
        shares = self._contributions.get(item.id, {})
        ranked: list[tuple[float, int, Cited]] = []
        total = sum(max(share, 0.0) for share in shares.values()) or 1.0
        for opinion in liked:
            share = max(shares.get(opinion.item_id, 0.0), 0.0) / total
            shared = self._shared(item, opinion.item_id)
            weight = self._weight(opinion, shared, share, bool(shares))
            if weight > 0:
                cited = Cited(opinion, self._catalogue[opinion.item_id], shared, share)
                ranked.append((weight / (1 + 2 * self._times_cited[f"item:{opinion.item_id}"]), opinion.place, cited))
        ranked.sort(key=lambda entry: (-entry[0], -entry[1]))
        best = [cited for _, _, cited in ranked[:6]]
        if not best:
            return ()
        # Items that are cited together share the same kind of opinion and, where possible, a fact.
        first = best[0]
        second = [
            other
            for other in best[1:]
            if other.opinion.verb == first.opinion.verb
            and (set(other.shared[:4]) & set(first.shared[:4]) or not first.shared)
        ]
        return (first, *second[: _MOST_CITED - 1])

    def _weight(self, opinion: Opinion, shared: Sequence[Fact], share: float, counted: bool) -> float:
        """How good a reason it is: its part in the score and what it shares, more for clear and recent opinions."""
        if counted and share < _LEAST_SHARE:
            return 0.0
        telling = float(fsum(self._specific(fact) for fact in shared[:4]))
        if not counted and telling < 2.0:
            return 0.0
        recent = 0.5 + 0.5 * opinion.place / max(self._newest, 1)
        clear = max(opinion.signal, 0.2)
        return (4 * share + telling / 8) * clear * (0.7 + 0.3 * recent)

    def _specific(self, fact: Fact) -> float:
        number = self._facets.number(*fact)
        return 0.0 if number is None else float(self._facets.specific[number])

    def _matching(self, features: Sequence[Fact], polarity: str) -> list[Statement]:
        has = {(facet, value.lower()) for facet, value in features}
        found = [
            one
            for one in self._statements
            if one.polarity == polarity and (singular(one.facet), one.value.lower()) in has
        ]
        least = 0.0 if polarity == "like" else 0.6

        def worth(one: Statement) -> float:
            number = self._facets.number(one.facet, one.value)
            specific = float(self._facets.specific[number]) if number is not None else 1.0
            return (
                one.strength
                * sqrt(one.confidence)
                * (1 + specific / 4)
                / (1 + self._times_cited[f"statement:{one.id}"])
            )

        return sorted((one for one in found if one.strength >= least), key=lambda one: (-worth(one), one.id))

    def _met(self, item: Item, features: Sequence[Fact], *, near: bool) -> list[Met]:
        """The wishes that it meets; `near`: whether it was found by its likeness to what was named."""
        met = [Met(one.said or _spoken(fact), fact) for one in self._request.filters for fact in _facts_met(one, item)]
        words = {value.lower(): (facet, value) for facet, value in features}
        text = f" {item.text.lower()} "
        for wish in self._request.wishes:
            fact = words.get(wish.lower()) or words.get(wish.lower().replace("-", " "))
            fact = fact or next(
                (words[one] for form in forms(wish.lower()) for one in sorted(kin(form)) if one in words), None
            )
            if fact is not None:
                met.append(Met(wish, fact))
            elif re.search(rf"\b{re.escape(wish.lower())}\b", text):
                met.append(Met(wish))
        like = tuple(
            (self._catalogue[one], self._shared(item, one))
            for one in self._request.like
            if one in self._catalogue and one != item.id
        )
        if told := tuple(pair for pair in like if pair[1]) or (like if near else ()):
            met.append(Met("", like=told[:1]))
        if not met:
            met.extend(self._met_in_words(features, text))
        return _distinct(met)

    def _met_in_words(self, features: Sequence[Fact], text: str) -> list[Met]:
        """Words of the standing wish that the item's facts carry."""
        wish = self._request.text.lower()
        if not wish:
            return []
        return [
            Met(value, (facet, value))
            for facet, value in features
            if len(value) > 2 and re.search(rf"\b{re.escape(value.lower())}s?\b", wish)
        ]

    def _soured(self, item: Item) -> Cited | None:
        """A disliked item that shares telling facts (a director, a series) which were never a pleasure.

        One disappointing film with an actor says nothing of the next: either two telling facts are shared, or two
        disliked items share the one, and no liked item does.
        """
        liked: set[Fact] = set()
        against: Counter[Fact] = Counter()
        found: list[Cited] = []
        for opinion in self._opinions.values():
            if opinion.item_id == item.id or not (opinion.liked or opinion.disliked):
                continue
            shared = tuple(fact for fact in self._shared(item, opinion.item_id) if self._is_telling(fact))
            if opinion.liked:
                liked.update(shared)
            elif shared:
                against.update(shared)
                found.append(Cited(opinion, self._catalogue[opinion.item_id], shared))
        kept = [
            replace(one, shared=facts)
            for one in found
            if (facts := tuple(fact for fact in one.shared if fact not in liked))
            and (len(facts) >= 2 or against[facts[0]] >= 2)
        ]
        return max(kept, key=lambda one: max(map(self._specific, one.shared)), default=None)

    def _is_telling(self, fact: Fact) -> bool:
        return not is_common(fact[0]) and fact[0] not in ("period", "place") and self._specific(fact) >= 4.0


def _facts_met(wanted: Filter, item: Item) -> list[Fact]:
    """The item's facts that a filter asks for; a decade as a decade, other ranges are met without a word."""
    if wanted.op == "none_of":
        return []
    if wanted.field == "year":
        return _year_met(wanted, item)
    if wanted.op in ("at_least", "at_most") or wanted.field == WEEKDAY:
        return []  # a day is said with its date
    value = item.genres if wanted.field == "genres" else item.facts.get(wanted.field, ())
    own = value if isinstance(value, tuple) else (str(value),)
    asked = {str(one).lower() for one in wanted.values}
    # The name of a flag is said as it is: `has_subtitles` has no singular.
    name = wanted.field if isinstance(value, bool) else singular(wanted.field)
    return [(name, one) for one in own if one.lower() in asked and said(one)]


def _year_met(wanted: Filter, item: Item) -> list[Fact]:
    if item.year is None:
        return []
    if wanted.op in ("any_of", "all_of") and len(wanted.values) == 1:
        return [("year", str(item.year))]
    return [("period", f"{item.year // 10 * 10}s")] if _DECADE.search(wanted.said.lower()) else []


def _spoken(fact: Fact) -> str:
    """A value as it was asked for: a flag by its name."""
    held = holds([fact[1]])
    return fact[1] if held is None else flag_words(fact[0], holds=held)


def _distinct(met: Sequence[Met]) -> list[Met]:
    seen: set[str] = set()
    kept = []
    for one in met:
        key = _spoken(one.fact).lower() if one.fact else one.said.lower()
        if key not in seen or one.like:
            kept.append(one)
        seen.add(key)
    return kept
