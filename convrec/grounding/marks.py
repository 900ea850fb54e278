"""Titles and values in a sentence, each put out of the way as one private character."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from convrec.grounding.material import Given, Material, Named
from convrec.grounding.words import allowed
from convrec.language import AS_ADJECTIVE, plural, short_title, spoken, value_phrase

Mark = tuple[str, Named | Given]
"""The words of the sentence and what they mean."""

FIRST = 0xE000
MARKED = re.compile("[\ue000-\uf8ff]")
"""One private character stands for one title or value, by its number."""
_LONGEST = 2000


def mask(text: str, material: Material) -> tuple[str, list[Mark]]:
    """Put numbered marks in place of every given title and value, the longest first."""
    text = MARKED.sub("", text)[:_LONGEST]
    surfaces: list[tuple[str, Named | Given]] = []
    for named in (*((material.subject,) if material.subject else ()), *material.named):
        surfaces.extend((form, named) for form in title_forms(named.title))
    for given in material.given:
        surfaces.extend((form, given) for form in _value_forms(given))
    marks: list[Mark] = []
    words = {form.lower() for form, meant in surfaces if isinstance(meant, Given)}
    for form, meant in sorted(surfaces, key=lambda pair: -len(pair[0])):
        # A title that is an everyday word (`It`, `Us`), or a value as well (`Aliens`), counts only with its capital.
        is_word = form.lower() in words or form.lower() in allowed("item", "tried")
        flags = 0 if isinstance(meant, Named) and is_word else re.IGNORECASE
        pattern = re.compile(rf"(?<!\w){re.escape(form)}(?:['’]s)?(?!\w)", flags)

        def put(match: re.Match[str], meant: Named | Given = meant) -> str:
            marks.append((match.group(), meant))
            return chr(FIRST + len(marks) - 1)

        text = pattern.sub(put, text)
    return text, marks


def masked(text: str, material: Material) -> str:
    """The text with a private character for each given title and value."""
    return mask(text, material)[0]


def unmask(text: str, marks: Sequence[Mark]) -> str:
    """The text with its words back."""
    return MARKED.sub(lambda match: marks[ord(match.group()) - FIRST][0], text)


def meaning(marks: Sequence[Mark], mark: str) -> Named | Given:
    """What a private character stands for."""
    return marks[ord(mark) - FIRST][1]


def sentences(text: str, material: Material) -> list[str]:
    """Cut text into sentences; the points of `Dr. Strangelove` and `M*A*S*H: Vol. 1` do not end one."""
    masked, marks = mask(text.strip(), material)
    parts = re.split(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?(?:[A-Z\d]|[\ue000-\uf8ff]))", masked)
    return [unmask(part.strip(), marks) for part in parts if part.strip()]


def title_forms(title: str) -> list[str]:
    """How a title may be said: whole, without its year, without its alternates and details."""
    bare = re.sub(r"\s\(\d{4}\)$", "", title)
    short = short_title(bare)
    forms = (title, bare, short_title(title), short, short.rstrip("…"), bare.rstrip(".!?"), short.rstrip(".!?"))
    return [form for form in dict.fromkeys(forms) if form]


def _value_forms(given: Given) -> Iterator[str]:
    value = given.value
    if adjective := AS_ADJECTIVE.get(value_phrase(given.facet, value)) if given.facet == "genre" else None:
        yield from (adjective, adjective.replace("’", "'"))
    forms = {value, value_phrase(given.facet, value).strip("“”"), spoken(value), value.replace("-", " ")}
    for form in list(forms):
        if re.search(r"\w\w$", form):
            forms.add(plural(form))
            forms.add(re.sub(r"(?<=\w{3})s$", "", form))
    yield from (form for form in forms if form)
