"""Facts that hold or do not hold, in words: `vegetarian`, `with subtitles`, `not in stock`.

The one place that knows how the name of such a fact is said; all that words facts asks here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

Place = Literal["before", "with", "after"]
"""`before`: the noun (`a vegetarian recipe`). `with`: what it comes with. `after`: it brings its preposition."""

_TRUE, _FALSE = {"true"}, {"false"}
_YES, _NO = {"yes"}, {"no"}
_IS = frozenset({"is", "are", "was"})
_HAS = frozenset({"has", "have", "with", "includes", "contains"})
_GIVEN = frozenset({"available", "included", "provided", "offered"})
_ALLOWED = frozenset({"allowed", "welcome", "permitted", "accepted"})
"""How names of flags end that say what one may bring or do."""
_LINKS = frozenset({"in", "on", "for", "at", "by", "of", "under", "without", "from", "to"})
_PART = re.compile(r"(?<!ay)(?<!do)(?:er|or)$|(?:[^sui]s|tion|ment|ing|ty)$")
"""How names of parts end, where those of qualities do not: `grinder`, `subtitles`, `parking`."""
_COUNTED = re.compile(r"(?:er|or)$")
_QUALITY = re.compile(r"(?:less|ous|free|proof|friendly|safe|ed|able|ible|ful)$")
_THINGS = re.compile(
    r"(?:^| )(?:balcony|terrace|patio|garden|yard|garage|cellar|attic|pool|lift|fireplace|sauna|bath|bathtub|shower"
    r"|kitchen|fridge|freezer|oven|microwave|certificate|warranty|lid|handle|zip|hood|pocket|camera|display|fan|lamp)$"
)
"""Things that something has, of which it is not called so: `with a balcony`."""
_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")


_ABSENT = re.compile(r"\b(?:free[ -](?:of|from)|without|not contain\w*|excludes?|excluded|frei von|ohne|sans)$")


@lru_cache(2048)
def tells_absence(name: str) -> bool:
    """Whether a fact says what is not in a thing, by its name: who wants no alcohol wants `free of` alcohol.

    >>> tells_absence("free of"), tells_absence("free_from"), tells_absence("contains"), tells_absence("free")
    (True, True, False, False)
    """
    return _ABSENT.search(name.lower().replace("_", " ")) is not None


def holds(values: Sequence[str]) -> bool | None:
    """What the values of a flag say; None where they are no flag's."""
    said = {value.lower() for value in values}
    return True if said in (_TRUE, _YES) else False if said in (_FALSE, _NO) else None


@lru_cache(2048)
def flag_parts(name: str) -> tuple[Place, str]:
    """How a flag is said, by its name.

    >>> flag_parts("is_vegetarian"), flag_parts("has_subtitles"), flag_parts("in_stock"), flag_parts("multiplayer")
    (('before', 'vegetarian'), ('with', 'subtitles'), ('after', 'in stock'), ('before', 'multiplayer'))
    >>> flag_parts("touchscreen"), flag_parts("grinder"), flag_parts("gluten_free"), flag_parts("subtitles")
    (('before', 'touchscreen'), ('with', 'a grinder'), ('before', 'gluten free'), ('with', 'subtitles'))
    >>> flag_parts("balcony"), flag_parts("roof garden")
    (('with', 'a balcony'), ('with', 'a roof garden'))
    >>> flag_parts("dogs ok")
    ('with', 'dogs allowed')
    """
    first, *rest = _CASE.sub("_", name.strip()).replace("_", " ").lower().split() or [""]
    if first in _HAS and rest:
        return "with", _counted(" ".join(rest))
    if first in _LINKS and rest:
        return "after", " ".join([first, *rest])
    words = rest if first in _IS and rest else [first, *rest]
    if len(words) > 1 and words[-1] in _GIVEN:
        return "with", _counted(" ".join(words[:-1]))
    may = words[-1] in _ALLOWED or (words[-1] in ("ok", "okay") and len(words) == 2 and words[0].endswith("s"))
    if len(words) > 1 and may and first not in _LINKS:
        return "with", " ".join([*words[:-1], "allowed"])
    said = " ".join(words)
    if words[0] in _LINKS and len(words) > 1:
        return "after", said
    is_part = first not in _IS and (_PART.search(said) or _THINGS.search(said)) and not _QUALITY.search(said)
    return ("with", _counted(said)) if is_part else ("before", said)


def flag_name(name: str) -> str:
    """What a flag is about, as somebody asks for it.

    >>> flag_name("has_subtitles"), flag_name("is_vegetarian"), flag_name("grinder")
    ('subtitles', 'vegetarian', 'grinder')
    """
    return re.sub(r"^an? ", "", flag_parts(name)[1])


def flag_words(name: str, *, holds: bool = True) -> str:
    """A flag as it is said of an item, by itself.

    >>> flag_words("vegetarian"), flag_words("has_subtitles"), flag_words("in_stock")
    ('vegetarian', 'with subtitles', 'in stock')
    >>> flag_words("vegetarian", holds=False), flag_words("has_subtitles", holds=False)
    ('not vegetarian', 'without subtitles')
    """
    place, said = flag_parts(name)
    if place == "with":
        return f"{'with' if holds else 'without'} {said}"
    return said if holds else f"not {said}"


def flag_phrase(name: str, nouns: str, *, holds: bool = True, many: bool = False) -> str:
    """Items of which a flag holds, or does not.

    >>> flag_phrase("is_vegetarian", "recipe"), flag_phrase("subtitles", "films", holds=False, many=True)
    ('vegetarian recipe', 'films without subtitles')
    >>> flag_phrase("vegetarian", "recipes", holds=False, many=True)
    'recipes that are not vegetarian'
    """
    place, said = flag_parts(name)
    if place == "before":
        return f"{said} {nouns}" if holds else f"{nouns} that {'are' if many else 'is'} not {said}"
    link = "" if place == "with" or holds else f"that {'are' if many else 'is'} "
    return f"{nouns} {link}{flag_words(name, holds=holds)}"


def _counted(part: str) -> str:
    """A part that is counted, with its article."""
    if not _COUNTED.search(part) and not _THINGS.search(part):
        return part
    return f"{'an' if part[0] in 'aeiou' else 'a'} {part}"
