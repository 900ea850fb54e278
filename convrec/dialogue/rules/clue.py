"""What speaks for a title beginning at a word of a text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from convrec.dialogue.words.english import FUNCTION, NUMBERS, ORDINALS, PRAISE, TALK
from convrec.dialogue.words.words import Word

ARTICLES = frozenset(("the", "a", "an"))
COMMON = FUNCTION | TALK | PRAISE | frozenset(NUMBERS) | frozenset(ORDINALS)
NO_OPENING = TALK | frozenset(("i", "we", "you", "he", "she", "they", "it", "this", "that"))
YEAR_AFTER = re.compile(r"\s*[,]?\s*[(\[<]?\s*((?:18|19|20)\d\d)\s*[)\]>]?")
_CUE = re.compile(
    r"(?:\b(?:like|liked|likes|love|loved|loves|enjoy|enjoyed|adore|adored|hate|hated|dislike|disliked|seen|saw"
    r"|watched"
    r"|watch|rewatched|played|playing|play|read|reading|heard|similar to|reminds me of|such as|fan of|favou?rites? "
    r"(?:\w+ ){0,3}(?:is|are|was)|called|named|titled|than|about|recommend|try|tried|bought|vein of|style of"
    r"|how about|compared?(?: (?:to|with))?|differences? between|versus|vs\.?|prefer|choose between)"
    r"(?: (?:the (?:movie|film|game|book|series|album|song)s?|movies|films|games|books|both|also|really|of|to))*)"
    r"\s*[:,]?\s*$"
)
_ASKED = re.compile(
    r"(?:\b(?:have|has|had|got|carry|sell|know|is|are) (?:you|they|there|we)(?: got| have| any)?"
    r"|\byou (?:got|have|know)|\bheard of)(?: the (?:movie|film|game|book|series|album|song))?\s+$"
)
_REFUSED = re.compile(r"\b(?:not|no|but|except(?: for)?|besides|other than|apart from) (?:the )?$")
"""Leads to titles that are not wanted: `not star wars obviously`."""
_NEXT = r"\s*(?:,|and|or|&|,\s*and|,\s*or|\+|/)\s*"
_COMPARED = r"\s*(?:,|and|or|&|,\s*and|,\s*or|\+|/|vs\.?|versus|with|to|than|compared (?:to|with))\s*"
_AFTER = re.compile(
    r"\s*(?:$|[.,!?;:)\"]|(?:and|or|but|because|vs|versus|compared?"
    r"|was|is|are|were|which|with|though|too|also|a lot|so|very|instead|movies"
    r"|films|games|books|series|again|yet|last|yesterday|recently|as|if|for|except|by|from|in|on|the other|both"
    r"|minus|has"
    r"|had|did|does|would|could|when|while|where|who|i|we|you|it|this|that|the|my|to|at|today|even|really|maybe|please"
    r"|(?:yes|yep|yeah|no|nope|meh|ok|okay|great|good|bad|awful)(?=\s*(?:$|[,.;!?]))"
    r"|since|until|after|before|cause|cuz|lol|have|actually|not|never|more|better|than|movie|film|game|book|then)\b)"
)
_STRESSED = re.compile(r"\s+(?:obviously|clearly|of course|thanks?|pls|haha)\b")
_JUDGED = re.compile(r"\s+(?:was|is|were|sounds|looks)\s+(?!there|it|the|on|in)\w+")


_QUESTIONED = re.compile(r"(?:^|[.!?,] )(?:but |and |so |ok,? )?(?:is|are|was|were|does|did|has|would|will) $")
"""Leads to what a question is about: `is Heat long?`."""


class Placed(Protocol):
    """What has a place in a text."""

    @property
    def end(self) -> int:
        """Where it ends."""
        ...


class Clue:
    """What speaks for a title beginning at a word: capitals, a cue before it, the whole message."""

    def __init__(
        self,
        text: str,
        plain: str,
        spoken: Sequence[Word],
        at: int,
        found: Sequence[Placed],
        ordinary: frozenset[str],
    ) -> None:
        self._text, self._plain, self._spoken, self._ordinary = text, plain, spoken, ordinary
        start = spoken[at].start
        comparing = re.search(r"\b(?:compared?|differences?|better|vs|versus)\b", plain) is not None
        listed = any(
            one.end <= start and re.fullmatch(_COMPARED if comparing else _NEXT, plain[one.end : start])
            for one in found
        )
        self.cued = listed or bool(_CUE.search(plain[max(0, start - 60) : start]))
        self.asked = _ASKED.search(plain[max(0, start - 40) : start]) is not None
        self._refused = _REFUSED.search(plain[max(0, start - 20) : start]) is not None
        self._questioned = _QUESTIONED.search(plain[:start]) is not None
        self.opens = at == 0 or bool(re.search(r"[.!?]\s*$", plain[:start]))
        self._shouts = sum(word.capital for word in spoken) > 0.7 * len(spoken) and len(spoken) > 4

    def allows(self, run: Sequence[Word], *, whole: bool) -> bool:
        """Whether a run of words that spells a title is one here, and not ordinary talk."""
        if run[0].start == self._spoken[0].start and run[-1].end == self._spoken[-1].end:
            telling = [word for word in run if word.text not in COMMON]
            return bool(telling) and (whole or len(telling) > 1 or self._strange(telling))
        if whole and YEAR_AFTER.match(self._text, run[-1].end) and not self._goes_before(run):
            return True
        telling = [word for word in run if word.text not in COMMON]
        if len(telling) < 2 and (self._inside_name(run) or (run[0].text.isdecimal() and len(run[0].text) < 3)):
            return False
        proper = self._proper(run, telling)
        ends = bool(_AFTER.match(self._plain, run[-1].end))
        if not telling:
            return proper and run[-1].capital and (len(run) > 1 or (self.cued and ends))
        if self.cued and ends and (whole or proper or len(telling) > 1 or self._strange(telling)):
            return True
        if self.asked and ends and (proper or len(telling) > 1 or self._strange(telling)):
            return True
        named = sum(word.text not in ARTICLES for word in run)
        if self._refused and whole and named > 1 and (ends or _STRESSED.match(self._plain, run[-1].end)):
            return True
        if len(telling) == 1:
            return proper and (ends or self._questioned) and (whole or self.cued)
        return proper or (whole and len(telling) >= 2 and self._bold(telling))

    def may_be_misspelt(self, run: Sequence[Word]) -> bool:
        """Whether a run of words that spells no title may be one with a letter wrong."""
        telling = [word for word in run if word.text not in COMMON]
        if not telling:
            return False
        ends = bool(_AFTER.match(self._plain, run[-1].end))
        led = ends and (self.cued or self.asked)
        whole = run[0].start == self._spoken[0].start and run[-1].end == self._spoken[-1].end
        judged = self.opens and _JUDGED.match(self._plain, run[-1].end) is not None
        capital = sum(word.capital for word in telling)
        if len(telling) == 1:
            strange = telling[0].text not in self._ordinary and (capital > 0 or len(telling[0].text) > 5)
            return strange and (whole or led or (judged and capital > 0))
        if led or whole or judged:
            return True
        opens = run[0].text not in NO_OPENING and sum(len(word.text) for word in telling) >= 7
        return opens and (capital >= len(telling) - 1 or self._bold(telling))

    def _inside_name(self, run: Sequence[Word]) -> bool:
        """Whether capitals go on beyond the run, as in the name of a person: `Julia` in `Julia Stiles`."""
        if self._shouts:
            return False
        first, last = self._spoken.index(run[0]), self._spoken.index(run[-1])
        after = self._spoken[last + 1] if last + 1 < len(self._spoken) else None
        # The first word of a message is written with a capital anyway, and tells only where nothing leads to the name.
        before = self._spoken[first - 1] if first > 1 or (first == 1 and not (self.cued or self.asked)) else None
        joined_after = after is not None and after.capital and self._plain[run[-1].end : after.start] == " "
        joined_before = before is not None and before.capital and self._plain[before.end : run[0].start] == " "
        return (joined_after and run[-1].capital and after is not None and after.text not in COMMON) or (
            joined_before and run[0].capital and before is not None and before.text not in COMMON
        )

    def _goes_before(self, run: Sequence[Word]) -> bool:
        """Whether a title began before the run: `Michael` in `what is I Am Michael about`."""
        at = self._spoken.index(run[0])
        before = self._spoken[at - 1] if at > 1 and not (self.cued or self.asked or self._shouts) else None
        return before is not None and before.capital and self._plain[before.end : run[0].start] == " "

    def _proper(self, run: Sequence[Word], telling: Sequence[Word]) -> bool:
        named = telling or run
        return not self._shouts and all(word.capital or word.text.isdecimal() for word in named)

    def _bold(self, telling: Sequence[Word]) -> bool:
        """Whether several plain words are telling enough without capitals."""
        letters = sum(len(word.text) for word in telling)
        return letters >= 9 and not all(word.text in self._ordinary for word in telling)

    def _strange(self, telling: Sequence[Word]) -> bool:
        """Whether a word is no everyday word, so that a name of one word needs no capital."""
        return all(len(word.text) > 4 and word.text not in self._ordinary for word in telling)

    def capital_run(self, word: Word) -> bool:
        """Whether the word could open a name."""
        return word.capital and not self.opens and not self._shouts

    def spans(self, spoken: Sequence[Word], at: int) -> list[int]:
        """Lengths worth a closer look: up to the end of the clause or of the capitals, longest first, at most three."""
        lengths = []
        for length in range(1, min(6, len(spoken) - at) + 1):
            run = spoken[at : at + length]
            gap = self._plain[run[-2].end : run[-1].start] if length > 1 else " "
            if re.search(r"[.!?;,()\"]", gap):
                break
            names = all(
                word.capital
                or word.text in ARTICLES | {"of", "and", "in", "to", "v", "vs", "for", "on", "at", "from", "with"}
                for word in run
            )
            judged = self.opens and _JUDGED.match(self._plain, run[-1].end)
            if (
                judged
                or (self.cued and _AFTER.match(self._plain, run[-1].end))
                or (names and run[-1].capital and length > 1)
            ):
                lengths.append(length)
        return lengths[::-1][:3]
