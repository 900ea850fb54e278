"""Phrases that templates and prompts share: what an item is, what it has in common with others, what is claimed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from convrec.explain.evidence import Cited, Fact, Grounds
from convrec.language import facet_phrase, listing, noun_phrase, short_title, singular, value_phrase
from convrec.types import Claim, Statement

MAKERS = frozenset(
    {
        "director",
        "author",
        "artist",
        "creator",
        "developer",
        "designer",
        "composer",
        "writer",
        "maker",
        "brand",
        "studio",
    }
)
PLAYERS = frozenset({"cast", "actor", "star"})
_MOST_VALUES = 2
_SENTENCE = re.compile(r"(?<=\w\w)[.!?](?:\s|$)|\n")
_LONGEST_CLAUSE = 16
"""Words; what runs on longer is left out."""
_TAGS = frozenset({"tag", "keyword"})
_TONES = ("mood", "tone")
_PLAIN = frozenset({"genre", "period", "year", "language", "country", "time", "title", "also", "runtime"})
"""What says little more of an item once its kind is said."""
SAID_BY_GENRE = {
    "comedy": {"funny", "humorous", "hilarious", "comic"}, "horror": {"scary", "frightening", "horrific"},
    "romance": {"romantic"}, "thriller": {"thrilling"}, "drama": {"dramatic"}, "tragedy": {"tragic"},
    "adventure": {"adventurous"}, "mystery": {"mysterious"}, "fantasy": {"fantastic"},
}  # fmt: skip
"""`A funny comedy` says one thing twice."""


def shown(grounds: Grounds) -> list[Fact]:
    """The genres and the maker: what says in a word what it is; else its two most telling facts."""
    facts = grounds.facts
    made = [fact for fact in facts if fact[0] in MAKERS][:1] or [fact for fact in facts if fact[0] == "title"][:1]
    kinds = [fact for fact in facts if fact[0] == "genre"][:2]
    if kinds:
        return [*kinds, *made]
    first: dict[str, Fact] = {}
    for fact in facts:
        if fact[0] not in _PLAIN:
            first.setdefault(fact[0], fact)
    return [*made, *(fact for fact in first.values() if fact not in made)][:2]


def beginning(text: str) -> str:
    """How a text begins, up to the end of its first sentence or, where that is long, of a clause of it; may be empty.

    >>> beginning("Noodles fried with prawns. Best hot."), beginning("It")
    ('Noodles fried with prawns', '')
    """
    words = _SENTENCE.split(text.strip(), maxsplit=1)[0].rstrip(" .,;:").split()
    if len(words) > _LONGEST_CLAUSE:
        ends = [at for at, word in enumerate(words[:_LONGEST_CLAUSE], 1) if word.endswith((",", ";", ":")) and at > 3]
        words = words[: ends[-1]] if ends else []
    return " ".join(words).rstrip(" ,;:") if len(words) > 1 else ""


def grouped(facts: Sequence[Fact]) -> list[tuple[str, Sequence[str]]]:
    """Facts by facet, at most two values of each, as `noun_phrase` takes them."""
    by_facet: dict[str, list[str]] = {}
    for facet, value in facts:
        values = by_facet.setdefault(facet, [])
        if len(values) < _MOST_VALUES:
            values.append(value)
    return list(by_facet.items())


def telling(shared: Sequence[Fact]) -> list[Fact]:
    """At most three shared facts that make a phrase: the most telling, one tag among them, and a genre."""
    shared = unlike(shared)
    tags = [fact for fact in shared if singular(fact[0]) in _TAGS]
    kept = [fact for fact in shared if fact not in tags[1:]][:2]
    genre = next((fact for fact in shared if fact[0] == "genre" and fact not in kept), None)
    if genre is not None and not any(fact[0] == "genre" for fact in kept):
        kept = unlike([*kept, genre])
    return kept


def extra(grounds: Grounds, facts: Sequence[Fact]) -> list[Fact]:
    """What else to say of an item whose `facts` are said: its maker, its matter; else a second kind, or a tone.

    What a sentence about the person's own items will say, and what speaks against it, is left to that.
    """
    said = {value.lower() for _, value in facts}
    if grounds.cited:
        said |= {value.lower() for _, value in telling(together_or_first(grounds.cited)[1])}
    if grounds.against is not None:
        said.add(grounds.against.value.lower())
    fresh = [fact for fact in unlike([*facts, *grounds.facts]) if fact[1].lower() not in said and fact not in facts]
    more = [fact for fact in fresh if singular(fact[0]) not in (*_PLAIN, *_TONES)]
    if more:
        best = min(more, key=lambda fact: (fact[0] not in MAKERS, singular(fact[0]) in _TAGS))
        return [_first_of(best[0], grounds, more)]
    return [fact for fact in fresh if singular(fact[0]) in ("genre", *_TONES)][:1]


def _first_of(facet: str, grounds: Grounds, facts: Sequence[Fact]) -> Fact:
    """The facet's value that the catalogue names first: the lead, and not the least known of the cast."""
    own = next((known for name, known in grounds.item.facts.items() if singular(name) == singular(facet)), ())
    order = list(own) if isinstance(own, tuple) else [own]
    mine = [fact for fact in facts if fact[0] == facet]
    return min(mine, key=lambda fact: order.index(fact[1]) if fact[1] in order else len(order))


def unlike(facts: Sequence[Fact]) -> list[Fact]:
    """Facts without those that say the same word again: `sci-fi`, tagged `sci fi` and `scifi`; a `funny` comedy."""
    genres = {value.lower() for facet, value in facts if facet == "genre"}
    twice = {word for genre in genres for word in SAID_BY_GENRE.get(genre, ())}
    kept: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact[0] != "genre"):
        if fact[1].lower() not in twice:
            kept.setdefault(re.sub(r"\W+", "", fact[1].lower()), fact)
    return [fact for fact in facts if fact in kept.values()]


def together_or_first(cited: Sequence[Cited]) -> tuple[list[Cited], tuple[Fact, ...]]:
    """Both items where they share enough with the candidate, else the first, which may share more alone."""
    both = common(cited)
    if len(both) >= min(2, len(cited[0].shared)):
        return list(cited), both
    return list(cited[:1]), cited[0].shared


def common(cited: Sequence[Cited]) -> tuple[Fact, ...]:
    """Facts that all the cited items share with the candidate."""
    first, *rest = cited
    return tuple(fact for fact in first.shared if all(fact in other.shared for other in rest))


def attitude(statements: Sequence[Statement]) -> str:
    """`like` only where something was judged; `tend to go for` where it was only used."""
    judged = all(
        one.origin != "log" or any(item.verb in ("liked", "loved") for item in one.evidence) for one in statements
    )
    return "like" if judged else "tend to go for"


def fact_subject(fact: Fact) -> str:
    """What a claim about a fact points at: `genre=Crime`."""
    return f"{fact[0]}={fact[1]}"


def facts_claims(facts: Sequence[Fact]) -> tuple[Claim, ...]:
    """A claim for each fact."""
    return tuple(Claim(value_phrase(*fact), "fact", fact_subject(fact)) for fact in facts)


def statement_claims(statements: Sequence[Statement]) -> tuple[Claim, ...]:
    """A claim for each statement."""
    return tuple(Claim(one.value, "statement", one.id) for one in statements)


@dataclass(frozen=True, slots=True)
class Told:
    """What a model is told of one item, in a few words each.

    Attributes:
        title: Of the item.
        what: What it is.
        reasons: One or two, the best first.
        against: What speaks against it; empty where nothing does.
    """

    title: str
    what: str
    reasons: tuple[str, ...]
    against: str = ""

    @property
    def lead(self) -> list[str]:
        """What one sentence needs: what the item is, and the best reason."""
        return [f"{self.title}: {self.what}", f"because: {self.reasons[0]}"]

    @property
    def notes(self) -> list[str]:
        """One line a note, as the prompt has them."""
        lines = self.lead
        lines.extend(f"also: {reason}" for reason in self.reasons[1:])
        return [*lines, f"against: {self.against}"] if self.against else lines


def told(grounds: Grounds, noun: str, verb: str) -> Told | None:
    """What a model is told of one item; None where nothing joins it to the person.

    Args:
        grounds: The evidence.
        noun: What one item is called.
        verb: What people do with it, past tense.
    """
    title = short_title(grounds.item.title)
    first = _first(grounds, noun, verb)
    if first is None:
        return None
    what, reason, kind = first
    further = _further(grounds, noun, what, kind)
    # Some have one reason and some two, the same item always the same.
    chosen = blake2b(f"{grounds.item.id}\x1f{reason}".encode(), digest_size=2).digest()[0] % (len(further) + 1)
    reasons = (reason, *further[chosen : chosen + 1])
    return Told(title, what, reasons, _against(grounds, noun))


def _first(grounds: Grounds, noun: str, verb: str) -> tuple[str, str, str] | None:
    """What the item is, the best reason, and what kind of reason that is."""
    if grounds.wishes:
        return (*_of_wish(grounds, noun), "wish")
    cited, shared = together_or_first(grounds.cited) if grounds.cited else ([], ())
    if shared:
        names = listing(list(dict.fromkeys(short_title(one.item.title) for one in cited)))
        return noun_phrase(grouped(telling(shared)), noun), f"you {cited[0].opinion.verb} {names}", "history"
    if grounds.statements:
        one = grounds.statements[0]
        kind = noun_phrase(grouped([(each.facet, each.value) for each in grounds.statements[:2]]), noun)
        return kind, f"you {attitude([one])} {facet_phrase(one.facet, [one.value], noun)}", "statement"
    own = noun_phrase(grouped(shown(grounds)), noun)
    if cited and cited[0].share > 0:
        name = short_title(cited[0].item.title)
        return own, f"you {cited[0].opinion.verb} {name}, and many who {verb} it {verb} this", "together"
    return None if grounds.liked_by is None else (own, _crowd(*grounds.liked_by), "neighbours")


def _further(grounds: Grounds, noun: str, what: str, kind: str) -> list[str]:
    """Reasons of another kind than the first."""
    found = []
    cited, shared = together_or_first(grounds.cited) if grounds.cited else ([], ())
    if kind == "wish" and shared and not grounds.wishes[0].like:
        one = cited[0]
        common = noun_phrase(grouped(telling(one.shared)[:2]), noun)
        found.append(f"you {one.opinion.verb} {short_title(one.item.title)}, also {common}")
    fresh = [one for one in grounds.statements if one.facet != "likeness" and one.value.lower() not in what.lower()]
    if kind in ("wish", "history") and fresh:
        trait = fresh[0]
        found.append(f"it is {noun_phrase([(trait.facet, [trait.value])], noun)} and you {attitude([trait])} those")
    if kind != "neighbours" and grounds.liked_by is not None:
        found.append(_crowd(*grounds.liked_by))
    return found


def _crowd(count: int, people: int) -> str:
    return f"{count} of the {people} people closest to your taste liked it"


def _against(grounds: Grounds, noun: str) -> str:
    if grounds.against is not None:
        one = grounds.against
        return f"you do not often enjoy {facet_phrase(one.facet, [one.value], noun)}"
    if grounds.soured is not None:
        other = grounds.soured
        common = noun_phrase(grouped(other.shared[:1]), noun)
        return f"you {other.opinion.verb} {short_title(other.item.title)}, also {common}"
    return ""


def _of_wish(grounds: Grounds, noun: str) -> tuple[str, str]:
    first = grounds.wishes[0]
    if first.like:
        other, shared = first.like[0]
        own = telling(shared) or shown(grounds)
        return noun_phrase(grouped(own), noun), f"you asked for something like {short_title(other.title)}"
    facts = [one.fact for one in grounds.wishes if one.fact is not None]
    said = noun_phrase(grouped(facts[:3]), noun) if facts else listing([one.said for one in grounds.wishes[:2]])
    own = list(dict.fromkeys([*facts, *shown(grounds)]))
    return noun_phrase(grouped(own[:3]), noun), f"you asked for {said}"
