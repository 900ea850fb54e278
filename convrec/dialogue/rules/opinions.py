"""What a message says of the items it names: loved, liked, so-so, hated, seen, wanted, or wanted more of the kind."""

from __future__ import annotations

import re
from dataclasses import dataclass

from convrec.dialogue.words.english import PANS, PRAISE, SO_SO

_NEG = r"(?:n't|not|never|hardly|no)"
_TARGET = "§"
_JOIN = r"(?:[\s,]*(?:§|and|or|&|both|also|as well as|the|movies?|films?|series|\(\d{4}\)|\+|/)[\s,]*)*"

_LIKENESS = re.compile(
    r"(?:(?:something|anything|someth?in|stuff|things?|ones?|more|similar|close[rs]?|another"
    r"|same (?:vein|kind|style|mood)"
    r"|feels?|vibes?|much|kinds?|types?|movies?"
    r"|films?|games?|books?)(?:\s+\w+){0,2}?\s+(?:like|similar to|to|as|such as)"
    r"|^\s*(?:like|similar to|such as|more like|more of)|similar to|such as|more of|reminds? me of|along the lines of"
    r"|in the (?:vein|style|spirit) of)\s*(?:the |a )?" + _JOIN + r"$"
)
_WANT_SEE = re.compile(
    r"(?:i(?:'ll| will| am going to|'m going to|'m gonna)(?: \w+){0,2} (?:watch|see|take|try|go (?:with|for)|play"
    r"|read|buy"
    r"|listen to|check(?: out)?|look (?:at|for|into)|add|pick|give|choose|get|order)|(?:gotta|have to|want to"
    r"|wanna|would"
    r" like to|i'd like to|i'd love to|need to|plan to|can't wait to) (?:see|watch|try|play|read|check)"
    r"|let's (?:watch|go with"
    r"|take|do|try)|accept|take|(?:i've |been )?(?:wanting|meaning) to (?:see|watch|try|play|read))\s*(?:out\s+)?"
    + _JOIN
    + "$"
)
_UNSEEN = re.compile(
    rf"(?:(?:have|has|had|did|do){_NEG}|(?:have|has|had|did|do) not|never|not)(?: \w+){{0,3}} "
    r"(?:seen|watched|see|heard(?: of)?|saw"
    r"|watch|know|played|read|tried)(?: of| about| (?:either|any|one|some|all|most|both) of)?(?: \w+)? ?" + _JOIN + "$"
)
_SEEN = re.compile(
    r"(?:seen|saw|watched|rewatched|watching|played|read|heard|finished|own|know|bought|tried|drank)(?: \w+){0,2}? ?"
    + _JOIN
    + "$"
)
_LOVE = re.compile(
    r"(?<!\w)(?:love[ds]?|loving|adore[ds]?|obsessed with|favou?rites?|best|crazy about|blown away by|all[- ]time)\b"
)
_LIKE = re.compile(
    r"(?<!\w)(?:likes?|liked|liking|enjoy(?:ed|s|ing)?|fan of|into|appreciate[ds]?|good|great|thumbs up|recommend)\b"
)
_HATE = re.compile(
    r"(?<!\w)(?:hate[ds]?|hating|can't stand|couldn't stand|loathe[ds]?|despise[ds]?|detest(?:ed)?|worst|walked out of"
    r"|awful)\b"
)
_DISLIKE = re.compile(
    r"(?<!\w)(?:dislike[ds]?|tired of|sick of|disappointed (?:by|with|in)|bored (?:by|with)|could(?:n't"
    r"| not) (?:get into|finish)"
    r"|gave up on|regret(?:ted)?|skip|thumbs down|avoid|nothing like|not like)\b"
)
_NEGATED = re.compile(rf"(?:{_NEG}|without)\b(?:\s+\w+){{0,4}}\s*$")
_JUDGED = re.compile(
    r"^(?:\s*\(\d{4}\))?(?:\s+(?:movies?|films?|games?|one|too|both|all))*\s*(?:was|is|were|are|'s"
    r"|(?P<guess>looks?|sounds?|seems?)|has been)"
    r"(?P<words>(?:\s+[\w'-]+){1,5})"
)
_VERDICTS = (
    r"(?:meh|so[- ]so|okay|ok|alright|yes|yeah|yep|no|nope|great|good|bad|awful|terrible|boring|rubbish|garbage|trash"
    r"|brilliant|amazing|masterpiece|perfect|lovely|gold)"
)
_BRIEF = re.compile(
    rf"^(?:\s*\(\d{{4}}\))?(?:[\s,:-]*(?P<last>{_VERDICTS})\W*$"
    rf"|[\s:-]+(?P<one>{_VERDICTS})(?=\s*[,;.]|\s+(?:though|tho|and|but)\b))"
)
"""`Fargo yes, Casino no, Heat meh`."""
_BRIEFLY = {"yes": 0.7, "yeah": 0.7, "yep": 0.7, "no": -0.6, "nope": -0.6, "meh": 0.0}
_OTHERS = re.compile(r"§(?:\s*\(\d{4}\))?\s+(?:was|is|were|are)(?:\s+[\w'-]+){1,4}?\s*(?:,|;|\band\b|\bbut\b)")
"""What is said of another title, which says nothing of the next one."""
_WHICH_OF = re.compile(r"\b(?:which|what|who|whose)(?:'s| is)?(?: one| \w+)? (?:of|out of|from|among)(?: all)? $")
"""Leads to cards of which one is asked for: `which of these is the best known` loves none of them."""
_TOO = re.compile(r"\btoo [a-z]{3,}")
_NOT_FOR_ME = re.compile(
    r"^\s*(?:\w+\s+)?(?:(?:was|is|were|are)(?:n't| not)\s+(?:for me|my (?:thing|cup|kind|taste))|(?:bored?"
    r"|annoyed|scared|scares)"
    r" me|did(?:n't| not) (?:\w+ )?(?:work|do it|like|care|impress)|not (?:so much|really|for me))"
)
_AFTER_LOVE = re.compile(
    r"^[\s,-]*(?:which )?(?:i|we) (?:really |absolutely |just |totally )*(?P<verb>love|like|enjoy|hate|dislike)"
)
_AND_LOVED = re.compile(
    r"^(?:\s*\(\d{4}\))?(?: already| before)?,? (?:and|but) (?:i )?(?:really |absolutely |just |totally |quite )*"
    r"(?P<verb>love|like|enjoy|hate|dislike)d? (?:it|that|them)\b"
)
"""`watched Alien and loved it`, and not `loved Alien and hated Jaws`: sought before pronouns are masked like titles."""
ALL_KNOWN = re.compile(
    r"\b(?:seen|watched|read|played|heard|tried|owns?|owned|have|has|got|knows?|done|eaten|cooked)"
    r"(?: already| nearly| almost| pretty much)? (?:all|every|everything|most)(?: of)?(?: by| with| from)?"
    r"(?: the| his| her| their| your| those)?(?: (?:old|new|classic|good|famous|early|best))? $"
)
"""Leads to what somebody knows every item of: `he's seen all the John Wayne ones` asks for others."""
TURNED_DOWN = -0.5
"""Strength of `not this one`, which says no more than that."""
REFUSED = -0.4
"""Strength of `not this one` as the LLM hears it."""
_AFTER_IT = re.compile(
    r"^(?:\s*\(\d{4}\))?\s*(?:[,.!-]+|and|but)\s*(?:and |but )?(?:(?:i|we) )?(?:really |absolutely |just |totally )*"
    r"(?P<verb>love|like|enjoy|hate|dislike)d (?:it|that|that one|them|both)\b"
)
_VERB = {"love": 1.0, "like": 0.7, "enjoy": 0.7, "hate": -1.0, "dislike": -0.7}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What is said of one item.

    Attributes:
        strength: -1 to 1; None: no judgement.
        seen: Whether it says that it was seen.
        likeness: Whether more of the kind is asked for.
        wanted: Whether the person takes it or wants to see it.
        unseen: Whether it says that it was not seen.
        said: The words that say so.
    """

    strength: float | None = None
    seen: bool = False
    likeness: bool = False
    wanted: bool = False
    unseen: bool = False
    said: str = ""


def opinion(clause: str, start: int, end: int, others: list[tuple[int, int]], noun: str) -> Opinion:
    """What a clause says of the item named at a place.

    Args:
        clause: The folded clause.
        start: Where the item is named in it.
        end: Where the name ends.
        others: Every place in the clause that names an item.
        noun: What one item is called.
    """
    if _WHICH_OF.search(clause[:start]):
        return Opinion()
    before = _masked(clause[:start], [span for span in others if span[1] <= start])
    after = _masked(clause[end:], [(s - end, e - end) for s, e in others if s >= end])
    before = before.replace(noun, "movie") if noun else before
    likeness = _LIKENESS.search(before) is not None and not re.search(r"\bwould (?:also )?like\b", before)
    if likeness and _NEGATED.search(before[: _start(_LIKENESS, before)] + " "):
        return Opinion(strength=TURNED_DOWN, said=clause.strip())
    if _UNSEEN.search(before):
        return Opinion(unseen=True, said=before.strip())
    if _WANT_SEE.search(before):
        return Opinion(wanted=True, said=before.strip())
    strength = _after(after, clause[end:])
    if strength is None:
        strength = _before(before[: _start(_LIKENESS, before)] if likeness else before)
    seen = _SEEN.search(before) is not None and not re.search(
        r"(?:want|like|love|need|going|gonna) to\b|\bhave you\b", before
    )
    if strength is None and likeness:
        return Opinion(likeness=True, said=clause.strip())
    return Opinion(strength, seen or bool(strength and "was" in after[:6]), likeness, said=clause.strip())


def _start(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.search(text)
    return match.start() if match else 0


def _masked(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[: max(start, 0)] + _TARGET + text[end:]
    return text


def _after(after: str, unmasked: str) -> float | None:
    if _NOT_FOR_ME.match(after):
        return -0.6
    if match := _AFTER_LOVE.match(after) or _AND_LOVED.match(unmasked) or _AFTER_IT.match(after):
        return _VERB[match.group("verb")]
    if brief := _BRIEF.match(after):
        word = brief["last"] or brief["one"]
        return _BRIEFLY.get(
            word, 0.1 if word in SO_SO or word.startswith("so") else 0.8 if word in PRAISE or word == "gold" else -0.8
        )
    judged = _JUDGED.match(after)
    if not judged:
        return None
    if judged["guess"]:  # "looks nice" was not seen yet
        return TURNED_DOWN if any(word in PANS for word in judged["words"].split()) else None
    said = judged.group("words").replace("'", " ").split()
    negated = any(word in ("not", "n't", "t", "never", "isn", "wasn") for word in said) or "n't" in after[:14]
    if not negated and _TOO.search(judged["words"]):
        return TURNED_DOWN  # "too scary", "a bit too long"
    for word in said:
        if word in SO_SO:
            return 0.1
        if word in PRAISE or word in ("funny", "scary", "favorite", "favourite"):
            return -0.5 if negated else 0.8
        if word in PANS:
            return 0.2 if negated else -0.8
    return None


def _before(before: str) -> float | None:
    """The judging verb nearest before the name decides."""
    before = _OTHERS.sub(lambda match: " " * len(match.group()), before)
    near: tuple[int, float] | None = None
    for pattern, strength in ((_LOVE, 1.0), (_LIKE, 0.7), (_HATE, -1.0), (_DISLIKE, -0.7)):
        for match in pattern.finditer(before):
            if near is None or match.start() > near[0]:
                negated = _NEGATED.search(before[: match.start()]) is not None or before[: match.start()].endswith(
                    "n't "
                )
                near = (match.start(), (-0.7 if strength > 0 else 0.3) if negated else strength)
    if near is None:
        bare = re.search(r"\b(?:not|nothing|no|without|except|other than|anything but)\s*(?:the |a )?$", before)
        return TURNED_DOWN if bare else None
    return near[1]
