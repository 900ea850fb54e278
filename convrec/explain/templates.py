"""Reasons as sentences without a model: several turns of phrase for each kind of reason, chosen by the item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from convrec.explain.evidence import Cited, Grounds, Met
from convrec.explain.phrases import (
    TOLD_BY_NAME,
    attitude,
    fact_subject,
    facts_claims,
    grouped,
    shown,
    statement_claims,
    telling,
    together_or_first,
)
from convrec.language import capital, facet_phrase, listing, noun_phrase, plural, short_title, tidy, value_phrase
from convrec.types import Claim, Statement

_LONG_NAMES = 90
"""Characters of two titles beyond which only the first is named."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with what it asserts.

    Attributes:
        text: Ends with a mark.
        claims: Each of them from the grounds, hence supported.
        opening: Which turn of phrase it is, so that a list does not repeat one.
    """

    text: str
    claims: tuple[Claim, ...]
    opening: str


_Maker = Callable[[], "Sentence | None"]


class Templates:
    """Explanations of one list from their grounds; the same item gets the same words, neighbours different ones."""

    def __init__(self, noun: str, verb: str) -> None:
        """Keep the words.

        Args:
            noun: What one item is called.
            verb: What people do with it, past tense.
        """
        self._noun = noun
        self._verb = verb
        self._used: set[str] = set()

    def explain(self, grounds: Grounds) -> tuple[str, tuple[Claim, ...]]:
        """One or two sentences and their claims."""
        first = self._main(grounds)
        second = self._second(grounds, first)
        parts = [first] if second is None else [first, second]
        claims = tuple(dict.fromkeys(claim for part in parts for claim in part.claims))
        return " ".join(part.text for part in parts), claims

    def _main(self, grounds: Grounds) -> Sentence:
        return (
            self._wish(grounds)
            or self._history(grounds)
            or self._statement(grounds)
            or self._crowd(grounds)
            or self._popular(grounds)
            or self._plain(grounds)
        )

    def _second(self, grounds: Grounds, first: Sentence) -> Sentence | None:
        """What speaks against it, else a reason of another kind than the first."""
        said = {claim.subject for claim in first.claims}
        makers: tuple[_Maker, ...] = (
            lambda: self.caution(grounds, said),
            lambda: self._history(grounds, also=True),
            lambda: self._also(grounds, said),
            lambda: self._crowd(grounds),
        )
        for maker in makers:
            sentence = maker()
            if sentence is None or _kind(sentence) == _kind(first):
                continue
            if not {claim.subject for claim in sentence.claims} <= said:
                return sentence
        return None

    def _pick(self, item_id: str, kind: str, variants: Sequence[str]) -> tuple[str, str]:
        """A variant by the item's id; the next one where a neighbour in the list already has it."""
        start = blake2b(f"{kind}\x1f{item_id}".encode(), digest_size=2).digest()[0]
        order = [(start + n) % len(variants) for n in range(len(variants))]
        chosen = next((n for n in order if f"{kind}:{n}" not in self._used), order[0])
        if all(f"{kind}:{n}" in self._used for n in order):
            self._used -= {f"{kind}:{n}" for n in order}
        self._used.add(f"{kind}:{chosen}")
        return tidy(capital(variants[chosen])), f"{kind}:{chosen}"

    # Reasons

    def _wish(self, grounds: Grounds) -> Sentence | None:
        if not grounds.wishes:
            return None
        like = next((one for one in grounds.wishes if one.like), None)
        if like is not None:
            return self._like(grounds, like)
        facts = [one.fact for one in grounds.wishes if one.fact is not None]
        words = [one.said for one in grounds.wishes if one.fact is None]
        wanted = [one.said or (one.fact[1] if one.fact else "") for one in grounds.wishes]
        claims = tuple(Claim(word, "wish", word) for word in wanted if word)
        title = short_title(grounds.item.title)
        if not facts:
            said = listing([f"“{word}”" for word in words[:3]])
            text, opening = self._pick(
                grounds.item.id,
                "wish-text",
                (f"You asked for {said}, and its description speaks of it.", f"Its description answers {said}."),
            )
            return Sentence(text, claims, opening)
        what = noun_phrase(grouped(facts[:4]), self._noun)
        also = f"; its description speaks of {listing([f'“{word}”' for word in words[:2]])}" if words else ""
        text, opening = self._pick(
            grounds.item.id,
            "wish",
            (
                f"{title} is {what}, as you asked{also}.",
                f"what you asked for: {what}{also}.",
                f"you wanted {what}, and that is what {title} is{also}.",
                f"it answers your wish for {what}{also}.",
            ),
        )
        return Sentence(text, (*claims, *facts_claims(facts[:4])), opening)

    def _like(self, grounds: Grounds, met: Met) -> Sentence:
        other, shared = met.like[0]
        kept = telling(shared)
        what = noun_phrase(grouped(kept), self._noun)
        name, title = short_title(other.title), short_title(grounds.item.title)
        text, opening = self._pick(
            grounds.item.id,
            "like",
            (
                f"like {name}, {title} is {what}.",
                f"close to {name}: {what} as well.",
                f"you asked for something like {name}; this is {what} too.",
                f"what {name} and {title} have in common: each is {what}.",
            ),
        )
        claims = (Claim(name, "wish", other.id), *facts_claims(kept))
        return Sentence(text, claims, opening)

    def _history(self, grounds: Grounds, *, also: bool = False) -> Sentence | None:
        if not grounds.cited:
            return None
        cited, shared = together_or_first(grounds.cited)
        names = [short_title(one.item.title) for one in cited]
        if len(set(names)) < len(names) or sum(map(len, names)) > _LONG_NAMES:
            cited, names = cited[:1], names[:1]
            shared = cited[0].shared
        claims = tuple(Claim(name, "history", one.item.id) for name, one in zip(names, cited, strict=True))
        if not shared:
            return self._together(grounds, cited, names, claims)
        kept = telling(shared)
        what = noun_phrase(grouped(kept), self._noun)
        text, opening = self._of_history(grounds, cited, names, what, also)
        return Sentence(text, (*claims, *facts_claims(kept)), opening)

    def _of_history(
        self, grounds: Grounds, cited: Sequence[Cited], names: Sequence[str], what: str, also: bool
    ) -> tuple[str, str]:
        verb, title, many = cited[0].opinion.verb, short_title(grounds.item.title), len(names) > 1
        own = listing(names)
        if also:
            each = f"each {what}" if many else what
            same = f"You {verb} {own}, {each} too."
            near = f"Like {own}, which you {verb}, it is {what}."
            return self._pick(grounds.item.id, "history", (same, near))
        said_by_title = any(value.lower() in title.lower() for _, value in cited[0].shared)
        subject = "this" if said_by_title or title.lower() in own.lower() else title
        variants = (
            f"you {verb} {own}, and {subject} is {what} too.",
            f"like {own}, which you {verb}, this is {what}.",
            f"{what}, as {'were' if many else 'was'} {own}, which you {verb}.",
            f"after {own}, which you {verb}, here is another of the kind: {what}.",
            f"because you {verb} {own}, here is {what} as well.",
        )
        return self._pick(grounds.item.id, "history", variants)

    def _together(
        self, grounds: Grounds, cited: Sequence[Cited], names: Sequence[str], claims: tuple[Claim, ...]
    ) -> Sentence | None:
        """Nothing is shared but the people: those who chose the one chose the other."""
        if cited[0].share <= 0:
            return None
        own, verb, title = listing(names), cited[0].opinion.verb, short_title(grounds.item.title)
        both = "both" if len(names) == 2 else "it"
        yours = "as you did" if verb == self._verb else f"which you {verb}"
        text, opening = self._pick(
            grounds.item.id,
            "history",
            (
                f"you {verb} {own}, and many who {self._verb} {both} {self._verb} {title} too.",
                f"people who {self._verb} {own}, as you did, often {self._verb} this as well.",
                f"it often goes together with {own}, which you {verb}.",
                f"many who {self._verb} {own}, {yours}, came to {title} as well.",
            ),
        )
        return Sentence(text, claims, opening)

    def _statement(self, grounds: Grounds) -> Sentence | None:
        if not grounds.statements:
            return None
        first = list(grounds.statements[:2])
        what = self._taste(first)
        title = short_title(grounds.item.title)
        one = noun_phrase(grouped([(one.facet, one.value) for one in first]), self._noun)
        turn = attitude(first)
        text, opening = self._pick(
            grounds.item.id,
            "statement",
            (
                f"{title} is {one}, and you {turn} {what}.",
                f"you {turn} {what}, and {title} is both." if len(first) == 2 else f"you {turn} {what}; this is one.",
                f"{one}: you {turn} {what}.",
            ),
        )
        return Sentence(text, statement_claims(first), opening)

    def _taste(self, statements: Sequence[Statement]) -> str:
        return listing([facet_phrase(one.facet, [one.value], self._noun) for one in statements])

    def _also(self, grounds: Grounds, said: set[str]) -> Sentence | None:
        """A further reason from the profile whose value the first sentence did not say."""
        fresh = [
            one
            for one in grounds.statements
            if one.id not in said and fact_subject((one.facet, one.value)) not in said and one.facet != "likeness"
        ][:1]
        if not fresh:
            return None
        one = fresh[0]
        what = facet_phrase(one.facet, [one.value], self._noun)
        turn = attitude(fresh)
        its = value_phrase(one.facet, one.value)
        own = noun_phrase([(one.facet, [one.value])], self._noun)
        variants = [f"It is also {own}, and you {turn} those.", f"It also suits your liking for {what}."]
        if one.facet in TOLD_BY_NAME:
            variants.append(f"{its} speaks for it as well: you {turn} {what}.")
        text, opening = self._pick(grounds.item.id, "also", variants)
        return Sentence(text, statement_claims(fresh), opening)

    def _crowd(self, grounds: Grounds) -> Sentence | None:
        """How many people of like taste like it: numbers alone, never who."""
        if grounds.liked_by is None:
            return None
        count, people = grounds.liked_by
        text, opening = self._pick(
            grounds.item.id,
            "crowd",
            (
                f"{count} of the {people} people closest to your taste liked it.",
                f"of the {people} people whose taste is nearest to yours, {count} liked it.",
                f"it was liked by {count} of the {people} people with the taste most like yours.",
            ),
        )
        return Sentence(text, (Claim(f"{count} of {people}", "neighbours", grounds.item.id),), opening)

    def caution(self, grounds: Grounds, said: set[str]) -> Sentence | None:
        """The one reason against, where there is one; `said`: what the sentence before it has claimed."""
        if grounds.against is not None:
            one = grounds.against
            what = facet_phrase(one.facet, [one.value], self._noun)
            own = noun_phrase([(one.facet, [one.value])], self._noun)
            plain = f"Against it: you do not often enjoy {what}."
            if fact_subject((one.facet, one.value)) in said:
                return Sentence(plain, (Claim(what, "statement", one.id),), "against:plain")
            text, opening = self._pick(
                grounds.item.id,
                "against",
                (
                    f"One caution: it is {own}, and you mostly care little for {what}.",
                    plain,
                    f"Mind that it is also {own}, which is not usually for you.",
                ),
            )
            return Sentence(text, (Claim(what, "statement", one.id),), opening)
        if grounds.soured is not None:
            other = grounds.soured
            name = short_title(other.item.title)
            kept = other.shared[:1]
            own = noun_phrase(grouped(kept), self._noun)
            text, opening = self._pick(
                grounds.item.id,
                "against",
                (
                    f"One caution: you {other.opinion.verb} {name}, also {own}.",
                    f"Against it: {name}, {own} as well, was not for you.",
                ),
            )
            return Sentence(text, (Claim(name, "history", other.item.id), *facts_claims(kept)), opening)
        return None

    def _popular(self, grounds: Grounds) -> Sentence | None:
        if not grounds.popular:
            return None
        nouns = plural(self._noun)
        own = self._own(grounds)
        text, opening = self._pick(
            grounds.item.id,
            "popular",
            (
                f"{own}, and among the {nouns} that many people here have {self._verb}.",
                f"many people here have {self._verb} it: {own}.",
                f"a place to start, since many here have {self._verb} it: {own}.",
            ),
        )
        return Sentence(text, (Claim("many people", "fact", "popularity"), *facts_claims(shown(grounds))), opening)

    def _plain(self, grounds: Grounds) -> Sentence:
        own = self._own(grounds)
        known = f"you have {self._verb} it before" if grounds.known else "it would be new to you"
        text, opening = self._pick(
            grounds.item.id, "plain", (f"{own}; {known}.", f"{short_title(grounds.item.title)} is {own}, and {known}.")
        )
        return Sentence(text, (*facts_claims(shown(grounds)), Claim(known, "history", grounds.item.id)), opening)

    def _own(self, grounds: Grounds) -> str:
        return noun_phrase(grouped(shown(grounds)), self._noun)


def _kind(sentence: Sentence) -> str:
    return sentence.opening.partition(":")[0]
