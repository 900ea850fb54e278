"""Which fields a word of the catalogue is said of, where several have it, and what a refusal of it leaves out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convrec.dialogue.words.fields import Field, called
from convrec.dialogue.words.lexicon import Found, Term
from convrec.dialogue.words.variants import respelt
from convrec.dialogue.words.words import akin, keys, singular
from convrec.facts import holds_contents
from convrec.flags import tells_absence
from convrec.frames import follows
from convrec.types import Filter

FREE_OF = re.compile(r"[ -](?:free|intoleran(?:t|ce)|allerg(?:y|ic|ies))\b")
_FREE_FROM = re.compile(r"\bfree (?:of|from) (?:any |all )?$")
_BEFORE = re.compile(r"\b(?P<word>[a-z]{4,}) (?:in|but|except) $")
_NEXT = re.compile(r"[ -](?P<word>[a-z]{4,})")
_SPOKEN = re.compile(r"\b(?:in|speaks?|speaking|spoken in|language|subtitled in|dubbed in) $")
_TONGUE = re.compile(r"\bin$|\b(?:spoken|taught|audio|voice|speech)\b")


def refused(found: Found, plain: str, led: int, fields: Mapping[str, Field]) -> list[Filter]:
    """None of the word, on every field that has it; `nothing in English` has nothing against England."""
    by_field: dict[str, tuple[str, ...]] = {}
    spelt = [term.field for term in found.terms if _bare(term.value) == _bare(found.said)]
    inside = [term.field for term in found.terms if holds_contents(term.field)]
    # "not about kids", where that is a topic, has nothing against what is for children
    names = list(dict.fromkeys(term.field for term in found.terms if not spelt or term.field in (*spelt, *inside)))
    absent = [name for name in names if tells_absence(name)]
    plainly = len(absent) == len(names) or _FREE_FROM.search(plain, 0, found.start) or FREE_OF.match(plain, found.end)
    for name in named_beside(names, plain, found) or tied(names, plain, found.start) or names:
        if name in absent and not plainly:
            continue  # what contains none need not say so
        own = [term for term in found.terms if term.field == name]
        own = own if holds_contents(name) else exact(own, found.said)
        by_field[name] = respelt([term.value for term in own], fields[name])
    said = plain[led : found.end]
    return [Filter(name, "any_of" if name in absent else "none_of", values, said) for name, values in by_field.items()]


def named_beside(names: Sequence[str], plain: str, found: Found) -> list[str]:
    """Of fields the one whose name follows the word: `German subtitles`, `subtitles in French`."""
    after = _NEXT.match(plain, found.end) if len(names) > 1 else None
    before = _BEFORE.search(plain, 0, found.start) if len(names) > 1 else None
    said = {*keys(found.said)[1:], *(one["word"] for one in (before, after) if one)}
    return [name for name in names if any(akin(keys(name)[-1], word) for word in said)]


def tied(names: Sequence[str], plain: str, start: int) -> list[str]:
    """Of fields the one whose values stand so: `in French` is a language, where `French` alone is the country, and `to
    go with dessert` is food, where `dessert` alone is a kind of wine.
    """
    follow = [name for name in names if follows(singular(name.replace("_", " ").lower()), plain[:start].split())]
    if not follow and _SPOKEN.search(plain[:start]):
        tongues = [name for name in names if "language" in name.lower()]
        return tongues or [name for name in names if _TONGUE.search(name.lower().replace("_", " "))]
    return follow


def exact(terms: list[Term], said: str) -> list[Term]:
    """Without those that only contain the words, where others are the words: `dry` does not ask for `off-dry`.

    A stretch stays, `low to bright` for `low`.
    """
    spelt = keys(said)
    same = [term for term in terms if keys(term.value) == spelt]
    return [
        term
        for term in terms
        if not same or term in same or spelt in called(term.value) or _STRETCH.fullmatch(term.value)
    ]


_STRETCH = re.compile(r"[\w-]+ to [\w-]+")


def _bare(said: str) -> tuple[str, ...]:
    """The same without an article: who refuses the United States has nothing from `United States` either."""
    return tuple(word for word in alike(said) if word not in ("the", "a", "an"))


def alike(said: str) -> tuple[str, ...]:
    """Words in the singular, by which two spellings are one."""
    return tuple(singular(word) for word in keys(said))
