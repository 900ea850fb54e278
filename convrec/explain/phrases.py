"""Phrases that templates and prompts share: what an item is, what it has in common with others, what is claimed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.explain.evidence import Cited, Fact, Grounds
from convrec.language import facet_phrase, listing, noun_phrase, short_title, value_phrase
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
TOLD_BY_NAME = MAKERS | {"cast", "actor", "title"}
_MOST_VALUES = 2


def shown(grounds: Grounds) -> list[Fact]:
    """The genres and the maker: what says in a word what it is."""
    facts = grounds.facts
    made = [fact for fact in facts if fact[0] in MAKERS][:1] or [fact for fact in facts if fact[0] == "title"][:1]
    return [*[fact for fact in facts if fact[0] == "genre"][:2], *made]


def grouped(facts: Sequence[Fact]) -> list[tuple[str, Sequence[str]]]:
    """Facts by facet, at most two values of each, as `noun_phrase` takes them."""
    by_facet: dict[str, list[str]] = {}
    for facet, value in facts:
        values = by_facet.setdefault(facet, [])
        if len(values) < _MOST_VALUES:
            values.append(value)
    return list(by_facet.items())


def telling(shared: Sequence[Fact]) -> list[Fact]:
    """At most three shared facts of at most three kinds that make a phrase: the most telling, and a genre."""
    shared = unlike(shared)
    kept = list(shared[:2])
    genre = next((fact for fact in shared if fact[0] == "genre" and fact not in kept), None)
    if genre is not None and not any(fact[0] == "genre" for fact in kept):
        kept.append(genre)
    return kept


def unlike(facts: Sequence[Fact]) -> list[Fact]:
    """Facts without those that say the same word again: `sci-fi`, tagged `sci fi` and `scifi`."""
    kept: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact[0] != "genre"):
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


def reason_phrases(grounds: Grounds, noun: str) -> tuple[str, str, str] | None:
    """What a model is told of one item: its title, what it is, and the one best reason, in a few words each.

    None where nothing joins the item to the person but that others chose both: there is nothing to word then.
    """
    title = short_title(grounds.item.title)
    if grounds.wishes:
        return (title, *_of_wish(grounds, noun))
    cited, shared = together_or_first(grounds.cited) if grounds.cited else ([], ())
    if shared:
        names = listing(list(dict.fromkeys(short_title(one.item.title) for one in cited)))
        return title, noun_phrase(grouped(telling(shared)), noun), f"you {cited[0].opinion.verb} {names}"
    if grounds.statements:
        first = grounds.statements[0]
        kind = noun_phrase(grouped([(one.facet, one.value) for one in grounds.statements[:2]]), noun)
        return title, kind, f"you {attitude([first])} {facet_phrase(first.facet, [first.value], noun)}"
    return None


def _of_wish(grounds: Grounds, noun: str) -> tuple[str, str]:
    first = grounds.wishes[0]
    if first.like:
        other, shared = first.like[0]
        return noun_phrase(grouped(telling(shared)), noun), f"you asked for something like {short_title(other.title)}"
    facts = [one.fact for one in grounds.wishes if one.fact is not None]
    said = noun_phrase(grouped(facts[:3]), noun) if facts else listing([one.said for one in grounds.wishes[:2]])
    own = list(dict.fromkeys([*facts, *shown(grounds)]))
    return noun_phrase(grouped(own[:3]), noun), f"you asked for {said}"
