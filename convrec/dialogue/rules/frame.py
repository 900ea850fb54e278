"""Whether a catalogue word asks for a kind of item, or only occurs in the description of one.

`A French film about two sisters` asks for French; `a town where German prisoners dig a tunnel` describes. A condition
taken from a description loses the very item that is described, so there it only counts as a wish.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.dialogue.rules.clauses import Clause
from convrec.dialogue.words.english import DECADES, FUNCTION, NUMBERS, ORDINALS, PANS, PRAISE, SO_SO, TALK, VIVID
from convrec.dialogue.words.words import Word, singular
from convrec.language import plural

_EMPTY = (FUNCTION | TALK | PRAISE | PANS | SO_SO | frozenset((*NUMBERS, *ORDINALS, *DECADES))) - VIVID
DESCRIBES = 3
"""A clause with so many words of its own, beside the catalogue's, describes."""

_JOINTS = (
    "about|with|where|who|that|which|in|from|of|by|set|for|and|or|but|starring|featuring|directed|please|on|like|without"
    r"|under|over"
)
_SIZED = r"(?:little|small|big|large|nice|good|decent|new|old|used|simple|quick|light|easy|cosy|modern|cute)"
"""Adjectives that may stand between another one and the item: `a cheap little car`."""
_REQUEST = re.compile(
    r"\b(?:i|me|please|recommend|suggest|looking|want|need|show|give|find|like|love|mood|something|anything|an?"
    r"|some|any)\b"
)


def telling(word: Word, noun: str) -> bool:
    """Whether a word says anything about what is wanted."""
    text = word.text
    if text in _EMPTY or singular(text) in _EMPTY or singular(text) == noun or text == plural(noun):
        return False
    return len(text) > 2 and not text.isdecimal() and "'" not in text


class Frame:
    """Tells requests from descriptions in one message."""

    def __init__(
        self,
        plain: str,
        spoken: Sequence[Word],
        clauses: Sequence[Clause],
        used: Sequence[tuple[int, int]],
        noun: str,
    ) -> None:
        """Look at a message once.

        Args:
            plain: The folded message.
            spoken: Its words.
            clauses: Its clauses.
            used: Places of titles, catalogue words, years and numbers.
            noun: What one item is called.
        """
        self._plain = plain
        self._clauses = clauses
        self._own = [
            word
            for word in spoken
            if telling(word, noun) and not any(word.start < end and word.end > start for start, end in used)
        ]
        self._used = used
        nouns = dict.fromkeys((noun, plural(noun), noun.split()[-1], plural(noun.split()[-1])) if noun.split() else ())
        called = "|".join(re.escape(one) for one in nouns) or "item"  # of board games somebody says "a game"
        self._thing = rf"(?:{called}|movies?|films?|ones?|stuff|things?|flicks?)"

    def asks(self, start: int, end: int) -> bool:
        """Whether the words at a place ask for a kind of item."""
        clause = self._clause(start)
        own = [word for word in self._own if clause.start <= word.start < clause.end]
        if len(own) < DESCRIBES:
            return True
        begin = clause.start
        if clause.is_fragment(self._plain):  # "quiet cabin for a writer, fast wifi": things beside each other
            begin = max(begin, self._plain.rfind(",", begin, start) + 1)
            own = [word for word in own if word.start >= begin]
        before = self._plain[begin:start]
        led = [word for word in own if word.start < start]
        if not led:
            return self._closes(end)
        near = (span for span in self._used if span[1] < start and not self._plain[span[1] : start].strip())
        attached = next(near, None)
        if attached is not None:  # "thrillers from the forties"
            return self.asks(*attached)
        said = self._plain[start:end]
        if len(led) <= 2 and singular(said) != said and said.split()[-1] not in DECADES and not said[0].isdigit():
            return self._closes(end)  # "black and white thrillers with ..."
        if len(led) == 1 and (_REQUEST.search(before) or before.split() == [led[0].text]):
            return self._closes(end)
        return re.search(rf"\b{self._thing}\s+(?:\w+\s+){{0,2}}$", before) is not None and len(led) <= 1

    def names_kind(self, end: int) -> bool:
        """Whether what follows a word like `old` or `short` is an item or nothing: `an old film`, not `an old man`."""
        after = self._plain[end:]
        if re.match(
            r"\s*(?:$|[.,!?;)]|(?:or|and|but|please|from|with|in|for|if|about|on|by|under|without|than)\b)"
            rf"|\s+(?:{_SIZED}\s+)?{self._thing}\b",
            after,
        ):
            return True
        follower = next((span for span in self._used if 0 <= span[0] - end <= 1), None)
        return follower is not None and self._closes(follower[1])

    def _closes(self, end: int) -> bool:
        """Whether the noun phrase ends here, or goes on with an item or another catalogue word."""
        after = self._plain[end:]
        goes_on = rf"{self._thing}|{_JOINTS}"
        if re.match(rf"\s*(?:$|[.,!?;:)])|\s+(?:{goes_on})\b", after):
            return True
        return any(0 < start - end <= 2 and self._closes(stop) for start, stop in self._used)

    def _clause(self, place: int) -> Clause:
        before = [clause for clause in self._clauses if clause.start <= place]
        return before[-1] if before else self._clauses[0]
