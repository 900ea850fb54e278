"""The second sentence of a reason: what speaks against the item, or a reason of another kind than the first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from convrec.explain.evidence import Cited, Fact, Grounds
from convrec.explain.naming import named
from convrec.explain.phrases import (
    MAKERS,
    PLAYERS,
    SAID_BY_GENRE,
    attitude,
    fact_subject,
    facts_claims,
    statement_claims,
    telling,
    together_or_first,
)
from convrec.explain.sentence import Sentence, Turns
from convrec.language import listing, plural, short_title, singular, value_phrase
from convrec.profile.tastes import tastes
from convrec.types import Claim, Statement

LONG_NAMES = 90
"""Characters of two titles beyond which only the first is named."""
_WEAK = frozenset({"period", "year", "language", "country", "time"})
"""What two items share without being alike."""
_TONES = ("mood", "tone")


def cited_by_name(cited: Sequence[Cited]) -> tuple[list[Cited], list[str]]:
    """Items of the history with their titles as said; only the first where two are alike or too long together."""
    names = [short_title(one.item.title) for one in cited]
    if len(set(names)) < len(names) or sum(map(len, names)) > LONG_NAMES:
        return list(cited[:1]), names[:1]
    return list(cited), names


class Further:
    """Second sentences of one list."""

    def __init__(self, noun: str, verb: str, turns: Turns) -> None:
        """Keep the words.

        Args:
            noun: What one item is called.
            verb: What people do with it, past tense.
            turns: Of the list.
        """
        self._noun, self._verb, self._turns = noun, verb, turns

    def after(self, grounds: Grounds, said: set[str], kind: str) -> Sentence | None:
        """What may follow a first sentence.

        Args:
            grounds: The evidence.
            said: Subjects of the claims that the first sentence makes; none of them is said again.
            kind: What sort of reason the first sentence gives.
        """
        met = {one.id: fact_subject((one.facet, one.value)) for one in grounds.statements}
        said = said | {met[one] for one in said if one in met}
        makers: tuple[Callable[[], Sentence | None], ...] = (
            lambda: self._strayed(grounds),
            lambda: self.caution(grounds, said),
            lambda: None if kind == "history" else self._history(grounds, said),
            lambda: self._also(grounds, said),
            lambda: None if kind == "crowd" else self.crowd(grounds),
        )
        for maker in makers:
            sentence = maker()
            if sentence is not None and not {claim.subject for claim in sentence.claims} <= said:
                return sentence
        return None

    def _strayed(self, grounds: Grounds) -> Sentence | None:
        """That it is not what was asked for, where nothing but their taste speaks for it."""
        if grounds.strayed is None or not (grounds.cited or grounds.statements):
            return None
        name = short_title(grounds.strayed.title)
        variants = (
            f"You asked for something like {name}: this one is here more for your taste than for its likeness.",
            f"It is here for your taste, and less for its likeness to {name}, which you asked for.",
        )
        claim = Claim(name, "wish", grounds.strayed.id)
        return self._turns.sentence(grounds.item.id, "strayed", variants, [claim])

    def crowd(self, grounds: Grounds, what: str = "") -> Sentence | None:
        """How many people of like taste like it: numbers alone, never who; `what`: what it is, where that is new."""
        if grounds.liked_by is None:
            return None
        count, people = grounds.liked_by
        it = f"{short_title(grounds.item.title)}, {what}" if what else "it"
        this = f"{short_title(grounds.item.title)} is {what}, and" if what else "it"
        variants = (
            f"{count} of the {people} people closest to your taste liked {it}.",
            f"of the {people} people whose taste is nearest to yours, {count} liked {it}.",
            f"{this} was liked by {count} of the {people} people with the taste most like yours.",
        )
        claim = Claim(f"{count} of {people}", "neighbours", grounds.item.id)
        return self._turns.sentence(grounds.item.id, "crowd", variants, [claim])

    def caution(self, grounds: Grounds, said: set[str]) -> Sentence | None:
        """The one reason against, where there is one; `said`: what the sentence before it has claimed."""
        if grounds.against is not None:
            return self._against(grounds, grounds.against, said)
        if grounds.soured is not None:
            return self._soured(grounds, grounds.soured)
        return None

    def _against(self, grounds: Grounds, one: Statement, said: set[str]) -> Sentence:
        what = tastes([(one.facet, one.value)], self._noun)
        claim = Claim(what, "statement", one.id)
        if fact_subject((one.facet, one.value)) in said:
            return Sentence(f"Against it: you do not often enjoy {what}.", (claim,), "against:plain")
        own = named([(one.facet, one.value)], self._noun).phrase
        tone = singular(one.facet) in _TONES
        value = value_phrase(one.facet, one.value)
        variants = (
            f"One caution: it is {value}, too, and that is not often to your liking."
            if tone
            else f"One caution: it is {own}, and those are mostly not for you.",
            f"Against it: you do not often enjoy {what}.",
            f"Mind that it is also {own}, which is not usually for you.",
        )
        return self._turns.sentence(grounds.item.id, "against", variants, [claim])

    def _soured(self, grounds: Grounds, other: Cited) -> Sentence:
        name = short_title(other.item.title)
        own = named(other.shared[:1], self._noun).phrase
        variants = (
            f"One caution: you {other.opinion.verb} {name}, also {own}.",
            f"Against it: {name}, {own} as well, was not for you.",
        )
        claims = (Claim(name, "history", other.item.id), *facts_claims(other.shared[:1]))
        return self._turns.sentence(grounds.item.id, "soured", variants, claims)

    def _history(self, grounds: Grounds, said: set[str]) -> Sentence | None:
        if not grounds.cited:
            return None
        cited, shared = together_or_first(grounds.cited)
        cited, names = cited_by_name(cited)
        claims = [Claim(name, "history", one.item.id) for name, one in zip(names, cited, strict=True)]
        fresh = [fact for fact in telling(shared) if fact_subject(fact) not in said]
        if all(fact[0] in _WEAK for fact in fresh):
            return together(grounds, cited, names, claims, self._verb, self._turns, title="it")
        return self._shared(grounds, cited, names, fresh, [*claims, *facts_claims(fresh)])

    def _shared(
        self, grounds: Grounds, cited: Sequence[Cited], names: Sequence[str], fresh: list[Fact], claims: list[Claim]
    ) -> Sentence:
        verb, own, many = cited[0].opinion.verb, listing(names), len(names) > 1
        if all(singular(facet) in _TONES for facet, _ in fresh):
            how = listing([value_phrase(*fact) for fact in fresh])
            variants: tuple[str, ...] = (
                f"it is {how}, like {own}, which you {verb}.",
                f"you {verb} {own}, which {'are' if many else 'is'} {how} too.",
            )
            return self._turns.sentence(grounds.item.id, "history-tone", variants, claims)
        whole = named(fresh, self._noun)
        what = whole.phrase
        variants = (
            f"you {verb} {own}, {f'each {what} as well' if many else whole.another}.",
            f"like {own}, which you {verb}, it is {what}.",
            f"it is {what}, as {'are' if many else 'is'} {own}, which you {verb}.",
        )
        return self._turns.sentence(grounds.item.id, "history-also", variants, claims)

    def _also(self, grounds: Grounds, said: set[str]) -> Sentence | None:
        """A further reason from the profile whose value the first sentence did not say."""
        words = {subject.partition("=")[2].lower() for subject in said}
        words |= {tone for word in words for tone in SAID_BY_GENRE.get(word, ())}  # a comedy need not be called funny
        fresh = [
            one
            for one in grounds.statements
            if one.id not in said and one.value.lower() not in words and one.facet != "likeness"
        ][:1]
        if not fresh:
            return None
        return self._turns.sentence(
            grounds.item.id, f"also-{singular(fresh[0].facet)}", self._of_taste(fresh[0]), statement_claims(fresh)
        )

    def _of_taste(self, one: Statement) -> tuple[str, ...]:
        """`It is also set in New York, and you like films set there`, by what sort of thing it is."""
        facet, turn, nouns = singular(one.facet), attitude([one]), plural(self._noun)
        value = value_phrase(one.facet, one.value)
        own = named([(one.facet, one.value)], self._noun)
        what = tastes([(one.facet, one.value)], self._noun)
        if facet in _TONES:
            return (
                f"it is also {value}, which you {turn} in a {self._noun}.",
                f"you {turn} {what}, and it is one of those, too.",
                f"it is {value} as well, and you {turn} that in {nouns}.",
            )
        if facet in ("theme", "topic", "subject", "place", "location") and own.after:
            there = "about that" if facet in ("theme", "topic", "subject") else "set there"
            return (
                f"it is also {own.after}, and you {turn} {nouns} {there}.",
                f"you {turn} {what}, and it is one of those, too.",
            )
        if facet in MAKERS or facet in PLAYERS:
            return (
                f"{value} speaks for it as well: you {turn} {what}.",
                f"you {turn} {what}, which speaks for it, too.",
            )
        if facet == "period":
            return (
                f"it is from {value}, too, and you {turn} {nouns} from that time.",
                f"you {turn} {what}, and it is one of those, too.",
            )
        return (
            f"it is also {own.phrase}, and you {turn} those.",
            f"you {turn} {what}, and it is one of those, too.",
        )


def together(
    grounds: Grounds, cited: Sequence[Cited], names: Sequence[str], claims: Sequence[Claim], used: str, turns: Turns,
    *, title: str = "",
) -> Sentence | None:  # fmt: skip
    """Nothing is shared but the people: those who chose the one chose the other.

    Args:
        grounds: The evidence.
        cited: The person's own items.
        names: Their titles as said.
        claims: About them.
        used: The catalogue's own verb.
        turns: Of the list.
        title: What the item is called; empty: by its title.
    """
    if cited[0].share <= 0:
        return None
    own, verb, title = listing(names), cited[0].opinion.verb, title or short_title(grounds.item.title)
    both = "both" if len(names) == 2 else "it"
    yours = "as you did" if verb == used else f"which you {verb}"
    # Who loved a thing has used it, too; who only saved it has not.
    so = "as you did" if verb in (used, "loved", "liked") else f"which you {verb}"
    variants = (
        f"you {verb} {own}, and many who {used} {both} also {used} {title if title != 'it' else 'this'}.",
        f"people who {used} {own}, {so}, often {used} this as well.",
        f"it often goes together with {own}, which you {verb}.",
        f"many who {used} {own}, {yours}, came to {title} as well.",
    )
    return turns.sentence(grounds.item.id, "together", variants, claims)
