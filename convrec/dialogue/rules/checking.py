"""Questions that a fact answers with yes or no: `is it hard?`, `does it have subtitles?`, `is it by Ann?`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convrec.dialogue.rules.asked import checks
from convrec.dialogue.sense.reading import Reading
from convrec.dialogue.understanding import Question
from convrec.dialogue.words.dimensions import Degree, degree_of
from convrec.dialogue.words.english import ALSO_CALLED, NUMBERS, PANS, PRAISE
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.polarity import counts_as, denies
from convrec.dialogue.words.words import akin, keys, singular
from convrec.facts import holds_contents, tells_harm
from convrec.flags import flag_name
from convrec.types import Filter, ItemId

_ASKED = re.compile(
    r"^(?:[^?.!]*(?:,|\b(?:but|and)) )?(?:(?:but|and|so|ok|okay|well|hm+),? )*(?:is|are|was|were|does|do|has|have) "
    r"(?:it|this|that|they|these|those|§+|(?:this|that) one|the \w+(?: one)?)(?!\w) (?P<rest>[^?.!]+?)\s*[?.! ]*$"
)
_HAVE = re.compile(
    r"^(?:(?:and|so|ok|okay|hi|hello),? )*(?:do|have) you (?:have |got |sell |carry |stock )(?:the |a )?§+(?!\w)"
    r"(?: (?P<rest>(?!and\b|or\b|like\b)[^?.!,]+?))?\s*[?.! ]*$"
)
_SMALL = frozenset(
    {
        *("a", "an", "the", "some", "any", "really", "too", "very", "quite", "rather", "also", "actually", "good"),
        *("in", "by", "for", "from", "about", "with", "set", "of", "made", "suitable", "meant"),
        *(
            "have",
            "has",
            "come",
            "comes",
            "contain",
            "contains",
            "include",
            "includes",
            "one",
            "kind",
            "sort",
            "type",
            *(
                "it",
                "got",
                "open",
                "on",
                "allow",
                "allows",
                "accept",
                "accepts",
                "take",
                "offer",
                "offers",
                "serve",
                "serves",
            ),
            *("allowed", "there", "here"),
        ),
    }
)
"""Words that lead up to what is asked for, or follow it."""

_THERE = re.compile(
    r"^(?:[^?.!]*(?:,|\b(?:but|and)) )?(?:(?:but|and|so|ok|okay|well|hm+),? )*(?:"
    r"(?:is|are) there (?:an? |any |some )?(?P<thing>(?!anything|something|one\b|other)[\w][\w -]*?)"
    r"(?: (?:of|at|in|with|near|for|on|there|here|too|nearby)\b[^?.!]*)?"
    r"|(?:do|does|have|has) (?:you|they) (?:have |got |offer |serve |take |allow )(?:an? |any |some )?"
    r"(?P<got>[\w][\w -]*?)"
    r" (?:at|in) [^?.!]*"
    r"|(?:is|are) (?P<may>(?!it\b|this\b|that\b|they\b|these\b|those\b|the\b)[a-z][\w -]*?)"
    r" (?:allowed|permitted|possible|included|available|provided|ok|okay|welcome)(?: [^?.!]*)?)\s*[?.! ]*$"
)
"""Asks for what there is and what may be done: `is there parking at the second one?`, `is smoking allowed there?`."""

_CAN = re.compile(
    r"^(?:[^?.!]*(?:,|\b(?:but|and)) )?(?:can|could) (?:(?:you|we|i|one) (?!make|show|get|give|find|keep|do)\w+ )?"
    r"(?:it|this|that|they|these|§+|(?:this|that) one|the \w+(?: one)?)(?!\w) [^?.!]+\?\s*$"
)
"""Asks what may be done with an item: `can you play it with 4?`."""

_WHICH = re.compile(
    r"^(?:[^?.!]*(?:,|\b(?:but|and)) )?(?:(?:but|and|so|ok|okay|well|hm+),? )*which(?: ones?| \w+)?"
    r"(?: of (?:them|these|those))? (?:has|have|stars?|features?|contains?|includes?|comes? with"
    r"|(?:is|are|was|were)(?: (?:\w+ )?(?:with|by|from|in|for|about))?)"
    r" (?!the (?:most|least|best|worst)\b)[^?.!,]+\?*\s*$"
)
"""Asks which of the cards have something: `which of these has Fred Astaire?`."""

Wanted = tuple[tuple[str, str], ...]


def check_in(
    reading: Reading,
    fields: Mapping[str, Field],
    noun: str,
    questions: Sequence[Question],
    items: Sequence[ItemId],
    focus: ItemId | None = None,
) -> Question | None:
    """What is asked of an item in words of its facts; None where nothing is.

    Args:
        reading: Of the message.
        fields: The catalogue's fields.
        noun: What one item is called.
        questions: As they were understood so far.
        items: Those in view that it may be about, the likeliest first.
        focus: The item spoken of last.
    """
    named = _HAVE.match(reading.masked.strip())
    if named and reading.mentions:  # "do you have X for women?": of several of one name the one that is
        first = reading.mentions[0]
        wanted = _named(named["rest"] or "", fields, noun)
        return Question("have", (first.item_id, *first.others), (), reading.plain, wanted)
    if len(items) > 1 and not reading.mentions and _WHICH.match(reading.masked.strip()):
        wanted = tuple((term.field, term.value) for one in reading.found for term in one.terms)
        if wanted and not (reading.amounts or reading.years):
            return Question(
                "fact", tuple(items), tuple(dict.fromkeys(name for name, _ in wanted)), reading.plain, wanted
            )
    subject = tuple(one.item_id for one in reading.mentions)
    pointed = dict.fromkeys(one for ref in reading.references for one in ref.item_ids)
    subject = subject or tuple(pointed) or tuple(items[:1])
    match = _ASKED.match(_question(reading).strip())
    there = None if match else _THERE.match(reading.masked.strip())
    if there and (focus is not None or reading.references or len(items) == 1) and noun not in reading.plain.split():
        said = there["thing"] or there["got"] or there["may"]
        if wanted := _named(said, fields, noun):
            return Question("fact", subject, tuple(dict.fromkeys(name for name, _ in wanted)), reading.plain, wanted)
        name = _of_name(said, fields, noun)
        return Question("fact", subject, (name,), reading.plain) if name else None
    if match and subject and (degree := _degree(match["rest"], fields)):
        return Question("degree", subject, (degree.field,), match["rest"], ((degree.field, _SIDES[degree.high]),))
    wanted = _named(match["rest"], fields, noun) if match and subject else ()
    if not wanted and match and subject and (name := _of_name(match["rest"], fields, noun)):
        alone = focus is not None or reading.mentions or any(ref.item_ids for ref in reading.references)
        about = subject if alone else tuple(items)  # "does it need booking?" of several cards
        return Question("fact", about, (name,), reading.plain)
    if not wanted and (match or _CAN.match(reading.masked.strip())) and (bounds := _bounds(reading)):
        about = subject if match or pointed or reading.mentions or focus is None else (focus,)
        return Question("fact", about, tuple(one.field for one in bounds), reading.plain, filters=bounds)
    if not wanted and checks(reading.masked) and all(one.kind in ("fact", "unknown") for one in questions):
        wanted = tuple((term.field, term.value) for one in reading.found for term in one.terms)
    if not wanted:
        return None
    return Question("fact", subject, tuple(dict.fromkeys(field for field, _ in wanted)), reading.plain, wanted)


_WANTS = re.compile(r"\b(?:want|need|like|prefer|rather|something|anything|looking)\b")
_OF_ONESELF = re.compile(
    r"^[^?]+\?(?P<told>\s+(?:(?:i|we|he|she|they|my|our|because)\b|[^?]{0,24}\b(?:tomorrow|tmrw|tonight|today|early|bedtime)\b)[^?]*)$"
)

_SOON = re.compile(r"\b(?:tomorrow|tmrw|tonight|today|early|bedtime)\b")


def _question(reading: Reading) -> str:
    """The message up to its question mark, where what follows tells something of oneself and wants nothing."""
    match = _OF_ONESELF.match(reading.plain)
    if match is None:
        return reading.masked
    ends = [one.end for one in reading.mentions]
    if not _SOON.search(match["told"]):  # "school tomorrow" wants no school
        ends += [one.end for one in reading.found]
    ends += [one.end for one in reading.amounts] + [one.end for one in reading.years]
    ends += [one.end for one in reading.references]
    if any(end > match.start("told") for end in ends) or _WANTS.search(match["told"]):
        return reading.masked
    return reading.masked[: reading.masked.rindex("?") + 1]


def _bounds(reading: Reading) -> tuple[Filter, ...]:
    """The numbers that an item is asked to meet: `is it under 50 euros?`; none where items are compared."""
    told = [
        one
        for one in reading.amounts
        if any(word.isdigit() or word in NUMBERS for word in re.findall(r"[a-z]+|\d+", one.said))
    ]
    return tuple(bound for one in told for bound in one.filters)


def _named(rest: str, fields: Mapping[str, Field], noun: str) -> Wanted:
    """The values, or the flags, that some words are, small words aside."""
    small = _SMALL | set(keys(noun))
    said = [word for word in keys(rest) if word not in small]
    if not said:  # "is it in?", where items are in or out
        whole = " ".join(keys(rest))
        return tuple((one.name, value) for one in fields.values() for value in one.values if value.lower() == whole)
    asked = _alike(said)
    harms = [field for field in fields.values() if tells_harm(field.name) and asked == keys(field.label)[:1]]
    if harms:  # "is it toxic?"
        return tuple((field.name, value) for field in harms for value in field.values if not denies(value))
    return tuple(
        (field.name, value)
        for field in fields.values()
        for value in field.values
        if any(
            asked == _alike([word for word in keys(spelt) if word not in small])
            for spelt in (_spoken(field, value), *ALSO_CALLED.get(value.lower(), ()))
        )
        or (len(asked) == 1 and holds_contents(field.name) and counts_as(value, asked[0]))
    )


def _of_name(rest: str, fields: Mapping[str, Field], noun: str) -> str:
    """The field whose name some words say, or a part of it alone: `wheelchair accessible` of `wheelchair_access`."""
    said = [word for word in keys(rest) if word not in _SMALL | _NEEDS and word not in keys(noun)]
    for name, field in fields.items():
        own = keys(field.label)
        if said and all(len(word) > _SHORT and any(akin(word, other) for other in own) for word in said):
            return name
    return ""


_NEEDS = frozenset(
    {"need", "needs", "require", "requires", "there", "you", "to", "available", "possible", "ok", "okay"}
)
_SHORT = 3
"""Letters of a word that says too little."""


_SIDES = {True: "high", False: "low"}


def _degree(rest: str, fields: Mapping[str, Field]) -> Degree | None:
    """The number that `complex`, `too heavy` or `very long` speaks of."""
    said = [word for word in rest.split() if word not in _SMALL]
    return degree_of(said[0], fields) if len(said) == 1 and said[0] not in PRAISE | PANS else None


def _spoken(field: Field, value: str) -> str:
    return flag_name(field.name) if field.nature == "flag" else value


def _alike(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(singular(word) for word in words)
