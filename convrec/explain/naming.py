"""What an item is, in the words that people use: `a crime drama about a heist`, `a dry red wine from Rioja`.

`convrec.language.noun_phrase` says the same so that every value stands in it as the catalogue has it, which prompts and
wishes need; here it may be said as it is spoken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from convrec.explain.evidence import Fact
from convrec.language import article, facet_phrase, listing, plural, singular, subject, value_phrase

_ALONE = (
    "thriller", "drama", "comedy", "western", "musical", "mystery", "romance", "documentary", "biography", "memoir",
    "satire", "tragedy", "parody", "anthology", "platformer", "shooter",
)  # fmt: skip
"""Kinds that need no noun after them; the first of two is the one that the other stands before."""
_BEFORE_OTHERS = {
    "romance": "romantic", "animation": "animated", "children": "children’s", "kids": "kids’", "history": "historical",
    "biography": "biographical", "tragedy": "tragic", "satire": "satirical",
}  # fmt: skip
_TONES = frozenset({"mood", "tone"})
_QUALITIES = frozenset(
    {"sweetness", "colour", "color", "size", "difficulty", "pace", "texture", "roast", "strength", "condition"}
)
"""Facts whose values are adjectives whatever the catalogue: `sweet`, `large`, `slow`."""
_TAILS = {
    "director": "directed by {}", "writer": "written by {}",
    **dict.fromkeys(("author", "artist", "creator", "developer", "designer", "composer"), "by {}"),
    **dict.fromkeys(("publisher", "studio", "brand", "label", "maker", "producer", "manufacturer"), "from {}"),
    **dict.fromkeys(("country", "region", "origin", "appellation", "city", "period", "year"), "from {}"),
    **dict.fromkeys(("cast", "actor", "star", "mechanic", "ingredient", "feature"), "with {}"),
    **dict.fromkeys(("theme", "topic", "subject"), "about {}"),
    **dict.fromkeys(("place", "location", "time", "era", "setting"), "set in {}"),
    **dict.fromkeys(("flavour", "flavor", "aroma", "note"), "with notes of {}"),
    **dict.fromkeys(("grape", "variety", "varietal"), "made from {}"),
    **dict.fromkeys(("food", "pairing"), "to go with {}"),
    **dict.fromkeys(("tag", "keyword"), "tagged {}"),
    "language": "in {}", "platform": "for {}", "material": "made of {}",
}  # fmt: skip
_ORDER = ("period", "year", "theme", "topic", "subject", "place", "location", "time", "era", "setting")
"""What comes first after the noun; the others follow as they are given, tags last."""
_TAGS = frozenset({"tag", "keyword"})


@dataclass(frozen=True, slots=True)
class Named:
    """An item by some of its facts.

    Attributes:
        head: What stands up to the noun, without article: `tense crime drama`.
        tails: What follows it, each with its own preposition: `directed by Joel Coen`.
    """

    head: str
    tails: tuple[str, ...]

    @property
    def after(self) -> str:
        """The tails as one phrase, empty where there are none."""
        joined = ""
        for tail in self.tails:
            link = "" if not joined else " and " if tail.split()[0] == joined.split()[0] else " "
            joined += link + tail
        return joined

    @property
    def phrase(self) -> str:
        """All of it, with its article."""
        return f"{article(self.head)} {self.after}".strip()


def named(facts: Sequence[Fact], noun: str) -> Named:
    """An item by its facts, in the order in which people say them.

    >>> named([("genre", "Crime"), ("genre", "Drama"), ("director", "Joel Coen"), ("period", "1990s")], "film").phrase
    'a crime drama from the 1990s directed by Joel Coen'
    >>> named([("genre", "Romance"), ("genre", "Comedy"), ("mood", "charming")], "film").phrase
    'a charming romantic comedy'
    >>> named([("genre", "Film-Noir"), ("genre", "Sci-Fi")], "film").phrase
    'a sci-fi film noir'
    >>> named([("genre", "red"), ("sweetness", "dry"), ("grape", "Merlot"), ("flavour", "plum")], "wine").phrase
    'a dry red wine made from Merlot with notes of plum'
    >>> named([("genre", "grinder"), ("burr", "steel")], "machine").phrase
    'a grinder machine whose burr is steel'
    """
    by_facet: dict[str, list[str]] = {}
    for facet, value in facts:
        by_facet.setdefault(singular(facet), []).append(value)
    before = [word for name in by_facet for word in _adjectives(name, by_facet[name])]
    kinds = [value_phrase("genre", value) for value in by_facet.get("genre", ())]
    series = by_facet.get("title", ())
    head = _head([] if series else kinds, noun)
    whole = " ".join([listing(before), *series, head]).strip()
    places = [*_ORDER, *(name for name in by_facet if name not in _ORDER and name not in _TAGS), *_TAGS]
    tails = [_tail(name, by_facet[name], noun) for name in places if name in by_facet and not _is_before(name)]
    return Named(whole, tuple(tails))


def _is_before(name: str) -> bool:
    return name in ("genre", "title", "body") or name in _TONES or name in _QUALITIES


def _adjectives(name: str, values: Sequence[str]) -> list[str]:
    if name == "body":
        return [f"{value}-bodied" for value in values]
    return [value_phrase(name, value) for value in values] if name in _TONES or name in _QUALITIES else []


def _head(kinds: Sequence[str], noun: str) -> str:
    """`crime drama`, `crime film noir`, `war and adventure film`."""
    nouns = {noun, plural(noun)}
    last = next((kind for kind in kinds if nouns & set(re.split(r"\W+", kind.lower()))), None)
    last = last or next((kind for kind in _ALONE if kind in kinds), None)
    if last is None:
        spoken = [_BEFORE_OTHERS.get(kind, kind) for kind in kinds]
        return f"{listing(spoken)} {noun}".strip()
    return " ".join([*(_BEFORE_OTHERS.get(kind, kind) for kind in kinds if kind != last), last])


def _tail(name: str, values: Sequence[str], noun: str) -> str:
    if name in ("theme", "topic", "subject"):
        return f"about {listing([subject(value_phrase(name, value)) for value in values])}"
    words = listing([value_phrase(name, value) for value in values])
    if name in _TAILS:
        return _TAILS[name].format(words)
    if all(value.lower() == "true" for value in values):
        said = facet_phrase(name, values, noun, many=False).removeprefix(noun).strip()
        return said.replace("that are", "that is") if said.startswith("that") else f"with {article(name)}"
    return f"whose {name} is {words}" if len(values) == 1 else f"whose {plural(name)} are {words}"
