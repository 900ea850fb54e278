"""Slips of a small model put right where it is known what was meant, rather than thrown away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from convrec.grounding.marks import FIRST, MARKED, Mark, mask, meaning, title_forms, unmask
from convrec.grounding.material import Given, Material, Named
from convrec.language import plural, singular

_BEFORE = frozenset({"genre", "mood", "tone"})
_LEAST_LETTERS = 10
_NEAR = 0.88
"""Likeness of a title and a slip of it, 0 to 1."""
_BARE = re.compile(
    r"\bis ((?:[\ue000-\uf8ff](?:, | and | )?)*[\ue000-\uf8ff])"
    r"(?= (?:about|directed|from|set|with|too|as|by|that|and)\b|[.,;]|$)"
)
_FAVOURITE = re.compile(
    r"\b(is|are) (?:your favou?rites?|(?:a |among your )?favou?rites?(?: of yours)?|one of your favou?rites)"
    r"(?=(?: lately| of late)?[,.;:])"
)


def repair(sentence: str, material: Material) -> str:
    """The sentence without such slips; what it claims is what it is known to mean.

    The person's own verb stands before each title they have an opinion of (small models write `loved` for `liked` and
    the reverse), their opinion is said once, a liking is no favourite, and a kind has article and noun (`is crime`).
    """
    sentence = _rightly_titled(sentence, material)
    for one in material.named:
        if one.verb not in ("loved", "liked"):
            continue
        for form in title_forms(one.title):
            pattern = re.compile(rf"\b([Yy]ou) (?:loved|liked|enjoyed) (?={re.escape(form)}(?!\w))")
            sentence = pattern.sub(rf"\1 {one.verb} ", sentence)
    sentence = _said_once(sentence, material)
    if material.attitude == "liked":
        sentence = _FAVOURITE.sub(r"\1 to your taste", sentence)
    elif material.attitude == "consumed":
        sentence = _FAVOURITE.sub(r"\1 what you often turn to", sentence)
    sentence = _listed(sentence, material)
    if material.subject is not None:
        sentence = _with_noun(sentence, material)
    sentence = re.sub(r"\b([Aa]) (?=[aeio](?!ne\b|u)|un(?!i))", r"\1n ", sentence)
    return re.sub(r"\b([Aa])n (?=[b-df-gj-np-tv-z])", r"\1 ", sentence)


def _rightly_titled(sentence: str, material: Material) -> str:
    """`The Bridge on the River Kai`: a title with a slip in it, where no other title is as near."""
    known = [*([material.subject] if material.subject else []), *material.named]
    for one in known:
        forms = title_forms(one.title)
        if any(form in sentence for form in forms) or not (form := forms[-1]) or len(form) < _LEAST_LETTERS:
            continue
        words = list(re.finditer(r"\S+", sentence))
        size = len(form.split())
        windows = [
            (words[at].start(), words[at + size - 1].start() + len(words[at + size - 1].group().rstrip(".,;:!?")))
            for at in range(len(words) - size + 1)
            if words[at].group()[0].isupper()
        ]
        rated = [(SequenceMatcher(None, sentence[a:b], form, autojunk=False).ratio(), a, b) for a, b in windows]
        best = max(rated, default=(0.0, 0, 0))
        if best[0] >= _NEAR and not any(sentence[best[1] : best[2]] in title_forms(other.title) for other in known):
            sentence = sentence[: best[1]] + form + sentence[best[2] :]
    return sentence


def _listed(sentence: str, material: Material) -> str:
    """`You liked Alien, Heat.`: a list whose last title came without its `and`."""
    masked, marks = mask(sentence, material)
    whole = re.sub(r"([\ue000-\uf8ff]), ([\ue000-\uf8ff][.!?]*)$", r"\1 and \2", masked.strip())
    return unmask(whole, marks) if whole != masked.strip() else sentence


def _said_once(sentence: str, material: Material) -> str:
    """`You loved Ghost, which you liked` is one opinion too many."""
    known = [one for one in material.named if one.verb in ("loved", "liked")]
    if not known:
        return sentence
    title = "|".join(sorted((re.escape(form) for one in known for form in title_forms(one.title)), key=len)[::-1])
    listed = rf"(?:{title})(?:(?:,| and|, and) (?:{title}))*"
    sentence = re.sub(rf"\b([Yy]ou (?:loved|liked) {listed}),? which you (?:loved|liked)\b", r"\1", sentence)
    return re.sub(rf"\b(as|so) is (?=(?:{title})(?:, (?:{title}))* and (?:{title}))", r"\1 are ", sentence)


def _with_noun(sentence: str, material: Material) -> str:
    """`Keys to Tulsa is crime`: a kind that stands where an item should."""
    masked, marks = mask(sentence, material)
    return unmask(_BARE.sub(lambda match: _completed(match, marks, material.noun), masked), marks)


def _completed(match: re.Match[str], marks: Sequence[Mark], noun: str) -> str:
    found = MARKED.findall(match[1])
    kinds = [meaning(marks, mark) for mark in found]
    if not all(_stands_before(kind) for kind in kinds) or singular(getattr(kinds[-1], "facet", "")) != "genre":
        return match.group()
    last = marks[ord(found[-1]) - FIRST][0].lower()
    if not {noun, plural(noun)} & set(re.split(r"\W+", last)):
        return f"is a {match[1]} {noun}"
    head = match[1][: match[1].rindex(found[-1])].removesuffix(" and ").rstrip(", ")
    return f"is a {head} {noun} and {found[-1]}" if head else f"is a {found[-1]}"


def _stands_before(meant: Named | Given) -> bool:
    return isinstance(meant, Given) and singular(meant.facet) in _BEFORE
