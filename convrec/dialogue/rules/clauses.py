"""Clauses of a message and where they stand to what they name: wanted, refused, allowed again, or neither."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Stance = Literal["plain", "want", "like", "refuse", "dislike", "less", "allow", "drop", "neutral"]
"""`plain`: named without a word that says how. `refuse`: none of it. `less`: soft. `allow`: no longer refused.
`drop`: that condition no longer. `neutral`: spoken of only."""

NEGATIVE: frozenset[Stance] = frozenset(("refuse", "dislike", "less"))

_FILLER = (
    r"(?:[ ,]+(?:anything|something|any|an|a|another|more|much|that|that's|that is|which is|with|to watch|to see"
    r"|to play|to go(?: well)? with|see"
    r"|watch|like|of|in the|in|mood for|looking for|interested in|want|really|from|by|about|the|me|us|kind of"
    r"|type of))*"
)
_SORTS = (
    "one", "colour", "color", "make", "brand", "kind", "type", "sort", "genre", "topic", "language", "country", "day",
    "material", "style", "size",
)  # fmt: skip
"""What `any` may stand before that all are but one: `any colour but yellow`; `any old but good film` is none."""
_TOO = r"(?:[ ,]+(?:too|so|very|overly|super|that)(?= \w))?"
_CUES: tuple[tuple[Stance, str], ...] = (
    ("allow", r"(?:(?:do not|don't) mind|nothing against|not against|no problem with|(?:open to|allow|bring back))"),
    ("want", r"no,? (?:(?:actually|wait|sorry|better|rather)\b,? ?)+|(?:sorry,? |wait,? )?i (?:mean|meant)"),
    ("neutral", r"no (?:idea|thanks|thank you|worries|preference|matter|doubt|problem|one)\b(?! of)"),
    (
        "neutral",
        r"(?:not (?:only|just|sure|yet)|why not|can't wait|can't go wrong|(?:do|did)(?:n't| not) (?:know|have))",
    ),
    ("neutral", r"(?:have|has|had)(?:n't| not)(?: \w+)? (?:seen|watched|heard|played|read|been)|never (?:seen|heard)"),
    ("drop", r"(?:drop|remove|forget(?: about)?|lose|cancel|clear|delete|no need for|doesn't (?:have|need) to be)"),
    ("like", r"nothing but|can't get enough of"),
    (
        "dislike",
        r"(?:(?:do|did|does)(?:n't| not)(?: \w+){0,2}? (?:like|love|enjoy|care for|care about|watch|dig|eat"
        r"|drink)|hate[ds]?"
        r"|dislike[ds]?|can't stand|couldn't stand|loathe|despise|detest|allergic to"
        r"|(?:not|n't)(?: \w+){0,2}? (?:fan|into|keen on|crazy about|interested in|fond of)(?: of)?)" + _FILLER,
    ),
    (
        "less",
        r"(?:(?:less|fewer|not as|a (?:bit|little|tad) too|way too|(?:was|is|it's|that's|are|were) too)(?= \w)"
        r"|(?:(?<=^)|(?<=[,.;!] ))too(?= (?!long|short|old|new|late)\w))",
    ),
    (
        "refuse",
        rf"(?:(?:any|every)(?:thing| (?:{'|'.join(_SORTS)})) (?:but|except)|no more"
        r"|(?:do|does)(?:n't| not)(?: \w+)? (?:want|need|show|recommend|suggest"
        r"|give|include|feel like|be)|other (?:\w+ )?than|except(?: for)?|apart from|excluding|exclude|without|nothing"
        r"|none|neither|nor|not|no(?!\s*,)|non|nicht|keine?|ohne"
        r"|avoid|skip|enough|stop (?:showing|recommending|suggesting)|tired of|sick of"
        r"|free (?:of|from)|minus"
        r"|instead of|rather than|isn't|aren't|rather not|never|bored (?:of|with)|spare (?:me|us)|leave out"
        r"|(?:stay|keep|steer) (?:away from|clear of)|(?:done|through|fed up) with|had (?:it|enough)(?: with| of)"
        r"|(?:can|could) do without|hold the|cut (?:out )?the|refuse to (?:watch|see|read|play|eat|drink)"
        r"|(?:won't|can't) (?:watch|see|read|play|eat|drink|touch|deal with|handle)"
        r"|(?:i'm|im|i am|we're|we are)(?: so| totally| completely)? (?:off|over))" + _FILLER + _TOO,
    ),
    (
        "like",
        r"(?:likes?|liked|love[ds]?|enjoy(?:s|ed)?|prefer|adore[ds]?|fan of|into|favou?rites?(?: \w+)? (?:is|are))",
    ),
    (
        "want",
        r"(?:i'd like|would like|looking for|look for|mood for|feel like|want(?:ed)?|need|give|show|find|how about"
        r"|what about|something|anything|somewhere|someplace|some|maybe|preferably|ideally|rather|instead|recommend"
        r"|suggest|more|only|just|mostly|mainly|yes|search|recommendations?|suggestions?"
        r"|any|watch|play|got|(?<!to go )(?<!to go well )with"
        r"|(?<=, )(?:that|which) (?:are|is)(?! (?:not|too|so)\b))",
    ),
)
_CUE = re.compile(
    "|".join(f"(?P<c{number}>(?<![\\w'])(?:{body})(?![\\w']))" for number, (_, body) in enumerate(_CUES)), re.IGNORECASE
)

_OPENER = (
    r"(?:something|anything|somewhere|maybe|preferably|ideally|just|rather|instead|i|i'd|i'm|i've|give|show|what|how|with|not|no"
    r"|nothing|without|please|yes|yeah|an?|some|let's|can|could|do|have|then|also|so|where)\b"
)
_BUT = "".join(rf"(?<!any {sort} )" for sort in _SORTS)
_BREAK = re.compile(
    r"[.!?;\n]+(?=\s|$)|\.{2,}"
    rf"|,?\s*(?<!anything )(?<!everything )(?<!nothing ){_BUT}\bbut\b(?!\s+(?:also)\b)"
    rf"|,\s*(?=(?:and\s+|or\s+)?{_OPENER})"
    r"|,\s*(?=(?:it|this|that|there|today|we|he|she|they|(?:my|the|this) \w+)"
    r"(?:'s|'ve|'re|'d| has| have| had| is| was| were| are) )"
    r"|\s+(?:though|although|however|whereas|because|since|unless)\s+(?!the\b|\d)"
    r"|\s+(?:and|or)\s+(?=(?:i|i'd|i'm|i've|no|not|nothing|without|something|please|maybe)\b)"
    r"|\s+(?=(?:what|how) about\b)|\s+-+\s+"
)
_FINE = re.compile(
    r"\s*(?:and \w+\s+)?(?:\w+\s+)?(?:is|are|would be|'s|s)\s+(?:also |totally |perfectly |absolutely |actually "
    r"|just )*"
    r"(?:fine|ok|okay|alright|all right|welcome|allowed|no problem)\b|\s+(?:fine|ok|okay) (?:too|by|with|for)\b"
)
_LOVELY = re.compile(
    r"\s*(?:\w+\s+)?(?:would|'d) be (?:(?:really|so|very|just|quite|also)\s+)*"
    r"(?:lovely|nice|great|good|perfect|ideal|amazing|brilliant|cool|handy"
    r"|useful|a (?:big |huge |nice )?plus|a bonus)\b"
)
"""Follows what is wished for: `a hot tub would be lovely`."""
CHANGES = re.compile(
    r"(?<![\w'])(?:no,? (?:(?:actually|wait|sorry|better|rather)\b,? ?)+|(?:sorry|oops|wait),? (?:no,? )?"
    r"|(?:no,? )?i (?:mean|meant) )"
)
"""A change of mind: what follows stands in place of what was said before on the same."""
_NEEDLESS = re.compile(
    r"\s*(?:\w+\s+)?(?:(?:is|are)(?:n't| not)|not)(?: really| strictly)?"
    r" (?:needed|necessary|required|important|a must)\b"
)
_NEEDED = re.compile(r"\s*(?:\w+\s+)?(?:needed|necessary|required)\b")
_NO_NEED = re.compile(r"\b(?:do|does)(?:n't| not)(?: really| necessarily)? (?:need|require) (?:an? |any |the )?$")
_NO = re.compile(r"\bno (?:\w+ )?$")
_NOT_FOR_ME = re.compile(
    r"[ -]free\b(?! (?:time|of charge|entry|shipping|delivery))|[ -](?:intoleran(?:t|ce)|allerg(?:y|ic|ies))\b|"
    r"\s*(?:\w+\s+){0,2}?(?:(?:is|are|was)(?:n't| not| never)\s+(?:\w+\s+){0,3}?(?:thing|me|for me|taste|cup"
    r"|favou?rite|into)"
    r"|(?:scares?|bores?|annoys?|depress(?:es)?) me|not really|no thanks|never again|\?\s*no\b"
    r"|(?:is|are) (?:a no(?:-go)?|no good|no use|useless|out|a deal-?breaker)\b)"
    r"|,?\s*(?:(?:rather|but) )?(?:not so much|hell no|absolutely not)\b"
    r"|\s*(?:i|we) (?:(?:do|will|can|wo|ca)(?:n't| not)|never) (?:\w+ )?"
    r"(?:eat|watch|touch|read|play|drink|like|stand)\b"
    r"|\s+no\s*(?:$|[,.!;])"
)


def needless(plain: str, start: int, end: int) -> bool:
    """Whether something may be or not: `no certificate needed`, `I don't need a balcony`.

    Args:
        plain: Folded message.
        start: Where it is named.
        end: Where its name ends.
    """
    if _NEEDLESS.match(plain, end) or _NO_NEED.search(plain, 0, start):
        return True
    return _NEEDED.match(plain, end) is not None and _NO.search(plain, 0, start) is not None


_SUBJECT = re.compile(
    r"\b(?:i|we|he|she|they|you|it|my|our|his|her|their|(?<!that )(?<!which )(?:is|are)|was|were|has|had|did|does)\b"
    r"(?!'d like)"
)


_KIND_WITH = re.compile(
    r"(?:no|no more|not any|without|exclude|avoid)(?: any)? [\w'-]+"
    r"(?: (?!(?:but|and|or|please|just|only|something|anything|someone|one|thanks?|then|rather|though)\b)[\w'-]+)? "
)
"""`no films with`, `no board games with`: what follows is refused as what follows `nothing with` is."""
_LINK = (
    r"(?:set|filmed|shot|made|released|produced|written|directed|grown|brewed|sung|spoken|dubbed|subtitled)"
    r" (?:in|during|by)"
    r"|made (?:from|of)|to go(?: well)? with"
    r"|from|in|with|starring|by|for|about|between|before|after|since|until|up to|at most|at least|under|over|tagged"
)
"""What ties a piece to what it is said of; of two words it is another than its second word alone."""
_PIECE = re.compile(rf"(?P<tie>,\s*(?:and\s+)?|\s+and\s+)(?P<link>{_LINK})\s")
_LINKS = re.compile(rf"(?<![\w'])(?P<link>{_LINK})(?![\w'])")
_LISTED = re.compile(rf"\b(?:or|nor)\s+(?:{_LINK})\s")


def _turns(plain: str, rest: str) -> bool:
    """Whether a refusal ends before the last piece: `no drama, from Brazil` wants Brazil, `not from Peru, from Chile`
    wants Chile; `not from Peru and from Chile`, `not from Peru, from Chile or from Cuba` and `no drama or comedy` go on
    refusing.

    Args:
        plain: From the word of refusal to the end of what is asked about.
        rest: Of the clause.
    """
    *_, last = (None, *_PIECE.finditer(plain))
    if last is None or "," in plain[last.end() :]:
        return False
    if _LISTED.search(plain) or _LISTED.search(rest):
        return False
    return any(
        piece["tie"][0] == "," or piece["link"] not in {one["link"] for one in _LINKS.finditer(plain, 0, piece.start())}
        for piece in _PIECE.finditer(plain)
    )


_INSTEAD = re.compile(r"(?!.*(?:,.*,|\band\b|\bor\b))[^,]*\w[^,]*,\s*(?:(?:then|better|rather|an?|the|some|to)\s+)*")
"""What lies between a word that takes back and what is wanted in its place: `forget diesel, petrol`."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that says where the speaker stands to what follows it."""

    start: int
    end: int
    stance: Stance


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a message that says one thing.

    Attributes:
        start: Where it begins in the message.
        end: Where it ends.
        cues: Its cues in order.
        asked: Whether it ends with a question mark.
    """

    start: int
    end: int
    cues: tuple[Cue, ...]
    asked: bool

    def stance(self, plain: str, start: int, end: int) -> tuple[Stance, int]:
        """Where the speaker stands to what lies between two places, and where the words that say so begin.

        The last cue before it decides, unless what follows says otherwise (`horror is fine`, `horror is not for me`).
        """
        after = plain[end : self.end]
        if needless(plain, start, end):
            return "drop", start
        if _NOT_FOR_ME.match(after):
            return "refuse", start
        if _FINE.match(after):
            return "allow", start
        if _LOVELY.match(after):
            return "want", start
        before = [cue for cue in self.cues if cue.start < start and cue.end <= end]
        if not before:
            return "plain", start
        last = before[-1]
        if len(before) > 1 and plain[last.start : last.end] == "with":
            refused = before[-2]
            if refused.stance in NEGATIVE and _KIND_WITH.fullmatch(plain, refused.start, last.start):
                last = refused
        if last.stance in NEGATIVE and _turns(plain[last.start : end], after):
            return "plain", start
        if last.stance == "drop" and _INSTEAD.fullmatch(plain, last.end, start):
            return "want", start
        return last.stance, last.start

    def is_fragment(self, plain: str) -> bool:
        """Whether it has no subject of its own: `a slow western from the fifties`."""
        return _SUBJECT.search(plain, self.start, self.end) is None

    @property
    def wishes(self) -> bool:
        """Whether a cue of wanting or liking stands in it."""
        return any(cue.stance in ("want", "like") or cue.stance in NEGATIVE for cue in self.cues)


def clauses(plain: str, whole: Iterable[tuple[int, int]] = ()) -> list[Clause]:
    """The clauses of a folded text.

    Args:
        plain: Folded text.
        whole: Places (titles) that no break may cut and no cue may lie in.
    """
    kept = list(whole)
    found = []
    for start, end, asked in _stretches(plain, kept):
        cues = tuple(
            Cue(match.start(), match.end(), _CUES[int((match.lastgroup or "c0")[1:])][0])
            for match in _CUE.finditer(plain, start, end)
            if not _inside(match.start(), kept)
        )
        found.append(Clause(start, end, cues, asked))
    return found


def _stretches(plain: str, kept: list[tuple[int, int]]) -> Iterator[tuple[int, int, bool]]:
    at = 0
    for match in _BREAK.finditer(plain):
        if _inside(match.start(), kept):
            continue
        if plain[at : match.start()].strip():
            yield at, match.start(), "?" in match.group()
        at = match.end()
    if plain[at:].strip():
        yield at, len(plain), False


def _inside(place: int, spans: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in spans)
