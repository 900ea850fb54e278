"""Titles as catalogues write them, and as people do."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

ENGLISH = ("the", "a", "an")
ARTICLES = frozenset(
    (
        *ENGLISH,
        *("le", "la", "les", "l'", "un", "une"),
        *("el", "los", "las", "lo", "il", "gli", "os"),
        *("der", "die", "das", "den", "det", "ein", "eine", "het", "een"),
    )
)
"""Articles that catalogues move behind a comma to sort by. Single vowels (Italian `i`, Portuguese `o`) are
left out: they are also words."""

_LEADING = tuple(f"{article} " for article in ENGLISH)
_BEHIND = re.compile(r"^(?P<rest>.+), (?P<article>[^\W\d]{1,4}'?)$")
_YEAR = re.compile(r"\s*\((?P<year>(?:1[89]|20)\d\d)(?:-(?:\d{2,4})?)?\)\s*$")
_MEDIUM = re.compile(r"\s*\((?:V|TV|VG|mini)\)\s*$")
_BRACKETS = re.compile(r"\s*\((?P<inside>[^()]+)\)\s*$")
_BRACKET = re.compile(r"[()]")
_ALIAS = re.compile(r"^(?:a\.?k\.?a\.?|aka|also known as)\s+", re.IGNORECASE)
_SILENT = re.compile(r"[.'’‘`*´]")


@dataclass(frozen=True, slots=True)
class Title:
    """A title taken apart.

    Attributes:
        text: As shown to people: `The Usual Suspects`.
        year: From trailing brackets; None where there are none.
        also: Other titles of the same work, from brackets.
    """

    text: str
    year: int | None = None
    also: tuple[str, ...] = ()


def parse_title(raw: str, *, alternates: bool = False) -> Title:
    """Take a catalogue's title apart: `Blue Angel, The (Blaue Engel, Der) (1930)`.

    Args:
        raw: As in the file.
        alternates: Whether any bracket holds another title, as in MovieLens; otherwise only `(a.k.a. ...)` does.
    """
    text = _MEDIUM.sub("", " ".join(raw.split()))
    year = None
    if (found := _YEAR.search(text)) and found.start() > 0:
        year = int(found["year"])
        text = _MEDIUM.sub("", text[: found.start()])
    also: list[str] = []
    while (found := _BRACKETS.search(text)) and found.start() > 0:
        alias = _ALIAS.sub("", found["inside"]).strip()
        if not alternates and alias == found["inside"].strip():
            break
        also.insert(0, article_first(alias))
        text = text[: found.start()]
    return Title(article_first(text), year, tuple(name for name in also if name))


def article_first(title: str) -> str:
    """`Usual Suspects, The` becomes `The Usual Suspects`, `Enfer, L'` becomes `L'Enfer`."""
    found = _BEHIND.match(title)
    if found is None or found["article"].casefold() not in ARTICLES:
        return title
    gap = "" if found["article"].endswith("'") else " "
    return f"{found['article']}{gap}{found['rest']}"


def normalise_title(title: str) -> str:
    """A key under which spellings of one title meet.

    Case, accents, punctuation, brackets, a trailing year and the place of articles do not count; a leading English
    article is dropped. Applying it twice changes nothing.
    """
    parts = (article_first(part.strip()) for part in _BRACKET.split(parse_title(title).text))
    text = " ".join(parts).replace("&", " and ")
    plain = unicodedata.normalize("NFKD", _SILENT.sub("", text))  # a letter of mathematics has no case before this
    decomposed = unicodedata.normalize("NFKD", plain.casefold())
    letters = (char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char))
    key = " ".join("".join(letters).split())
    while key.startswith(_LEADING):
        key = key.split(" ", 1)[1]
    return key or " ".join(title.casefold().split())
