"""Phrases that templates and notes share: what an item is, what it has in common with others, what is claimed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.explain.evidence import Cited, Fact, Grounds
from convrec.frames import PROPERTIES
from convrec.language import singular, value_phrase
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
_SENTENCE = re.compile(r"(?<=\w\w)[.!?](?:\s|$)|\n")
_LONGEST_CLAUSE = 16
"""Words; what runs on longer is left out."""
_TAGS = frozenset({"tag", "keyword", *PROPERTIES})
_TONES = ("mood", "tone")
_PLAIN = frozenset({"genre", "period", "year", "language", "country", "time", "title", "also", "runtime"})
"""What says little more of an item once its kind is said."""
SAID_BY_GENRE = {
    "comedy": {"funny", "humorous", "hilarious", "comic"}, "horror": {"scary", "frightening", "horrific"},
    "romance": {"romantic"}, "thriller": {"thrilling"}, "drama": {"dramatic"}, "tragedy": {"tragic"},
    "adventure": {"adventurous"}, "mystery": {"mysterious"}, "fantasy": {"fantastic"},
    "animation": {"animated", "cartoon"}, "film-noir": {"noir"}, "sci-fi": {"science fiction"},
    "science fiction": {"sci-fi"},
    "children": {"kids", "kids and family"}, "musical": {"musicals"}, "documentary": {"documentaries"},
}  # fmt: skip
"""`A funny comedy` says one thing twice."""


def shown(grounds: Grounds) -> list[Fact]:
    """The genres and the maker: what says in a word what it is; else its two most telling facts."""
    facts = fresh(grounds)
    made = [fact for fact in facts if fact[0] in MAKERS][:1] or [fact for fact in facts if fact[0] == "title"][:1]
    kinds = [fact for fact in facts if fact[0] == "genre"][:2]
    first: dict[str, Fact] = {}
    for fact in facts:
        if singular(fact[0]) not in _PLAIN | _TAGS and fact not in made:
            first.setdefault(fact[0], fact)
    more = list(first.values())
    return [*kinds, *(made or more[:1])] if kinds else [*made, *more][:2]


def fresh(grounds: Grounds) -> list[Fact]:
    """What the item's title does not say already: `Cantina Brisi Brut` is from Cantina Brisi."""
    title = _words(grounds.item.title)
    return [fact for fact in grounds.facts if fact[0] == "title" or _words(fact[1]) not in title]


def _words(text: str) -> str:
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(words)} "


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
    unsaid = [fact for fact in unlike([*facts, *fresh(grounds)]) if fact[1].lower() not in said and fact not in facts]
    more = [fact for fact in unsaid if singular(fact[0]) not in (*_PLAIN, *_TONES)]
    if more:
        best = min(more, key=lambda fact: (fact[0] not in MAKERS, singular(fact[0]) in _TAGS))
        return [_first_of(best[0], grounds, more)]
    return [fact for fact in unsaid if singular(fact[0]) in ("genre", *_TONES)][:1]


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
        if fact[0] == "genre" or fact[1].lower() not in twice:
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
