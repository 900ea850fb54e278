"""Themes as they are spoken of: what stands after `about` and how, and which of them say what sort of work an item is.

English has no rule for it; endings and a few words are right for most.
"""

from __future__ import annotations

import re

_MASS = re.compile(
    r"(?:[^s]s|ing|ness|ship|hood|tion|ence|ance|ism|ery|al|age|ce|cy|gy|ty|ia|ment|ics|love|travel|fame|grief|greed|"
    r"guilt|radio|vision|work|undercover|wealth|exile|revenge|rivalry|fashion|conflict|memory|life|war|jazz|hip hop|"
    r"music|magic|theatre|contact|murder|suicide|(?:obs|poss|depr|oppr|aggr)ession)(?<!voyage)(?<!circus)(?<!crisis)(?<!trial)$"
)
"""Words that follow `about` without an article."""
_THE = re.compile(
    r"(?:supernatural|paranormal|occult|unknown|afterlife|apocalypse|sea|mafia|army|environment|underworld|Holocaust)$|"
    r".*\b(?:[A-Z]\w+ (?:War|Revolution|Depression)|frontier|Renaissance)$"
)
"""Themes that are spoken of as the one there is."""
_FORM = re.compile(
    r"(?:.*\b)?(?:adaptation|biography|satire|parody|spoof|farce|pastiche|(?:fairy|folk) ?tale|murder mystery|remake)$",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"\b(?:and|of|in|on|from|to)\b")
_HAPPENING = re.compile(r"\b(?:event|crisis)$")
CAPITALS = re.compile(
    r"\b(?:Christmas|Easter|Halloween|Thanksgiving|Hanukkah|Ramadan|Nazis?|Holocaust|Bible|Shakespeare|"
    r"[A-Z]\w+ (?:War|Revolution)|\w+(?:ians|icans))\b"
)
"""Words that have a capital wherever they stand."""


def is_form(theme: str) -> bool:
    """Whether a theme says what sort of work an item is, rather than what it is about.

    >>> is_form("literary adaptation"), is_form("biography"), is_form("betrayal")
    (True, True, False)
    """
    return _FORM.match(theme) is not None


def is_the_one(theme: str) -> bool:
    """Whether there is but one: `the supernatural`, `the Cold War`."""
    return _THE.match(theme) is not None


def is_told_of(theme: str) -> bool:
    """Whether items are about it, rather than called by it: `films about loneliness`, and `heist films`."""
    return is_the_one(theme) or any(one.search(theme) is not None for one in (_MASS, _PHRASE, _HAPPENING))


def is_bare(theme: str) -> bool:
    """Whether it needs no article after `about`: names, abstract words, plurals, pairs.

    >>> is_bare("loneliness"), is_bare("father and son"), is_bare("journey of discovery"), is_bare("Paris")
    (True, True, False, True)
    """
    head = _PHRASE.split(theme)[0].strip()
    named = re.match(r"[A-Z](?:[a-z]|\w* )", theme) is not None
    return named or " and " in theme or _MASS.search(head) is not None
