"""Conditions that point at a fact of an item: `another one by the same director`, `not that brand`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.rules.commands import field_named
from convrec.dialogue.rules.wants import Wants
from convrec.dialogue.state import State
from convrec.dialogue.words.fields import Field, holds_people
from convrec.dialogue.words.words import singular
from convrec.types import Filter, Item

_SAME = re.compile(
    r"(?P<no>\b(?:not|no more(?: of| from| by)?|nothing|anything but|(?:other|rather) than|except(?: for)?|without"
    r"|enough of)\s+)?(?P<led>(?:from|by|with|in|of)\s+)?"
    r"\b(?P<which>(?:the )?(?:exact )?same|that|this|these|those|another|(?:a |some )?(?:different|other))\s+"
    r"(?P<word>[a-z]+)\b"
)
_OTHER = ("another", "different", "other")
_MOST = 3
"""Of a fact with many values, such as a cast, the first count."""


_BY_THEM = re.compile(
    r"\b(?:more|another(?: one)?|others?|something(?: else)?|anything(?: else)?) (?:by|from|with) (?:her|him|them)\b"
)


def asked_of(state: State) -> tuple[str, ...]:
    """Fields that the message before asked about: `who teaches it?`, then `more by her`."""
    latest = state.latest
    return () if latest is None else tuple(dict.fromkeys(name for one in latest.questions for name in one.fields))


def gather_same(
    wants: Wants,
    plain: str,
    subjects: Sequence[Item],
    fields: Mapping[str, Field],
    noun: str,
    asked: Sequence[str] = (),
) -> None:
    """Add the conditions of a message on facts that it points at.

    Args:
        wants: What is gathered so far; added to.
        plain: Folded message.
        subjects: The items spoken of, by name, by place or as those of last; empty: nothing is pointed at.
        fields: The catalogue's fields.
        noun: What one item is called.
        asked: Fields that the message before asked about.
    """
    for match in _BY_THEM.finditer(plain):
        people = next((one for one in (*asked, *fields) if one in fields and holds_people(one)), "")
        values = tuple(dict.fromkeys(value for item in subjects for value in _values(item, people)[:1]))
        if values:
            wants.filters.append(Filter(people, "any_of", values, match.group()))
            wants.used.append(match.span())
            wants.settled.append(match.span())
            wants.parts.append(Span(*match.span(), "want"))
    for match in _SAME.finditer(plain):
        word, other = singular(match["word"]), any(one in match["which"].split() for one in _OTHER)
        if word == noun or (other and not match["led"]):  # "a different year" of what?
            continue
        name = field_named(word, fields)
        values = tuple(dict.fromkeys(value for item in subjects for value in _values(item, name or "")[:_MOST]))
        if name is None or not values:
            continue
        refused = match["no"] is not None or other
        wants.filters.append(Filter(name, "none_of" if refused else "any_of", values, match.group().strip()))
        wants.used.append(match.span())
        wants.settled.append(match.span())
        wants.parts.append(Span(*match.span(), "not" if refused else "want"))


def _values(item: Item, name: str) -> tuple[str, ...]:
    value = item.genres if name == "genres" else item.facts.get(name, ())
    return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
