"""Opinions that a sentence turns round, and facts that it moves from one item to another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from convrec.grounding.marks import MARKED, Mark, meaning
from convrec.grounding.material import Given, Material, Named
from convrec.language import AS_ADJECTIVE

_BAD = ("disliked", "hated", "gave up on")
_JUDGED = frozenset({"loved", "liked", "disliked", "hated"})
_DEEDS = frozenset({"watched", "played", "read", "bought", "saved", "heard", "visited", "tried", "used"})
_POSITIVE = re.compile(
    r"\b(?:lov(?:e|ed|es|ing)|liked|liking|enjoy\w*|fond\w*|appreciat\w*|favou?rites?|favou?r|weakness|fans?|"
    r"soft spot|hearts?|home|drawn?|attract\w*|appeal\w*|please[sd]?|pleasures?|hit|suits?|taste for|"
    r"you(?: also| really| often| clearly)? like)\b"
)
_ANCHOR = re.compile(r"[\ue000-\uf8ff]|\b(?:this|it|its)\b", re.IGNORECASE)
_STRONG = re.compile(r"\b(?:loves?|adores?|favou?rites?)\b")
_LOVED = re.compile(r"\b(?:loved|favou?rites?)\b")
_PAST = re.compile(r"\byou(?:'ve|’ve)?(?: \w+)? (?:have )?(?:loved|liked|enjoyed|appreciated|rated|favou?red|went)\b")
_NEGATIVE = re.compile(r"\b(?:dislik\w+|hat(?:e|ed)|avoid\w*|cold|care little)\b")
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nothing|without|hardly|neither|nor|cannot|isn|don|didn|doesn|won)\b|n['’]t\b"
)
_WHICH = re.compile(r"([\ue000-\uf8ff])[”\"]?,? (?:which|that|something) you(?: \w+)? (?:like|love|enjoy|favou?r)\b")
"""`It is set in New York, which you like`: an opinion of what stands just before."""
_MOTIVE = re.compile(r"\bwhat you (?:loved|liked|enjoyed) (?:in|about|of)\b")
_TITLES = r"((?:[\ue000-\uf8ff](?:, and | and |, )?)+)"
_IS = r"(?:is|are|was|were|does|do)"
_ALSO = re.compile(rf"\b(?:as|so) {_IS} {_TITLES}|\bas {_TITLES},? {_IS}\b|, like {_TITLES}")
"""`..., as is Alien`: what was said of the one is said of the other."""
_ASIDE = re.compile(
    r"([\ue000-\uf8ff]), (?:\w+ )?(?:by|from) [\ue000-\uf8ff](?:(?:, | and |, and )[\ue000-\uf8ff])*,(?= (?:is|are)\b)"
)
"""`Heat, directed by Michael Mann, is ...`."""
_CLAUSE = re.compile(r"[,;:.!?()–—]\s|\b(?:but|while|whereas|although|and you|and this|and it|so)\b")


def _clauses(masked: str) -> Iterator[str]:
    yield from (part for part in _CLAUSE.split(masked) if part and part.strip())


def _meant(clause: str, marks: Sequence[Mark]) -> tuple[list[Named], list[Given]]:
    found = [meaning(marks, match.group()) for match in MARKED.finditer(clause)]
    return [one for one in found if isinstance(one, Named)], [one for one in found if isinstance(one, Given)]


def turned(masked: str, marks: Sequence[Mark], material: Material) -> Iterator[str]:
    """Opinions that are not the person's, or not this way round."""
    if len(_PAST.findall(masked.lower())) > 1:
        yield "more than one opinion in a sentence"
    for match in _PAST.finditer(masked.lower()):
        yield from _opinion_of_new(masked, match, marks, material)
    if found := _MOTIVE.search(masked.lower()):
        yield f"a motive that nobody gave: {found.group()!r}"
    for match in _WHICH.finditer(masked):
        meant = meaning(marks, match[1])
        if isinstance(meant, Given) and not meant.liked:
            yield f"{meant.value!r} called liked"
    sour = bool(_NEGATIVE.search(masked.lower()) or _NEGATION.search(MARKED.sub("", masked).lower()))
    for clause in _clauses(masked):
        words = clause.lower()
        named, given = _meant(clause, marks)
        known = [one for one in named if one is not material.subject]
        if _NEGATIVE.search(words):
            yield from _not_disliked(known, given)
            continue
        yield from (f"{one.title!r} not called disliked" for one in known if one.verb in _BAD and not sour)
        if _NEGATION.search(MARKED.sub("", words)):
            continue  # what may be negated is seen to elsewhere
        if _POSITIVE.search(words):
            yield from _not_liked(known, given, loved=bool(_LOVED.search(words)))
            # A dislike that is called a pleasure.
            yield from (f"{one.value!r} not called disliked" for one in given if one.liked is False)
        if _STRONG.search(words):
            yield from (f"{one.value!r} called loved" for one in given if one.liked and not one.strong)


def misdone(masked: str, marks: Sequence[Mark], material: Material) -> Iterator[str]:
    """What the person is said to have done with a title, where that was something else: saved it, and not watched it.

    What they judged they have also used, as the catalogue's own verb says.
    """
    own = {one.verb for one in material.named if one.verb} | {material.verb}
    deeds = (_DEEDS | own) - _JUDGED
    if not deeds - {material.verb}:
        return
    said = "|".join(map(re.escape, sorted(deeds)))
    for match in re.finditer(rf"\byou(?:['’]ve| have)?(?: (?:also|once|already))? ({said})\b", masked.lower()):
        following = _CLAUSE.split(masked[match.end() :], maxsplit=1)[0]
        named = _meant(following, marks)[0] or _meant(masked[: match.start()], marks)[0][-1:]
        yield from (f"{one.title!r} {match[1]}" for one in named if one.verb and not _is_done(one, match[1], material))
        if named and named[0] is material.subject:
            yield f"{named[0].title!r} {match[1]}, which is new to the person"
    if found := re.search(r", as you did\b", masked):
        named = _meant(masked[: found.start()], marks)[0]
        yield from (f"{one.title!r} {material.verb}" for one in named if one.verb and not _is_done(one, "", material))


def _is_done(one: Named, deed: str, material: Material) -> bool:
    if one.verb in _JUDGED:
        return material.attitude is not None or deed in ("", material.verb)
    return one.verb == (deed or material.verb)


def negated(masked: str, marks: Sequence[Mark]) -> Iterator[str]:
    """Negations of anything but what the person does not like: `it is not a war film`."""
    sour = False
    for clause in _clauses(masked):
        named, given = _meant(clause, marks)
        sour = sour or any(one.verb in _BAD for one in named) or any(one.liked is False for one in given)
        # `It is also horror, which you do not often enjoy`: what is negated stands in a clause before.
        pleased = any(one.verb in ("loved", "liked") for one in named) or any(one.liked for one in given)
        if _NEGATION.search(MARKED.sub("", clause).lower()) and (pleased or not sour):
            yield "a negation"


def _opinion_of_new(masked: str, match: re.Match[str], marks: Sequence[Mark], material: Material) -> Iterator[str]:
    """`you loved ...` is of the title that follows it, or of the one before: `Alien, which you loved`."""
    following = _CLAUSE.split(masked[match.end() :], maxsplit=1)[0]
    named, given = _meant(following, marks)
    if not named and not given:
        named = _meant(masked[: match.start()], marks)[0][-1:]
    known = [one for one in named if one is not material.subject]
    if not known:
        yield "an opinion of what is new to the person"
    elif match.group().lower().endswith(("loved", "liked")):
        yield from _not_liked(known, (), loved=match.group().lower().endswith("loved"))


def _not_disliked(known: Iterable[Named], given: Iterable[Given]) -> Iterator[str]:
    yield from (f"{one.title!r} called disliked" for one in known if one.verb not in _BAD)
    yield from (f"{one.value!r} called disliked" for one in given if one.liked is not False)


def _not_liked(known: Iterable[Named], given: Iterable[Given], *, loved: bool) -> Iterator[str]:
    good = ("loved",) if loved else ("loved", "liked")
    yield from (f"{one.title!r} called {'loved' if loved else 'liked'}" for one in known if one.verb not in good)
    yield from (f"{one.value!r} called liked" for one in given if one.liked is False)


def moved(masked: str, marks: Sequence[Mark], material: Material) -> Iterator[str]:
    """Facts said of an item that they were not given for: a value belongs to the title before it, else after it."""
    if material.subject is None:
        return
    about: Named | None = None
    waiting: list[Given] = []
    for match in _ANCHOR.finditer(masked):
        meant = meaning(marks, match.group()) if MARKED.match(match.group()) else material.subject
        if isinstance(meant, Named):
            about = meant
            yield from _misplaced(about, waiting)
            waiting = []
        elif about is None:
            waiting.append(meant)
        else:
            yield from _misplaced(about, [meant])
    yield from _likened(masked, marks, material)


def _likened(masked: str, marks: Sequence[Mark], material: Material) -> Iterator[str]:
    """`A war film directed by Ridley Scott, as is Alien`: each of it is to be true of the other, too."""
    # `Heat, directed by Michael Mann, is a thriller, like Alien`: what stands between commas is of the one alone.
    masked = _ASIDE.sub(r"\1", masked)
    for match in _ALSO.finditer(masked):
        before = [meaning(marks, mark) for mark in MARKED.findall(masked[: match.start()])]
        others = [place for place, one in enumerate(before) if isinstance(one, Named) and one is not material.subject]
        values = [one for one in before[others[-1] + 1 if others else 0 :] if isinstance(one, Given)]
        titles = next(filter(None, match.groups()))
        for about in (meaning(marks, mark) for mark in MARKED.findall(titles)):
            if isinstance(about, Named) and about is not material.subject:
                yield from _misplaced(about, (one for one in values if one.facet != "wish"))


def _misplaced(about: Named, values: Iterable[Given]) -> Iterator[str]:
    own = {value for _, value in about.facts or ()}
    # `A romantic comedy`: of two values that are said alike, the other item may have the one.
    own |= {AS_ADJECTIVE[value.lower()] for value in own if value.lower() in AS_ADJECTIVE}
    for one in values:
        if about.facts is not None and one.value not in own:
            yield f"{one.value!r} said of {about.title!r}"
