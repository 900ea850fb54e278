"""Whether a sentence says only what it was given: every word accounted for, every opinion the right way round."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache

from convrec.grounding.attitude import unlike
from convrec.grounding.counts import counted, miscounted
from convrec.grounding.marks import MARKED, Mark, mask, meaning
from convrec.grounding.material import Given, Material, Named, Reading
from convrec.grounding.opinions import misdone, moved, negated, turned
from convrec.grounding.words import COUNT_TALK, DRIFT_TALK, NEGATIVE_TALK, NUMBERS, allowed, facet_talk, stem
from convrec.language import fits_role, is_adjective, plural, singular
from convrec.types import Claim

_LINKED = re.compile(r"\b(\w+) [“\"]?[\ue000-\uf8ff][”\"]?(?:(?:,| and|, and) [“\"]?[\ue000-\uf8ff][”\"]?)*")
_OF_TASTE = re.compile(
    r"\byou(?: \w+)? (?:like|love|enjoy|tend|turn|return|go|come|keep|prefer|wish|want|wanted|asked for|wished for)\b|"
    r"\b(?:for you|to your|your (?:wish|taste))\b"
)
"""What somebody likes or asked for, said beside what an item is."""
_STEM = 5
"""Letters that `romantic` and `romance` share: said one after the other they are one thing twice."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def read(sentence: str, material: Material) -> Reading:
    """Check one sentence against what was given.

    Args:
        sentence: As written.
        material: All that it may draw on.
    """
    masked, marks = mask(sentence, material)
    problems = [
        *_form(masked, marks, material),
        *_unknown_words(masked, marks, material),
        *miscounted(masked, material),
        *_drifts(masked, material),
        *_crowd(masked, material),
        *(turned(masked, marks, material) if material.attitude is None else unlike(masked, material)),
        *moved(masked, marks, material),
        *misdone(masked, marks, material),
    ]
    claims = [_claim(surface, meant, not problems) for surface, meant in marks if not _is_subject(meant, material)]
    claims.extend(counted(masked, material, supported=not problems))
    return Reading(tuple(dict.fromkeys(claims)), tuple(dict.fromkeys(problems)))


def _form(masked: str, marks: Sequence[Mark], material: Material) -> Iterator[str]:
    """What no careful writer would write: `is a film.`, the same thing twice, an actor called the maker."""
    nouns = f"(?:{re.escape(material.noun)}|{re.escape(plural(material.noun))})"
    if re.search(rf"\b(?:is|are) (?:also )?(?:an? |one of the )?{nouns}[.,;!]", masked):
        yield "a sentence that says nothing"
    if re.search(rf"\b{nouns} (?:about|with|by|from|in) [^\s,]+ {nouns}\b", masked):
        yield "the noun twice over"
    if re.search(r"[\ue000-\uf8ff][”\"]?, [“\"]?[\ue000-\uf8ff][”\"]?[.!?]*$", masked.strip()):
        yield "a list without its `and`"
    if re.search(r", which (?:is|are) [\ue000-\uf8ff]", masked):
        yield "a relative clause that points backwards"
    if found := re.search(r"\bwhich (?:is|are) too\b|\bwhich you wished\b(?! for)", masked):
        yield f"{found.group()!r} of nothing"
    yield from _compared(masked, marks)
    yield from _likened_to_nothing(masked, marks, material)
    yield from _not_asked(masked, marks, material)
    yield from _about_nothing(masked, marks)
    yield from _stumbles(masked, marks, nouns)
    yield from _joined(masked, marks)
    yield from _called_items(masked, marks, nouns)
    yield from _parts(masked, marks)
    said = Counter(id(meant) for _, meant in marks)
    for surface, meant in marks:
        # `You like war games, and this is a war game` is a fair sentence; `a comedy, as you asked, and a comedy` is
        # not, and a title comes once.
        fair = isinstance(meant, Given) and material.subject is not None and _OF_TASTE.search(masked.lower())
        most = 2 if fair else 1
        if said[id(meant)] > most:
            yield f"{surface!r} again"
    for match in _LINKED.finditer(re.sub(r"\b([Yy]ou(?: \w+)?) like ", r"\1 enjoy ", masked)):
        for mark in MARKED.findall(match.group()):
            meant = meaning(marks, mark)
            # A decade may be when an item is from and when it is set.
            alike = [one for one in material.given if isinstance(meant, Given) and one.value == meant.value]
            if alike and all(_is_misplaced(one, match[1].lower(), material) for one in alike):
                yield f"{alike[0].value!r} after {match[1]!r}"


def _stumbles(masked: str, marks: Sequence[Mark], nouns: str) -> Iterator[str]:
    """A word twice in a row, `a romantic romance`, and `a bittersweet` without its noun."""
    # `Gory films, films set in Oslo and war films` are three sorts.
    if found := re.search(rf"\b(?!{nouns}, )([a-z]+),? \1\b", masked):
        yield f"{found.group(1)!r} twice"
    for match in re.finditer(r"([\ue000-\uf8ff]) (?=([\ue000-\uf8ff]))", masked):
        pair = [meaning(marks, mark) for mark in match.groups()]
        stems = [one.value.lower()[:_STEM] for one in pair if isinstance(one, Given) and len(one.value) >= _STEM]
        if len(stems) == 2 and stems[0] == stems[1]:
            yield "a romantic romance"
    for match in re.finditer(
        r"\ban? ([\ue000-\uf8ff])(?=[,.;!]|$)|\b(?:is|are) ([\ue000-\uf8ff])(?= (?:set|directed|written|with)\b)",
        masked,
    ):
        meant = meaning(marks, match[1] or match[2])
        if isinstance(meant, Given) and singular(meant.facet) in ("mood", "tone"):
            yield f"{meant.value!r} without its noun"


def _compared(masked: str, marks: Sequence[Mark]) -> Iterator[str]:
    """`Alien, which you wanted, is too`, and `Alien is what you asked for` where something like it was asked for."""
    if re.search(r"[\ue000-\uf8ff], (?:which|with) [^,]+, (?:is|are) too\b", masked):
        yield "a comparison that does not say in what"
    first = meaning(marks, masked[0]) if MARKED.match(masked) else None
    is_asked_like = isinstance(first, Named) and not first.verb and any(one is not first for _, one in marks)
    if is_asked_like and re.match(r". (?:is|are) what you (?:asked|wished) for\b", masked):
        yield "a title asked for, and not something like it"


_ALIKE = re.compile(r"\b(?:too|as well|another|one more|also|both|each|the same)\b")


def _likened_to_nothing(masked: str, marks: Sequence[Mark], material: Material) -> Iterator[str]:
    """`You asked for something like Alien, and this is a drama too`, where the two share nothing that is known."""
    others = [meant for _, meant in marks if isinstance(meant, Named) and meant is not material.subject]
    known = [one.facts for one in others if one.facts is not None]
    if not known or any(known) or _CROWD.search(masked.lower()):
        return
    if found := _ALIKE.search(masked.lower()):
        yield f"{found.group()!r} of what is not shared"


def _not_asked(masked: str, marks: Sequence[Mark], material: Material) -> Iterator[str]:
    """`A film with Tom Hanks, as you asked`, where nobody asked for him; the item as what it is to be like."""
    for match in re.finditer(r"\b(?:asked for|wanted|wished for)(?: \w+){0,3} ([\ue000-\uf8ff])", masked):
        if meaning(marks, match[1]) is material.subject:
            yield "the item itself, said to be what was asked for something like"
    if any(one.kind == "wish" for one in material.given):
        for match in re.finditer(
            r"([\ue000-\uf8ff])[”\"]?(?: \w+)?, (?:just |exactly )?as you (?:asked|wished|wanted)\b", masked
        ):
            meant = meaning(marks, match[1])
            if isinstance(meant, Given) and meant.kind != "wish":
                yield f"{meant.value!r}, which was not asked for"


def _joined(masked: str, marks: Sequence[Mark]) -> Iterator[str]:
    """`Dark and Robert De Niro`: how a thing is, or what kind, in one breath with a person."""
    for match in re.finditer(r"\b(?:is|are|an?) ([\ue000-\uf8ff]) and ([\ue000-\uf8ff])", masked):
        pair = [meaning(marks, mark) for mark in match.groups()]
        facets = [_PARTS.get(singular(one.facet), singular(one.facet)) for one in pair if isinstance(one, Given)]
        if len(facets) == 2 and facets[0] not in _PARTS.values() and facets[1] in _PARTS.values():
            yield "a person joined to a kind"


def _called_items(masked: str, marks: Sequence[Mark], nouns: str) -> Iterator[str]:
    """A kind or a person called an item: `film noir is a film you like`."""
    for match in re.finditer(rf"([\ue000-\uf8ff]) (?:is|are) (?:an? |the )?{nouns} (?:that )?you\b", masked):
        if isinstance(meaning(marks, match[1]), Given):
            yield "a kind that is called an item"


def _about_nothing(masked: str, marks: Sequence[Mark]) -> Iterator[str]:
    """`A comedy about it`, where no theme went before."""
    for match in re.finditer(r"\babout (?:it|them|that)\b", masked):
        before = [meaning(marks, mark) for mark in MARKED.findall(masked[: match.start()])]
        if not any(isinstance(one, Given) and singular(one.facet) in ("theme", "topic", "subject") for one in before):
            yield f"{match.group()!r} of nothing"
    for match in re.finditer(r"\bset (?:there|then)\b", masked):
        before = [meaning(marks, mark) for mark in MARKED.findall(masked[: match.start()])]
        if not any(isinstance(one, Given) and singular(one.facet) in _WHERE for one in before):
            yield f"{match.group()!r} of nowhere"


_WHERE = frozenset({"place", "location", "setting", "time", "era", "period", "country"})
_PART = re.compile(
    r"((?:[\ue000-\uf8ff][”\"]?(?:, and |, | and )?)+) (?:is|are) (?:an? |the |your |among the |among your )?(\w+?)s?\b"
)
_PARTS = {"actress": "cast", "actor": "cast", "star": "cast", "performer": "cast"} | {
    name: name for name in ("director", "writer", "author", "composer", "designer", "developer", "artist")
}


def _parts(masked: str, marks: Sequence[Mark]) -> Iterator[str]:
    """People called what they are not: `Mark Hamill and Kevin Smith are directors`."""
    for match in _PART.finditer(masked):
        part = _PARTS.get(match[2].lower())
        for meant in (meaning(marks, mark) for mark in MARKED.findall(match[1]) if part):
            facet = singular(meant.facet) if isinstance(meant, Given) else ""
            if facet and _PARTS.get(facet, facet) != part:
                yield f"{facet} {match[2]!r}"


def _is_misplaced(meant: Given, link: str, material: Material) -> bool:
    """Whether the word before a value gives it a part that it does not have: an actor is not who a film is by."""
    if material.attitude is not None:
        return link == "by" and singular(meant.facet) in ("cast", "actor")
    if meant.facet == "wish" or is_adjective(singular(meant.facet), [meant.value]):
        return False
    return not fits_role(meant.facet, link)


def _unknown_words(masked: str, marks: Sequence[Mark], material: Material) -> Iterator[str]:
    known = allowed(material.noun, material.verb)
    if material.drift:
        known |= _stems(DRIFT_TALK)
    if material.counts:
        known |= _stems(COUNT_TALK)
    if material.together:
        known |= _stems("people")
    if material.negative:
        known |= _stems(NEGATIVE_TALK)
    if material.attitude is None:
        yield from negated(masked, marks)
    for one in material.given:
        known |= facet_talk(one.facet)
    for named in material.named:
        known |= _stems(named.verb)  # `saved`, where the catalogue's own verb is `watched`
    from_wishes = {
        stem(word) for given in material.given if given.kind == "wish" for word in _WORD.findall(given.value)
    }
    for word in _WORD.findall(MARKED.sub(" ", masked)):
        for part in (word, *word.split("-")):
            if part.isdigit() or part.lower() in NUMBERS or stem(part) in known or stem(part) in from_wishes:
                break
        else:
            yield f"the word {word!r}"
    yield from _half_titles(masked, material)


def _half_titles(masked: str, material: Material) -> Iterator[str]:
    """Capitals that no given title or value has: `You Do!` of `That Thing You Do!`, though each word is small talk."""
    own = {word.lower() for word in _WORD.findall(f"{material.noun} {material.verb}")}
    for match in re.finditer(r"(?<=[\w,\ue000-\uf8ff] )([A-Z][\w'’]*)", masked):
        if match[1] != "I" and match[1].lower() not in own:
            yield f"the capital of {match[1]!r}"


@cache
def _stems(words: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words.split())


_CROWD = re.compile(
    r"\b(?:many|most|others?|people|everybody|everyone|somebody|some|those) "
    r"(?:who|of those|people|others|have|also|came)\b|"
    r"\bpeople\b|\boften (?:go|goes|come|comes|chosen|\w+ed) (?:well )?together\b|\bgo(?:es)? together\b"
)


def _crowd(masked: str, material: Material) -> Iterator[str]:
    """Other people who were not counted."""
    if not material.together and not material.counts and (found := _CROWD.search(masked.lower())):
        yield f"{found.group()!r}, who were not counted"


_MORE = re.compile(
    r"\b(?:increas\w*|grow\w*|more (?:of )?(?:lately|late|recently)|more and more|"
    r"(?:lately|recently|of late|these days) (?:even )?more)\b"
)
_LATELY = re.compile(r"\b(?:lately|recently|of late|these days|nowadays)\b")
_LESS = re.compile(r"\b(?:less|fewer|used to|fad\w+|wan\w+|cool\w+|no longer|once)\b")


def _drifts(masked: str, material: Material) -> Iterator[str]:
    """Taste said to turn the other way."""
    text = masked.lower()
    if material.drift == "more" and (found := _LESS.search(text)):
        yield f"{found.group()!r} of what has grown"
    if material.drift == "less" and (found := _MORE.search(text)):
        yield f"{found.group()!r} of what has faded"
    if material.drift == "less" and _LATELY.search(text) and not _LESS.search(text):
        yield "what has faded, said to be of late"


def _is_subject(meant: Named | Given, material: Material) -> bool:
    return meant is material.subject


def _claim(surface: str, meant: Named | Given, supported: bool) -> Claim:
    if isinstance(meant, Named):
        return Claim(surface, "history" if meant.verb else "wish", meant.item_id, supported)
    return Claim(surface, meant.kind, meant.subject, supported)
