"""Whether a written sentence says only what it was given: every word accounted for, every opinion the right way round.

A small model contradicts the facts it is shown, and no prompt prevents that, so its sentences are read by code. A
sentence passes when, with the given titles and values taken out, only small talk is left (a closed list of words that
assert nothing), when no opinion is turned round, and when no fact is moved from one item to another. So a title, a
name, a genre or a number that was not given cannot be shown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from convrec.language import fits_role, plural, short_title, spoken, value_phrase
from convrec.types import Claim, ClaimKind

_SMALL_TALK = """
a about above according across add after again all along also alternative among an and another any appeal appreciate
appreciated appreciation are area around as ask asked at attention attract attracted back based be because been before
being believe belong better both bring but by call came can case catch certain chance chime choice choose chose close
closely combination come common comparable connect connection consider continue could deal decade deliver deserve do
does draw drawn each echo either else enjoy enjoyable enjoyed enjoyment enough era especially even ever every example
expect experience explore familiar fan favor favorite favour favourite feature feel few find first fit follow fond
fondness for from full further get give given go going gone good great had hand has have having here high highly hit
home how however idea if in include interest into is it its itself just keep kin kind know last lately lean leaning
least less let like liked likes liking line list little look lot love loved loves made main make many match matter may
maybe mean mention might mix mixture moment mood moods more most much naturally near nearest need new next no-brainer
note now of offer often on once one only option or other others our out over own part particular particularly period
pick place play please pleasure point possible precisely prefer preference probably promise provide quality quite
range rank rate rated reach real really reason recent recently recommend recommendation relate related remain
reminiscent request resemble rest return right run same say see seek seem select selection set several shall share
shared should show side similar similarly since so soft some something soon sort speak specially spirit spot stand
start stay step still strong strongly style such suggest suit take taste tell tend than that the their them then there
these they thing think this those though through thus tie time title titles to together too top touch toward towards
true try turn two under up us usual usually value vein very want was way we weakness well went were what when which
while who why will wish with within work works worth would yet you your yours
 directed written tagged set
"""
_NEGATIVE_TALK = "avoid cold dislike disliked hate hated unlike caution though"
_POSITIVE = re.compile(
    r"\b(?:lov(?:e|ed|es|ing)|liked|liking|enjoy\w*|fond\w*|appreciat\w*|favou?rites?|favou?r|weakness|fans?|"
    r"soft spot|hearts?|home|drawn?|attract\w*|appeal\w*|please[sd]?|pleasures?|hit|suits?|taste for|"
    r"you(?: also| really| often| clearly)? like)\b"
)
_ANCHOR = re.compile(r"[\ue000-\uf8ff]|\b(?:this|it|its)\b", re.IGNORECASE)
_LINKED = re.compile(r"\b(\w+) [“\"]?[\ue000-\uf8ff][”\"]?(?:(?:,| and|, and) [“\"]?[\ue000-\uf8ff][”\"]?)*")
"""A word and the values that follow it."""
_STRONG = re.compile(r"\b(?:loves?|adores?|favou?rites?)\b")
_LOVED = re.compile(r"\b(?:loved|favou?rites?)\b")
_PAST = re.compile(r"\byou(?:'ve|’ve)?(?: \w+)? (?:have )?(?:loved|liked|enjoyed|appreciated|rated|favou?red|went)\b")
_NEGATIVE = re.compile(r"\b(?:dislik\w+|hat(?:e|ed)|avoid\w*|cold|care little)\b")
_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nothing|without|hardly|neither|nor|cannot|isn|don|didn|doesn|won)\b|n['’]t\b"
)
_CLAUSE = re.compile(r"[,;:.!?()–—]\s|\b(?:but|while|whereas|although|and you|and this|and it|so)\b")
_LONGEST = 2000
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
STRONG = 0.75
"""Strength of a statement from which liking may be called love."""

_FIRST_MARK = 0xE000
_MARKED = re.compile("[\ue000-\uf8ff]")
"""One private character stands for one title or value, by its number."""


@dataclass(frozen=True, slots=True)
class Named:
    """An item that a sentence may name.

    Attributes:
        item_id: Which.
        title: Its label; it may be said in any of its shorter forms.
        verb: What the person did with it (`loved`, `liked`, `disliked`, `watched`); empty: nothing, it is new to them.
        facts: `(facet, value)` that may be said of it; None: any that is given.
    """

    item_id: str
    title: str
    verb: str = ""
    facts: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A value that a sentence may mention.

    Attributes:
        facet: Of what kind.
        value: In the catalogue's words, or the person's for a wish.
        kind: What sort of claim it makes.
        subject: What the claim points at.
        liked: Whether it may be called liked, disliked (False), or neither (None).
        strong: Whether it may be called loved.
    """

    facet: str
    value: str
    kind: ClaimKind
    subject: str
    liked: bool | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Material:
    """All that a sentence may draw on.

    Attributes:
        noun: What one item is called.
        verb: What people do with items, in the past tense.
        subject: The item that is written about; None in a profile.
        named: Other items, from the person's history or wish.
        given: Facts, statements and wishes.
        negative: Whether it may speak of dislikes.
    """

    noun: str
    verb: str
    subject: Named | None = None
    named: tuple[Named, ...] = ()
    given: tuple[Given, ...] = ()
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence was found to say.

    Attributes:
        claims: Its assertions, supported or not.
        problems: Why it does not pass, in words for whoever tunes a prompt; empty: it passes.
    """

    claims: tuple[Claim, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def passes(self) -> bool:
        """Whether it says something, and nothing that is not given."""
        return not self.problems and bool(self.claims)


def sentences(text: str, material: Material) -> list[str]:
    """Cut text into sentences; the points of `Dr. Strangelove` and `M*A*S*H: Vol. 1` do not end one."""
    masked, marks = _mask(text.strip(), material)
    parts = re.split(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(]?(?:[A-Z]|[\ue000-\uf8ff]))", masked)
    return [_unmask(part.strip(), marks) for part in parts if part.strip()]


def read(sentence: str, material: Material) -> Reading:
    """Check one sentence against what was given.

    Args:
        sentence: As written.
        material: All that it may draw on.
    """
    masked, marks = _mask(sentence, material)
    problems = [
        *_form(masked, marks, material),
        *_unknown_words(masked, material),
        *_turned(masked, marks, material),
        *_moved(masked, marks, material),
    ]
    claims = [_claim(surface, meant, not problems) for surface, meant in marks if not _is_subject(meant, material)]
    return Reading(tuple(dict.fromkeys(claims)), tuple(dict.fromkeys(problems)))


_Mark = tuple[str, Named | Given]


def _mask(text: str, material: Material) -> tuple[str, list[_Mark]]:
    """Put numbered marks in place of every given title and value, the longest first."""
    text = _MARKED.sub("", text)[:_LONGEST]
    surfaces: list[tuple[str, Named | Given]] = []
    for named in (*((material.subject,) if material.subject else ()), *material.named):
        surfaces.extend((form, named) for form in title_forms(named.title))
    for given in material.given:
        surfaces.extend((form, given) for form in _value_forms(given))
    marks: list[_Mark] = []
    for form, meant in sorted(surfaces, key=lambda pair: -len(pair[0])):
        # A title that is an everyday word (`It`, `Us`) counts only with its capital.
        flags = 0 if isinstance(meant, Named) and form.lower() in _allowed("item", "tried") else re.IGNORECASE
        pattern = re.compile(rf"(?<!\w){re.escape(form)}(?:['’]s)?(?!\w)", flags)

        def put(match: re.Match[str], meant: Named | Given = meant) -> str:
            marks.append((match.group(), meant))
            return chr(_FIRST_MARK + len(marks) - 1)

        text = pattern.sub(put, text)
    return text, marks


def _unmask(text: str, marks: Sequence[_Mark]) -> str:
    return _MARKED.sub(lambda match: marks[ord(match.group()) - _FIRST_MARK][0], text)


def title_forms(title: str) -> list[str]:
    """How a title may be said: whole, without its year, without its alternates and details."""
    bare = re.sub(r"\s\(\d{4}\)$", "", title)
    short = short_title(bare)
    forms = (title, bare, short_title(title), short, short.rstrip("…"), bare.rstrip(".!?"), short.rstrip(".!?"))
    return [form for form in dict.fromkeys(forms) if form]


def _value_forms(given: Given) -> Iterator[str]:
    value = given.value
    forms = {value, value_phrase(given.facet, value).strip("“”"), spoken(value), value.replace("-", " ")}
    for form in list(forms):
        if re.search(r"\w\w$", form):
            forms.add(plural(form))
            forms.add(re.sub(r"(?<=\w{3})s$", "", form))
    yield from (form for form in forms if form)


@cache
def _allowed(noun: str, verb: str) -> frozenset[str]:
    own = [noun, plural(noun), verb, *noun.split(), *verb.split()]
    return frozenset(_stem(word) for word in [*_SMALL_TALK.split(), *own])


@cache
def _stem(word: str) -> str:
    word = re.sub(r"['’](?:s|ve|re|ll|d|m)$", "", word.lower())
    for ending in ("ingly", "edly", "ing", "ed", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _form(masked: str, marks: Sequence[_Mark], material: Material) -> Iterator[str]:
    """What no careful writer would write: `is a film.`, the same thing twice, an actor called the maker."""
    nouns = f"(?:{re.escape(material.noun)}|{re.escape(plural(material.noun))})"
    if re.search(rf"\b(?:is|are) (?:also )?(?:an? |one of the )?{nouns}[.,;!]", masked):
        yield "a sentence that says nothing"
    if re.search(rf"\b{nouns} (?:about|with|by|from|in) \S+ {nouns}\b", masked):
        yield "the noun twice over"
    if re.search(r"[\ue000-\uf8ff][”\"]?, [“\"]?[\ue000-\uf8ff][”\"]?[.!?]*$", masked.strip()):
        yield "a list without its `and`"
    if re.search(r", which (?:is|are) [\ue000-\uf8ff]", masked):
        yield "a relative clause that points backwards"
    said = Counter(id(meant) for _, meant in marks)
    for surface, meant in marks:
        # `You like war games, and this is a war game` is a fair sentence; a title comes once.
        most = 2 if isinstance(meant, Given) and material.subject is not None else 1
        if said[id(meant)] > most:
            yield f"{surface!r} again"
    for match in _LINKED.finditer(masked):
        for mark in _MARKED.findall(match.group()):
            meant = marks[ord(mark) - _FIRST_MARK][1]
            if isinstance(meant, Given) and meant.facet != "wish" and not fits_role(meant.facet, match[1].lower()):
                yield f"{meant.value!r} after {match[1]!r}"


def _unknown_words(masked: str, material: Material) -> Iterator[str]:
    allowed = _allowed(material.noun, material.verb)
    if material.negative:
        allowed |= frozenset(_stem(word) for word in _NEGATIVE_TALK.split())
    elif _NEGATION.search(_MARKED.sub("", masked).lower()):
        yield "a negation"
    from_wishes = {
        _stem(word) for given in material.given if given.kind == "wish" for word in _WORD.findall(given.value)
    }
    for word in _WORD.findall(_MARKED.sub(" ", masked)):
        for part in (word, *word.split("-")):
            if _stem(part) in allowed or _stem(part) in from_wishes:
                break
        else:
            yield f"the word {word!r}"


def _clauses(masked: str) -> Iterator[str]:
    yield from (part for part in _CLAUSE.split(masked) if part and part.strip())


def repair(sentence: str, material: Material) -> str:
    """The sentence with the person's own verb before each title they have an opinion of.

    Small models write `loved` for `liked` and the reverse; which it was is known, so it is put right rather than
    thrown away; so is the article.
    """
    for one in material.named:
        if one.verb not in ("loved", "liked"):
            continue
        for form in title_forms(one.title):
            pattern = re.compile(rf"\b([Yy]ou) (?:loved|liked|enjoyed) (?={re.escape(form)}(?!\w))")
            sentence = pattern.sub(rf"\1 {one.verb} ", sentence)
    sentence = re.sub(r"\b([Aa]) (?=[aeio](?!ne\b|u)|un(?!i))", r"\1n ", sentence)
    return re.sub(r"\b([Aa])n (?=[b-df-gj-np-tv-z])", r"\1 ", sentence)


def _meant(clause: str, marks: Sequence[_Mark]) -> tuple[list[Named], list[Given]]:
    found = [marks[ord(match.group()) - _FIRST_MARK][1] for match in _MARKED.finditer(clause)]
    return [one for one in found if isinstance(one, Named)], [one for one in found if isinstance(one, Given)]


def _turned(masked: str, marks: Sequence[_Mark], material: Material) -> Iterator[str]:
    """Opinions that are not the person's, or not this way round."""
    if len(_PAST.findall(masked.lower())) > 1:
        yield "more than one opinion in a sentence"
    for match in _PAST.finditer(masked.lower()):
        yield from _opinion_of_new(masked, match, marks, material)
    for clause in _clauses(masked):
        words = clause.lower()
        named, given = _meant(clause, marks)
        known = [one for one in named if one is not material.subject]
        if _NEGATIVE.search(words):
            yield from _not_disliked(known, given)
            continue
        if _POSITIVE.search(words):
            yield from _not_liked(known, given, loved=bool(_LOVED.search(words)))
        if _STRONG.search(words):
            yield from (f"{one.value!r} called loved" for one in given if one.liked and not one.strong)
        # A dislike that is mentioned and not called one reads as the opposite.
        yield from (f"{one.value!r} not called disliked" for one in given if one.liked is False)
        yield from (f"{one.title!r} not called disliked" for one in known if one.verb in ("disliked", "hated"))


def _opinion_of_new(masked: str, match: re.Match[str], marks: Sequence[_Mark], material: Material) -> Iterator[str]:
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
    yield from (f"{one.title!r} called disliked" for one in known if one.verb not in ("disliked", "hated"))
    yield from (f"{one.value!r} called disliked" for one in given if one.liked is not False)


def _not_liked(known: Iterable[Named], given: Iterable[Given], *, loved: bool) -> Iterator[str]:
    good = ("loved",) if loved else ("loved", "liked")
    yield from (f"{one.title!r} called {'loved' if loved else 'liked'}" for one in known if one.verb not in good)
    yield from (f"{one.value!r} called liked" for one in given if one.liked is False)


def _moved(masked: str, marks: Sequence[_Mark], material: Material) -> Iterator[str]:
    """Facts said of an item that they were not given for: a value belongs to the title before it, else after it."""
    if material.subject is None:
        return
    about: Named | None = None
    waiting: list[Given] = []
    for match in _ANCHOR.finditer(masked):
        meant = marks[ord(match.group()) - _FIRST_MARK][1] if _MARKED.match(match.group()) else material.subject
        if isinstance(meant, Named):
            about = meant
            yield from _misplaced(about, waiting)
            waiting = []
        elif about is None:
            waiting.append(meant)
        else:
            yield from _misplaced(about, [meant])


def _misplaced(about: Named, values: Iterable[Given]) -> Iterator[str]:
    for one in values:
        if about.facts is not None and (one.facet, one.value) not in about.facts:
            yield f"{one.value!r} said of {about.title!r}"


def _is_subject(meant: Named | Given, material: Material) -> bool:
    return meant is material.subject


def _claim(surface: str, meant: Named | Given, supported: bool) -> Claim:
    if isinstance(meant, Named):
        return Claim(surface, "history" if meant.verb else "wish", meant.item_id, supported)
    return Claim(surface, meant.kind, meant.subject, supported)
