"""Reasons as sentences without a model: several turns of phrase for each kind of reason, chosen by the item."""

from __future__ import annotations

from collections.abc import Sequence

from convrec.explain.evidence import Cited, Fact, Grounds, Met
from convrec.explain.further import Further, cited_by_name, together
from convrec.explain.naming import named
from convrec.explain.phrases import (
    attitude,
    beginning,
    extra,
    facts_claims,
    shown,
    statement_claims,
    telling,
    together_or_first,
)
from convrec.explain.sentence import Sentence, Turns
from convrec.language import listing, plural, short_title
from convrec.profile.tastes import tastes
from convrec.types import Claim, Statement

_TOLD = 4
"""Facts of one phrase."""


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
        self._turns = Turns()
        self.further = Further(noun, verb, self._turns)

    def explain(self, grounds: Grounds) -> tuple[str, tuple[Claim, ...]]:
        """One or two sentences and their claims."""
        first = self._main(grounds)
        second = self.further.after(grounds, {claim.subject for claim in first.claims}, first.kind)
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

    def _wish(self, grounds: Grounds) -> Sentence | None:
        if not grounds.wishes:
            return None
        like = next((one for one in grounds.wishes if one.like), None)
        if like is not None:
            return self._like(grounds, like)
        facts = [one.fact for one in grounds.wishes if one.fact is not None][:_TOLD]
        words = [one.said for one in grounds.wishes if one.fact is None]
        wanted = [one.said or (one.fact[1] if one.fact else "") for one in grounds.wishes]
        claims = [*(Claim(word, "wish", word) for word in wanted if word), *facts_claims(facts)]
        if not facts:
            return self._in_words(grounds, words, claims)
        also = f"; its description speaks of {listing([f'“{word}”' for word in words[:2]])}" if words else ""
        more = extra(grounds, facts)
        return self._of_kind(grounds, facts, more, also, [*claims, *facts_claims(more)])

    def _in_words(self, grounds: Grounds, words: Sequence[str], claims: list[Claim]) -> Sentence:
        """A wish that only the item's description answers."""
        said, title = listing([f"“{word}”" for word in words[:3]]), short_title(grounds.item.title)
        own = shown(grounds)
        what = named(own, self._noun).phrase
        variants: tuple[str, ...] = (f"you asked for {said}, and the description of {title} speaks of it.",)
        if own:
            variants += (
                f"its description answers {said}: {title} is {what}.",
                f"{title} is {what} whose description speaks of {said}, as you asked.",
            )
        return self._turns.sentence(grounds.item.id, "wish-text", variants, [*claims, *facts_claims(own)])

    def _of_kind(
        self, grounds: Grounds, facts: list[Fact], more: list[Fact], also: str, claims: list[Claim]
    ) -> Sentence:
        """A wish that facts of the item meet, with what else it is."""
        title, what = short_title(grounds.item.title), named(facts, self._noun).phrase
        full, after = named([*facts, *more], self._noun).phrase, named(more, self._noun).after
        if not more:
            variants: tuple[str, ...] = (
                f"{title} is {what}, as you asked{also}.",
                f"what you asked for: {what}{also}.",
                f"you wanted {what}, and that is what {title} is{also}.",
                f"it answers your wish for {what}{also}.",
            )
        elif after and full.endswith(after):
            variants = (
                f"you asked for {what}, and {title} is one, {after}{also}.",
                f"{title}, {after}, is {what}, as you asked{also}.",
                f"{title} is {full}, so it answers your wish{also}.",
                f"what you asked for: {full}{also}.",
                f"you wanted {what}; {title} is one {after}{also}.",
            )
        else:
            variants = (
                f"{title} is {full}, so it answers your wish{also}.",
                f"you asked for {what}, and {title} is {full}{also}.",
                f"as you asked: {title} is {full}{also}.",
                f"what you asked for: {full}{also}.",
            )
        return self._turns.sentence(grounds.item.id, f"wish-{bool(more)}-{bool(after)}", variants, claims)

    def _like(self, grounds: Grounds, met: Met) -> Sentence:
        other, shared = met.like[0]
        kept = telling(shared) or shown(grounds)
        what = named(kept, self._noun).phrase
        name, title = short_title(other.title), short_title(grounds.item.title)
        if not shared:
            own = f", {what}," if kept else ""
            variants: tuple[str, ...] = (
                f"you asked for something like {name}, and {title}{own} comes close to it.",
                f"{title}{own} comes close to {name}, as you asked.",
                f"near to {name}, as you asked: {title}{own.rstrip(',')}.",
            )
            return self._turns.sentence(
                grounds.item.id, "like-near", variants, (Claim(name, "wish", other.id), *facts_claims(kept))
            )
        variants = (
            f"like {name}, {title} is {what}.",
            f"close to {name}: {title} is {what} as well.",
            f"you asked for something like {name}; {title} is {what} too.",
            f"{name} and {title} have this in common: each is {what}.",
        )
        claims = (Claim(name, "wish", other.id), *facts_claims(kept))
        return self._turns.sentence(grounds.item.id, "like", variants, claims)

    def _history(self, grounds: Grounds) -> Sentence | None:
        if not grounds.cited:
            return None
        cited, shared = together_or_first(grounds.cited)
        cited, names = cited_by_name(cited)
        if len(cited) == 1:
            shared = cited[0].shared
        claims = [Claim(name, "history", one.item.id) for name, one in zip(names, cited, strict=True)]
        if not shared:
            return together(grounds, cited, names, claims, self._verb, self._turns)
        kept = telling(shared)
        return self._shared(grounds, cited, names, kept, [*claims, *facts_claims(kept)])

    def _shared(
        self, grounds: Grounds, cited: Sequence[Cited], names: Sequence[str], kept: list[Fact], claims: list[Claim]
    ) -> Sentence:
        verb, title, many = cited[0].opinion.verb, short_title(grounds.item.title), len(names) > 1
        own, what = listing(names), named(kept, self._noun).phrase
        said_by_title = any(value.lower() in title.lower() for _, value in kept)
        subject = "this" if said_by_title or title.lower() in own.lower() else title
        variants = (
            f"you {verb} {own}, and {subject} is {what} too.",
            f"like {own}, which you {verb}, {subject} is {what}.",
            f"{what}, as {'were' if many else 'was'} {own}, which you {verb}.",
            f"{subject} is {what}, and so {'are' if many else 'is'} {own}, which you {verb}.",
            f"close to {own}, which you {verb}: {what}.",
        )
        return self._turns.sentence(grounds.item.id, "history", variants, claims)

    def _statement(self, grounds: Grounds) -> Sentence | None:
        if not grounds.statements:
            return None
        first = list(grounds.statements[:2])
        title, turn, what = short_title(grounds.item.title), attitude(first), self._taste(first)
        facts = [(one.facet, one.value) for one in first]
        more = extra(grounds, facts)
        full, after = named([*facts, *more], self._noun).phrase, named(more, self._noun).after
        tail = f", {after}" if after else ""
        variants = (
            f"{title} is {full}, and you {turn} {what}.",
            f"you {turn} {what}, and {title} is {'both' if len(first) == 2 else 'one'}{tail}.",
        )
        claims = (*statement_claims(first), *facts_claims(more))
        return self._turns.sentence(grounds.item.id, "statement", variants, claims)

    def _taste(self, statements: Sequence[Statement]) -> str:
        return tastes([(one.facet, one.value) for one in statements], self._noun)

    def _crowd(self, grounds: Grounds) -> Sentence | None:
        own = shown(grounds)
        sentence = self.further.crowd(grounds, named(own, self._noun).phrase if own else "")
        if sentence is None:
            return None
        return Sentence(sentence.text, (*sentence.claims, *facts_claims(own)), sentence.opening)

    def _popular(self, grounds: Grounds) -> Sentence | None:
        if not grounds.popular:
            return None
        own, claims = self._own(grounds)
        behind = f": {own}" if own else ""
        variants: tuple[str, ...] = (
            f"many people here {self._verb} it{behind}.",
            f"a place to start, since many here {self._verb} it{behind}.",
        )
        if own and not own.startswith("“"):
            variants = (f"{own}, and among the {plural(self._noun)} that many people here {self._verb}.", *variants)
        return self._turns.sentence(
            grounds.item.id, "popular", variants, (Claim("many people", "fact", "popularity"), *claims)
        )

    def _plain(self, grounds: Grounds) -> Sentence:
        own, claims = self._own(grounds)
        if own and grounds.stranger:
            title = short_title(grounds.item.title)
            told = (f"its description begins {own}.",) if own.startswith("“") else (f"{own}.", f"{title} is {own}.")
            return self._turns.sentence(grounds.item.id, "plain", told, claims)
        known = f"you {self._verb} it before" if grounds.known else "it would be new to you"
        variants: tuple[str, ...] = (f"{own}; {known}.", f"{short_title(grounds.item.title)} is {own}, and {known}.")
        if not own:
            variants = (f"{known}.",)
        elif own.startswith("“"):
            variants = (f"{own}: {known}.", f"its description begins {own}, and {known}.")
        return self._turns.sentence(
            grounds.item.id, "plain", variants, (*claims, Claim(known, "history", grounds.item.id))
        )

    def _own(self, grounds: Grounds) -> tuple[str, tuple[Claim, ...]]:
        """What an item is, by its facts, else how its text begins, in quotes; empty where neither says anything."""
        if facts := shown(grounds):
            return named(facts, self._noun).phrase, facts_claims(facts)
        if begins := beginning(grounds.item.text):
            return f"“{begins}”", (Claim(begins, "fact", f"text={begins}"),)
        return "", ()
