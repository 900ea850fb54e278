"""What an item is, in the words that people use: `a crime drama about a heist`, `a dry red wine from Rioja`.

`convrec.language.noun_phrase` says the same so that every value stands in it as the catalogue has it, which prompts and
wishes need; here it may be said as it is spoken.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from convrec.explain.evidence import Fact
from convrec.flags import flag_parts, flag_phrase, holds
from convrec.frames import PROPERTIES, QUALITIES
from convrec.language import (
    AS_ADJECTIVE,
    article,
    is_adjective,
    is_framed,
    kind_order,
    listing,
    plural,
    singular,
    subject,
    tail,
    value_phrase,
)
from convrec.themes import is_form

_ALONE = (
    "thriller", "drama", "comedy", "western", "musical", "mystery", "romance", "documentary", "biography", "memoir",
    "satire", "tragedy", "parody", "anthology",
)  # fmt: skip
"""Kinds of story that need no noun after them; the first of two is the one that the other stands before."""
_PLAYED = ("platformer", "shooter")
_NO_STORIES = re.compile(r"\b(?:game|song|track|album|podcast|wine|recipe|toy|course|event|trip|tour)$")
"""What a mystery may be, and yet nobody calls a mystery: `a mystery game`."""
_TONES = frozenset({"mood", "tone"})
_PARTS_OF_LANDS = ("region", "appellation", "city")
_ORDER = (
    *("period", "year", "country", "origin", *_PARTS_OF_LANDS, "producer", "manufacturer"),
    *("theme", "topic", "subject", "place", "location", "time", "era", "setting"),
)
"""What comes first after the noun; the others follow as they are given, tags last."""
_LAST = ("food", "pairing", "audience")
"""What it is for, after what it is."""
_MATTER = frozenset({"theme", "topic", "subject"})
_TAGS = frozenset({"tag", "keyword", *PROPERTIES})


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
        joined, before = "", ""
        for one in self.tails:
            first = one.split()[0]
            joined += ("" if not joined else " and " if first == before else " ") + one
            before = first
        return joined

    @property
    def phrase(self) -> str:
        """All of it, with its article."""
        return f"{article(self.head)} {self.after}".strip()

    @property
    def another(self) -> str:
        """All of it, beside something that is the same: `another tense crime drama`."""
        return f"another {self.head} {self.after}".strip()


def named(facts: Sequence[Fact], noun: str) -> Named:
    """An item by its facts, in the order in which people say them.

    >>> named([("genre", "Crime"), ("genre", "Drama"), ("director", "Joel Coen"), ("period", "1990s")], "film").phrase
    'a crime drama from the 1990s directed by Joel Coen'
    >>> named([("genre", "Romance"), ("genre", "Comedy"), ("mood", "charming")], "film").phrase
    'a charming romantic comedy'
    >>> named([("genre", "Film-Noir"), ("genre", "Sci-Fi")], "film").phrase
    'a sci-fi film noir'
    >>> named([("genre", "Drama"), ("theme", "biography"), ("theme", "fame")], "film").phrase
    'a drama and biography about fame'
    >>> named([("theme", "literary adaptation")], "film").phrase, named([("genre", "Mystery")], "game").phrase
    ('a literary adaptation', 'a mystery game')
    >>> named([("genre", "red"), ("sweetness", "dry"), ("grape", "Merlot"), ("flavour", "plum")], "wine").phrase
    'a dry red wine made from Merlot with notes of plum'
    >>> named([("genre", "grinder"), ("burr", "steel")], "machine").phrase
    'a grinder machine with steel burr'
    >>> named([("cuisine", "Thai"), ("vegetarian", "True"), ("meal", "dessert"), ("cook", "Lea Roy")], "recipe").phrase
    'a vegetarian Thai dessert recipe by Lea Roy'
    """
    flags = {facet: held for facet, value in facts if (held := _flag(facet, value)) is not None}
    by_facet: dict[str, list[str]] = {}
    forms = [value_phrase(facet, value) for facet, value in facts if _is_form(facet, value)]
    for facet, value in facts:
        if facet not in flags and not _is_form(facet, value):
            by_facet.setdefault(singular(facet), []).append(value)
    before = [word for name in by_facet for word in _adjectives(name, by_facet[name])]
    close = [flag_parts(facet)[1] for facet, held in flags.items() if held and flag_parts(facet)[0] == "before"]
    of_kind = [(name, values) for name, values in by_facet.items() if _is_kind(name, values)]
    close += [listing(values) for _, values in sorted(of_kind, key=lambda part: kind_order(*part))]
    kinds = [value_phrase("genre", value) for value in by_facet.get("genre", ())]
    kinds = [kind for kind in kinds if not any(form.endswith(kind) for form in forms)]  # a murder mystery is a mystery
    series = by_facet.get("title", ())
    head = _head([] if series else kinds, noun)
    if series and f" {series[-1]}".lower().endswith(f" {head}".lower()):
        head = ""  # a "Bright 1-room flat" is no "Bright 1-room flat flat"
    if forms:
        head = listing([*([] if head == noun and not series else [head]), *forms])
    whole = " ".join([listing(before), *close, *series, head]).strip()
    placed = {*_ORDER, *_LAST, *_TAGS}
    places = [*_ORDER, *(name for name in by_facet if name not in placed), *_LAST, *_TAGS]
    tails = [
        flag_phrase(facet, "", holds=held).strip()
        for facet, held in flags.items()
        if not held or flag_parts(facet)[0] != "before"
    ]
    tails += [
        _tail(name, by_facet[name]) + _land(name, by_facet)
        for name in places
        if name in by_facet and not _is_before(name) and not _is_kind(name, by_facet[name])
        if name != "country" or not any(part in by_facet for part in _PARTS_OF_LANDS)
    ]
    return Named(whole, tuple(_made_by(by_facet, tails)))


def _made_by(by_facet: Mapping[str, Sequence[str]], tails: Sequence[str]) -> list[str]:
    """`From Rioja by Muga`, where `from` has been said."""
    makers = {f"from {listing(list(by_facet[name]))}" for name in ("producer", "manufacturer") if name in by_facet}
    others = any(one.startswith("from ") and one not in makers for one in tails)
    return [f"by {one.removeprefix('from ')}" if others and one in makers else one for one in tails]


def _is_form(facet: str, value: str) -> bool:
    """`A drama and literary adaptation`: a theme that is a sort of work is what the item is, not what it is about."""
    return singular(facet) in _MATTER and is_form(value)


def _land(name: str, by_facet: Mapping[str, Sequence[str]]) -> str:
    """The country behind a part of it: `from Loire (France)`."""
    first = next((part for part in _PARTS_OF_LANDS if part in by_facet), "")
    lands = by_facet.get("country", ())
    return f" ({listing([value_phrase('country', land) for land in lands])})" if lands and name == first else ""


def _flag(facet: str, value: str) -> bool | None:
    """Whether a flag holds; None where the fact is none."""
    name = singular(facet)
    return None if (is_framed(name) and name not in PROPERTIES) or _is_before(name) else holds([value])


def _is_before(name: str) -> bool:
    return name in ("genre", "title", "body") or name in _TONES or name in QUALITIES


def _is_kind(name: str, values: Sequence[str]) -> bool:
    """Whether a fact says right before the noun what kind it is, or where it is from: `a Thai breakfast recipe`."""
    return not is_framed(name) and not _is_before(name) and is_adjective(name, values)


def _adjectives(name: str, values: Sequence[str]) -> list[str]:
    if name == "body":
        return [f"{value}-bodied" for value in values]
    return [value_phrase(name, value) for value in values] if name in _TONES or name in QUALITIES else []


def _head(kinds: Sequence[str], noun: str) -> str:
    """`crime drama`, `crime film noir`, `war and adventure film`."""
    nouns = {noun, plural(noun)}
    last = next((kind for kind in kinds if nouns & set(re.split(r"\W+", kind.lower()))), None)
    alone = _PLAYED if _NO_STORIES.search(noun.lower()) else (*_ALONE, *_PLAYED)
    last = last or next((kind for kind in alone if kind in kinds), None)
    if last is None:
        spoken = [AS_ADJECTIVE.get(kind, kind) for kind in kinds]
        return f"{listing(spoken)} {noun}".strip()
    return " ".join([*(AS_ADJECTIVE.get(kind, kind) for kind in kinds if kind != last), last])


def _tail(name: str, values: Sequence[str]) -> str:
    if name in _MATTER:
        words = [value_phrase(name, value) for value in values]
        return f"about {listing([subject(word) if name == 'theme' else word for word in words])}"
    return tail(name, [value_phrase(name, value) for value in values])
