"""Messages that are an instruction or a bare question as a whole: `stop suggesting`, `delete my data`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from convrec.dialogue.rules.superlatives import superlative_in
from convrec.dialogue.rules.taking import asked_again, taken_by_degree
from convrec.dialogue.rules.weighing import fame_asked, weighing_in
from convrec.dialogue.sense.reading import Reading
from convrec.dialogue.state import State
from convrec.dialogue.understanding import Act, Question
from convrec.dialogue.words.dimensions import graded, is_superlative
from convrec.dialogue.words.english import number
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.polarity import affirming
from convrec.dialogue.words.words import singular
from convrec.protocols import Catalogue
from convrec.types import ItemId

_POLITE = r"^\W*(?:(?:please|ok|okay|no|hey|can you|could you|i want you to|now|just)\W+)*"
_STOP = re.compile(
    _POLITE + r"stop (?:it|that|(?:suggest|recommend|giv|send|show|offer)ing"
    r"(?: (?:me|us|to me))?(?: (?:any ?)?(?:more )?(?:r\w*com\w*|suggestions?|things|stuff|\w+s))?)"
    r"(?: please| now)*\W*$"
)
_DIFFERENT = re.compile(
    _POLITE
    + r"(?:(?:show|give|find|recommend|suggest) (?:me |us )?|(?:how|what) about |let's (?:try|see|watch|do) |try "
    r"|i want )?(?:something|anything|stuff|things?|a \w+) "
    r"(?:(?:completely|totally|entirely|radically|wholly|utterly|very|quite) different"
    r"(?: (?:please|now|this time|instead|altogether|entirely))*|different (?:altogether|entirely))\W*$"
)
"""A new beginning; `something different` alone may want only other items for the same wish."""
_FEWER = re.compile(
    r"^\W*(?:(?:please|no|ok|okay|and|but)\W+)*(?:(?:show|give|recommend|suggest|tell|name) (?:me |us )?|i want "
    r"|i need )?(?:just|only) (?:(?:the )?best )?(?P<n>one|1|two|2|three|3|four|4)(?: of (?:them|those|these))?"
    r"(?: please| then| thanks)*\W*$"
)
"""`just one`: the best of what there is, not others."""
_STORED = r"(?:profile|user|personal|account|history|data|information|info|ratings|records?)(?:'s)?"
_FORGET = re.compile(
    _POLITE + r"(?:delete|erase|remove|clear|reset|wipe|forget)(?: all| everything| of| about| (?:that )?you know)*"
    rf"(?: (?:about |on )?me\b| my(?: own)?(?: {_STORED})+(?: preferences| tastes?| likes)?(?: and(?: my)? \w+)?)"
    r"(?: please| now| from here)*\W*$"
)
_ROLES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("actor", ("cast", "actor", "star", "performer")),
    ("actress", ("cast", "actor", "star", "performer")),
    ("director", ("direct",)),
    ("writer", ("writ", "screenplay")),
    ("author", ("author", "writ")),
    ("genre", ("genres", "categor", "style", "type")),
    ("kind", ("genres", "categor", "style", "type")),
    ("category", ("genres", "categor", "type")),
    ("country", ("countr", "region", "origin")),
    ("language", ("language",)),
)
_BARE = re.compile(r"^\W*(?:by |an? |which |what |per )?(?P<field>[\w ]{3,30}?)\W*$")
_MEH = re.compile(
    r"^\W*(?:(?:hm+|well|no|nah|mm+)\W+)*(?:meh+|so[- ]so|not really|not feeling (?:it|these|those|any(?: of (?:them"
    r"|these|those))?)|not convinced|nothing (?:for me|there|here)(?: for me)?)\W*$"
)
"""Turns the cards down without a wish: `meh`."""
_HOW_MANY = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay)\W+)*how many (?:of (?:them|those|these) |\w+ ){0,3}?"
    r"(?:do you have|have you(?: got)?|are there|do you know|fit|match|(?:are )?left"
    r"|(?:is|are) (?:that|those|these|they|there|left))"
    r"(?: (?:here|in (?:all|total)|like that|now))?\W*$"
)
_RATED = re.compile(r"\brated?\b")
_WHICH = re.compile(
    r"^\W*(?:(?:and|so|but|ok|okay)\W+)*(?:what|which|list|show(?: me)?)(?: all)?(?: the)?(?: kinds? of)?"
    r" (?P<field>[\w ]{3,30}?)"
    r"(?: (?:do you (?:have|know|offer|sell|carry)|are there|have you(?: got)?|can i (?:choose|pick|ask for)(?: from)?"
    r"|exist|is there))?(?: here| please)*\W*$"
)


@dataclass(frozen=True, slots=True)
class Command:
    """What such a message does.

    Attributes:
        label: Its act in full, of `convrec.dialogue.readers.slots.ACTS`.
        acts: Its acts.
        questions: What it asks, at most one question.
        unlike: Items that it wants nothing like.
        k: How many items it wants; None: it does not say.
        accepted: Items that it takes.
    """

    label: str
    acts: tuple[Act, ...]
    questions: tuple[Question, ...] = ()
    unlike: tuple[ItemId, ...] = ()
    k: int | None = None
    accepted: tuple[ItemId, ...] = ()


def command_in(
    reading: Reading, fields: Mapping[str, Field], noun: str, state: State, catalogue: Catalogue
) -> Command | None:
    """What a message instructs or asks as a whole; None: it is a message like others.

    Args:
        reading: The message.
        fields: The catalogue's fields.
        noun: What one item is called.
        state: What stands before it.
        catalogue: The items.
    """
    if state.last_shown and state.pending is None and _MEH.match(reading.plain):
        return Command("reject", ("reject",))
    if again := asked_again(reading, state):
        return Command("fact", ("ask",), (again,))
    if taken_one := taken_by_degree(reading, fields, state, catalogue):
        return Command("accept", ("accept",), accepted=(taken_one,))
    if not reading.mentions and (command := _bare_in(reading.plain, fields)):
        if [one.kind for one in command.questions] == ["count"]:
            of = tuple((one.terms[0].field, one.terms[0].value) for one in reading.found)
            return replace(command, questions=(replace(command.questions[0], wanted=of),))
        return replace(command, unlike=state.last_shown) if "reset" in command.acts else command
    if state.pending is not None and state.pending.kind != "relax":
        return None
    named = [one.item_id for one in reading.mentions]
    taken = state.latest.accepted if state.latest is not None and len(state.latest.accepted) > 1 else ()
    most = superlative_in(_THANKS.sub("", reading.masked), noun, fields, taken or state.last_shown, named)
    if most and not any(is_superlative(one.said) and one.field in most.fields for one in state.request.filters):
        return Command("fact", ("ask",), (most,))  # after "the newest" of all "the oldest" is no question of the cards
    if fame := fame_asked(_THANKS.sub("", reading.masked), noun, named, state.last_shown):
        return Command("fact", ("ask",), (fame,))
    weighed = weighing_in(reading.masked, noun, named, state.last_shown, state.focus)
    grades = tuple(name for name, one in fields.items() if graded(one) or one.label == "reviews")
    if weighed and grades and _RATED.search(reading.masked):
        return Command("fact", ("ask",), (replace(weighed, kind="fact", fields=grades),))
    if weighed and weighed.kind != "worth" and state.pending is not None and not named:
        return None  # "you decide" replies to what we asked
    return Command("about", ("ask",), (weighed,)) if weighed else None


def _bare_in(plain: str, fields: Mapping[str, Field]) -> Command | None:
    if _STOP.match(plain):
        return Command("bye", ("bye",))
    if _DIFFERENT.match(plain):
        return Command("reset", ("reset", "recommend"))
    if _FORGET.match(plain):
        return Command("other", ("ask",), (Question("forget", said=plain.strip()),))
    if few := _FEWER.match(plain):
        return Command("recommend", ("recommend",), k=number(few.group("n")))
    if _HOW_MANY.match(plain):
        return Command("have", ("ask",), (Question("count", said=plain.strip()),))
    listed = _WHICH.match(plain)
    asked = listed or _BARE.match(plain)
    name = field_named(singular(asked.group("field").strip()), fields) if asked else None
    if name and not listed and affirming(fields[name]):
        return None  # "evergreen" alone wants those that are
    return Command("have", ("ask",), (Question("values", (), (name,), plain.strip()),)) if name else None


_THANKS = re.compile(r"^\W*(?:(?:thanks|thank you|thx|great|nice|cool|perfect|good|hm+)\W+)+")
_COUNTS_OF = re.compile(r"^\W*(?:(?:and|so|but|ok|okay)\W+)*how many\b(?! (?:hours?|minutes?|people|players|times)\b)")


def counts(plain: str) -> bool:
    """Whether a folded message asks how many items there are, whatever conditions it adds."""
    return _COUNTS_OF.match(plain) is not None


def field_named(word: str, fields: Mapping[str, Field]) -> str | None:
    """The field of words that a role or a label names, in the singular; None: none does."""
    spoken = {name: field for name, field in fields.items() if field.values and field.nature != "flag"}
    for name, field in spoken.items():
        if word == singular(field.label):
            return name
    prefixes = next((prefixes for role, prefixes in _ROLES if role == word), ())
    return next((name for prefix in prefixes for name in spoken if prefix in name.lower()), None)
