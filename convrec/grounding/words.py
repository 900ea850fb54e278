"""The closed list of words that assert nothing."""

from __future__ import annotations

import re
from functools import cache

from convrec.frames import PROPERTIES
from convrec.language import plural, singular

_SMALL_TALK = """
did grew took found
a about above according across add adore after again agree alike all alone along also alternative although altogether
among an and another answer any anything appeal appreciate appreciated appreciation apt are area around as ask asked at
attention attract attracted back based be because become been before being believe belong besides better blend both
bring but by call came can cannot case catch certain chance chime choice choose chose close closely combination come
common company comparable connect connection consider content continue could deal dear decade deliver deserve direct
directed do does down draw drawn each ease easy echo either else enjoy enjoyable enjoyed enjoyment enough era
especially even ever every example expect experience explore familiar fan favor favorite favour favourite feature feel
few find first fit follow fond fondness for frequent from full further general get give given glad go goes going gone
good great ground habit had hand happiest happy has have having heart here high highly hit hold home how however idea
if in include interest into is it its itself joy just keep kept kin kind know last lean leaning least less let lie
light like liked likely likes likewise liking line list listen little look lot love loved loves made main mainly make
many match matter may maybe mean mention might mix mixture moment mood moods more most much names naturally near
nearest need new next no no-brainer note nothing now of offer often on once one only option or other others our out
over own part particular particularly period pick place play please pleasure plenty point possible precisely prefer
preference probably promise provide pull qualities quality quite range rank rate rated rather reach readily real
really reason recommend recommendation regular relate related remain reminiscent repeat repeated repeatedly request
resemble rest result return right room run same say see seek seem select selection set several shall share shared
should show side similar similarly simply since sit so soft some something somewhat soon sooner sort speak specially
spirit spot stand start stay steady step still stories story strong stronger strongly style such suggest suit tagged
take taken taste tell tempt tend territory than that the their them then there these they thing think this those
though through thus tie time title titles to together too top touch toward towards true try turn two under up us usual
usually value vein very want warm was watch way we weakness well went were what whatever when where whether which
while who whom whose why will win wish with within word work works worth would writer written yet you your yours
"""
NEGATIVE_TALK = """
avoid cold dislike disliked hate hated unlike caution though gave abandon unfinished patience leave left did care no nor
neither nothing anything never cannot used fail miss skip contrast seldom hardly without none lost rarely finish done
off behalf wrong weak struggle patient put mind against rule catch
"""
"""Where there is something to be said against a thing."""
DRIFT_TALK = """
used lately recent recently late day days nowadays increase increasingly grow grown fewer past earlier fade wane cool
used
"""
"""Where taste has turned."""
_FACET_TALK = {
    "cast": "actor actress star screen name company face whoever whom someone him her",
    "actor": "cast actress star screen name",
    "director": "direct camera behind chair name",
    "theme": "subject topic story tale matter",
    "topic": "subject theme matter",
    "tag": "tag keyword label word",
    "keyword": "tag word",
    "period": "decade era year time age",
    "place": "set setting place location",
    "location": "set setting place",
    "time": "set setting era day",
    "genre": "genre kind sort subject",
    "title": "series name franchise",
    "mood": "mood tone feel feeling quality",
    "tone": "mood tone feel quality",
    "language": "language speak spoken tongue",
    "country": "country",
    **dict.fromkeys(PROPERTIES, "describe quality"),
}
COUNT_TALK = "people closest nearest whose taste number out person"
"""Where there is something to count."""
NUMBERS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
)  # fmt: skip


@cache
def allowed(noun: str, verb: str) -> frozenset[str]:
    """Stems of the words that any sentence may use, whatever it is about."""
    own = [noun, plural(noun), verb, *noun.split(), *verb.split()]
    return frozenset(stem(word) for word in [*_SMALL_TALK.split(), *own])


@cache
def stem(word: str) -> str:
    """The word without its endings, roughly; the same for all of its forms."""
    word = re.sub(r"['’](?:s|ve|re|ll|d|m)$", "", word.lower())
    for ending in ("ingly", "edly", "ing", "ed", "es", "ly", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


@cache
def facet_talk(facet: str) -> frozenset[str]:
    """Stems of the words that speak of a facet, whatever its value: its own name, and what such things are called."""
    name = singular(facet)
    words = [*name.split(), *_FACET_TALK.get(name, "").split()]
    return frozenset(stem(form) for word in words for form in (word, plural(word)))
