"""What somebody is after, in the words that people use: `dramas`, `dark and war films and films set in Oslo`."""

from __future__ import annotations

from collections.abc import Sequence

from convrec.language import AS_ADJECTIVE, OF_WHOM, facet_phrase, listing, plural, singular, spoken, value_phrase
from convrec.themes import is_form

_AS_NOUNS = frozenset(
    {
        "thriller", "drama", "comedy", "western", "musical", "mystery", "documentary", "biography", "memoir", "satire",
        "parody", "anthology", "platformer", "shooter", "tragedy", "romance",
    }
)  # fmt: skip
"""Kinds whose plural needs no noun after it."""
_TONES = ("mood", "tone")


def tastes(facts: Sequence[tuple[str, str]], noun: str) -> str:
    """Several facts as what somebody is after.

    >>> tastes([("genre", "Drama")], "film"), tastes([("genre", "Crime"), ("genre", "Mystery")], "film")
    ('dramas', 'crime and mystery films')
    >>> tastes([("place", "Oslo"), ("mood", "dark"), ("genre", "War")], "film")
    'dark and war films and films set in Oslo'
    >>> tastes([("mood", "light-hearted"), ("genre", "Two-Player")], "game"), tastes([("genre", "Romance")], "film")
    ('light-hearted and two-player games', 'romances')
    >>> tastes([("genre", "Children"), ("genre", "Fantasy")], "film")
    'children’s and fantasy films'
    >>> tastes([("cast", "Liv Tyler"), ("theme", "biography"), ("theme", "fame")], "film")
    'films with Liv Tyler, biographies and films about fame'
    >>> tastes([("flavour", "plum")], "wine"), tastes([("theme", "heist")], "film")
    ('wines with notes of plum', 'heist films')
    """
    by_facet: dict[str, list[str]] = {}
    for facet, value in facts:
        by_facet.setdefault(facet, []).append(value)
    tones = [value for facet, value in facts if singular(facet) in _TONES]
    kinds = [value for facet, value in facts if singular(facet) == "genre"]
    said = [value_phrase("genre", value) for value in kinds]
    named = [AS_ADJECTIVE[one] if one in OF_WHOM else kind for one, kind in zip(said, kinds, strict=True)]
    first = [facet_phrase("genre", [*map(spoken, tones), *named], noun)] if tones or kinds else []
    if not tones and all(one in _AS_NOUNS for one in said):
        first = [plural(one) for one in said]
    rest = [
        facet_phrase(facet, part, noun)
        for facet, values in by_facet.items()
        if singular(facet) not in (*_TONES, "genre")
        for part in _parted(values)
    ]
    return listing([*first, *rest])


def _parted(values: Sequence[str]) -> list[list[str]]:
    """Sorts of work apart from what works are about, so that one list is made of all: `satires and films about war`."""
    return [part for part in ([one for one in values if is_form(one) == forms] for forms in (True, False)) if part]
