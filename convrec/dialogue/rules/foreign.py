"""`Foreign films`, `no subtitles`: the language that most of a catalogue speaks, or any other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convrec.dialogue.rules.wants import Wants
from convrec.dialogue.words.fields import Field
from convrec.language import plural
from convrec.types import Filter

_MOST = 0.5
"""Share of the items that speak the language which is not foreign here."""
_NAMES = ("language", "languages", "spoken_language", "original_language")
_FINE = re.compile(
    r"(?:\s+(?:films?|movies?|books?|ones?))?(?:'s| is| are| would be)?(?: also| too| totally| perfectly)?"
    r" (?:fine|ok|okay|alright|no problem|good)\b"
)
_REFUSED = re.compile(
    r"\b(?:no|not|nothing|without|anything but|too lazy (?:for|to read)|skip"
    r"|(?:do|does|can|could|will|wo|ca)(?:n't| not) (?:want|like|have|got|get|read|stand|do|see|follow|take|bear)"
    r"|(?:have|has)(?:n't| not) got|hates?|dislikes?)"
    r"(?: (?:any|in an?|with|reading|to read))* (?:\w+ )?$"
)
_NO_MATTER = re.compile(r"\b(?:don't (?:mind|care about)|doesn't have to be|not necessarily)(?: \w+)? $")


def gather_foreign(
    wants: Wants, plain: str, fields: Mapping[str, Field], standing: Sequence[Filter], noun: str
) -> None:
    """Add what is said of foreign items and of subtitles, where the catalogue tells languages and has one that rules.

    Args:
        wants: What is gathered so far; added to.
        plain: Folded message.
        fields: The catalogue's fields.
        standing: Conditions that stand.
        noun: What one item is called.
    """
    field = next((fields[name] for name in _NAMES if name in fields and fields[name].values), None)
    if field is None:
        return
    ours = max(field.values, key=lambda value: field.values[value])
    if field.values[ours] < _MOST * sum(field.values.values()):
        return
    things = "|".join(map(re.escape, {noun, plural(noun), "film", "films", "movie", "movies", "book", "books"}))
    said = [rf"foreign(?:[ -]language)?(?= (?:{things}|ones?|stuff|cinema)\b|\W*$| is| are|,)"]
    if not any("subtitle" in name for name in fields):
        said.append(r"(?:subtitles|subtitled(?: (?:films|movies|ones))?|(?:read|reading) subs)\b")
    for match in re.finditer("|".join(said), plain):
        wants.used.append(match.span())
        wants.settled.append(match.span())
        if _FINE.match(plain, match.end()) or _NO_MATTER.search(plain, 0, match.start()):
            wants.lift([one for one in standing if one.field == field.name])
        elif _REFUSED.search(plain, 0, match.start()):
            wants.filters.append(Filter(field.name, "any_of", (ours,), match.group()))
        else:
            wants.filters.append(Filter(field.name, "none_of", (ours,), match.group()))
