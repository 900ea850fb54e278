"""Messages that ask to weigh items: `is it any good?`, `which one should I take?`, `compare the first two`.

They ask for a judgement and not for a fact of the catalogue, so they are answered by what the log makes likely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from convrec.dialogue.understanding import Question, QuestionKind
from convrec.dialogue.words.english import NUMBERS, ORDINALS, number
from convrec.types import ItemId

_ORDINAL = "|".join(ORDINALS)
_PARTS = {
    "ONE": rf"(?:it|this|that|they|these|those|them|§|(?:the )?(?:{_ORDINAL})|number \w+|#\d)"
    r"(?: (?:one|two|three|NOUN))?",
    "NOUN": r"(?:NOUNs?|movies?|films?|ones?)",
    "GOOD": r"(?:good|great|decent|nice|bad|boring|popular|well known|famous|(?:highly|well) rated|well[- ]liked)",
    "VERY": r"(?:(?:really|actually|even|that|very|any|a) )*",
    "PEOPLE": r"(?:(?:other|most) )?(?:people|others|users|folks)",
    "LIKE": r"(?:like|enjoy|love)",
    "THESE": r"(?: (?:of|out of|from) (?:them|these|those"
    r"|the (?:(?:first |last )?(?:two|three|four|five)(?: first| last)?|lot)|all(?: of)?(?: them| these)?)"
    r"| here)?",
    "TAKE": r"(?:watch|pick|choose|take|see|read|play|buy|try|get|have|go with|go for|start with|begin with|prefer"
    r"|recommend|suggest|like)",
    "BEST": r"(?:(?:the |your )?(?:better|best|favou?rite|nicest|most popular"
    r"|least (?:bad|terrible|awful|boring|horrible|stupid|annoying)))(?: (?:one|pick|choice|bet))?",
}
_LEAD = (
    r"^\W*(?:(?:and|so|but|ok|okay|well|fine|alright|perfect|great|hm+|hey|please|oh|then|now|honestly|can you"
    r"|could you|tell me|(?:one |the )?(?:last|final|quick|other|more) question)\W+)*"
)
_END = r"(?: (?:though|then|really|please|to TAKE|for me|for us|tonight|first|now))*\W*$"
_WORTH = (
    "(?:is|are|was) ONE VERYGOOD(?: NOUN)?",
    "(?:(?:is|are) ONE )?(?:really )?worth(?: (?:it|a \\w+|my \\w+|the \\w+|\\w+ing))?",
    "any good",
    "how (?:good|popular|well liked) (?:is|are) ONE",
    "how(?:'s| is| are) ONE rated",
    "(?:do you think )?(?:would|will|might) i (?:really )?LIKE ONE",
    "(?:are you sure|do you (?:really )?think)(?: that)? i(?:'d|'ll| would| will| might) LIKE ONE",
    "do PEOPLE LIKE ONE",
    "(?:what|how)(?: high(?:ly)?| well)? (?:did|do|have) PEOPLE rated? ONE",
    "what (?:do|are) (?:PEOPLE|you) (?:think|say)(?:ing)? (?:of|about) ONE",
    "(?:do|would) you recommend ONE",
    "should i TAKE ONE",
)
_WHICH = (
    "which(?: one| NOUN)?(?: would| is)?THESE (?:is|are|would be|do you think is|looks?|sounds?) BEST",
    "which(?: one| NOUN)?THESE (?:should|would|do|shall|can) (?:i|we|you)(?: \\w+)? TAKE(?: the)?(?: most| best)?",
    "which(?: one| NOUN)?THESE (?:would|will|might|could) (?:[\\w']+ ){1,4}?LIKE(?: (?:most|best|too|it))?",
    "(?:what|which)(?:'s| is| one is)? BESTTHESE",
    "(?:which|what)(?: one)?THESE is better\\W+ONE or ONE",
    "(?:(?:and )?the (?:one|NOUN) with|which(?: one| NOUN)?THESE (?:has|have|got)) the (?:best|highest|top)"
    " (?:rating|ratings|score|scores|reviews?|stars)THESE",
    "(?:just )?(?:pick|choose|decide|decide on) (?:one|BEST)THESE",
    "(?:you )?(?:decide|choose|pick)THESE",
    "(?:should i TAKE )?ONE,? or (?:rather )?ONE",
    "which(?: one)? is (?:a )?(?:better|the best)(?: one| choice)?[,:]? ONE(?:,? or ONE)+",
)
_COMPARE = (
    "compare (?:ONE|the two|both)(?:,? (?:and|with|to|or) ONE)*",
    "what(?:'s| is| are) the differences?(?: between (?:ONE|the two|both)(?:,? and ONE)?)?",
    "how (?:do|does) ONE(?: and ONE)? (?:compare|differ)(?: (?:to|with|from) ONE)?",
    "ONE (?:vs|versus)\\.? ONE",
)
_FAME = (
    r"(?P<fame>(?:best|better|least|less|most|more|widely)[- ]known"
    r"|(?:most|least|more|less) (?:well[- ]known|famous|popular|seen|watched|read|played|bought))"
)
_WHY = r"(?:,? (?:because|since|as|so|she|he|they|i|we|my) .*)?"
_FAMOUS = (
    f"(?:which|what|who)(?: one| NOUN)?THESE(?:'?s| is| are| would be) (?:the )?{_FAME}(?: one| NOUN)?THESE{_WHY}",
    "(?:which|what)(?: one| NOUN)?THESE (?:do|have|would) PEOPLE (?:know|seen|heard of)"
    "(?: (?P<fame>best|least|most))?THESE",
    f"(?:and )?(?:the )?{_FAME}(?: ones?| NOUN)?THESE",
    f"(?:is|are) ONE {_FAME} than ONE",
)
"""Which of several most people know, or fewest, the reason for asking behind it or not."""


_LOOKS = re.compile(
    r"^[^.?!;]{0,40}\b(?:looks?|sounds?|seems?)\b[^.?!;,]{0,30}(?:[,.!;]\s*|\s+)(?:(?:but|and|so)\s+)?"
    r"(?P<rest>(?:is|any|how|would|do|does|should)\b.+)$"
)
"""What is said of an item before it is asked about: `the second looks fun, is it any good?`."""


def weighing_in(
    masked: str, noun: str, named: Sequence[ItemId], shown: Sequence[ItemId], focus: ItemId | None
) -> Question | None:
    """What a message as a whole asks to be weighed; None: it is a message like others.

    Args:
        masked: Folded text with `§` in place of each title.
        noun: What one item is called.
        named: The items of these titles, in order.
        shown: The items in view, in order.
        focus: The item spoken of last; None: none in particular.
    """
    chosen = tuple(dict.fromkeys((*named, *pointed(masked, shown))))
    looks = _LOOKS.match(masked)
    if looks and chosen and _whole(_WORTH, looks["rest"], noun):
        return Question("worth", chosen, (), masked.strip())
    if _whole(_WORTH, masked, noun):
        about = chosen or ((focus,) if focus is not None else tuple(shown))
        kind: QuestionKind = "worth" if chosen or len(about) == 1 else "which"
        return Question(kind, about, (), masked.strip()) if about else None
    about = chosen if len(chosen) > 1 else tuple(shown)
    if len(about) > 1 and _whole(_COMPARE, masked, noun):
        return Question("compare", about, (), masked.strip())
    return Question("which", about, (), masked.strip()) if len(about) > 1 and _whole(_WHICH, masked, noun) else None


def fame_asked(masked: str, noun: str, named: Sequence[ItemId], shown: Sequence[ItemId]) -> Question | None:
    """Whether a message as a whole asks which of several most people know; None: it does not.

    Args:
        masked: Folded text with `§` in place of each title.
        noun: What one item is called.
        named: The items of these titles, in order.
        shown: The items in view, in order.
    """
    about = tuple(dict.fromkeys((*named, *pointed(masked, shown))))
    about = about if len(about) > 1 else tuple(shown)
    found = matched(_FAMOUS, masked, noun) if about else None
    if found is None:
        return None
    fame = "best" if found["fame"] in (None, "most") else found["fame"]
    said = f"{fame} known" if fame in ("best", "least") else fame
    return Question("fame", about, (), said, (("", "low" if fame.startswith("le") else "high"),))


def matched(patterns: Sequence[str], masked: str, noun: str) -> re.Match[str] | None:
    """The first pattern that a message is as a whole, courtesies at its ends aside; None: it is none of them.

    Args:
        patterns: With `NOUN`, `ONE`, `THESE` and the other parts of this module standing for what they say.
        masked: Folded text with `§` in place of each title.
        noun: What one item is called.
    """
    masked = re.sub("§+", "§", masked)
    return next((match for one in patterns if (match := _compiled(one, noun).match(masked))), None)


def _whole(patterns: Sequence[str], masked: str, noun: str) -> bool:
    return matched(patterns, masked, noun) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str, noun: str) -> re.Pattern[str]:
    whole = _LEAD + pattern + _END
    for name, part in _PARTS.items():  # "ONE" before "NOUN", which it has in it
        whole = whole.replace(name, re.escape(noun).join(part.split("NOUN")) if name == "NOUN" else part)
    return re.compile(whole)


def pointed(masked: str, shown: Sequence[ItemId]) -> list[ItemId]:
    """Items in view by their places: `the first or the third`, `the first two`, `number 2`."""
    found: list[ItemId] = []
    several = re.search(rf"\b(?P<side>first|last) (?P<n>two|three|four|{'|'.join(NUMBERS)}|\d)\b", masked)
    several = several or re.search(r"\b(?P<n>two|three|four|\d) (?P<side>first|last)\b", masked)
    if several and (count := number(several["n"])):
        return list(shown[:count] if several["side"] == "first" else shown[-int(count) :])
    masked = _BARE_PAIR.sub(r"\g<lead>#\g<one> and #\g<other>", masked)
    for match in re.finditer(rf"\b(?P<o>{_ORDINAL})\b|(?:number |#)(?P<n>\d|{'|'.join(NUMBERS)})\b", masked):
        place = _place(match["o"], len(shown)) if match["o"] else number(match["n"])
        if place is not None and 1 <= place <= len(shown):
            found.append(shown[int(place) - 1])
    return found


_BARE_PAIR = re.compile(r"(?P<lead>\b(?:between|compare|comparing) )(?P<one>\d) (?:and|to|with|or) (?P<other>\d)\b")
"""Two cards by their numbers alone: `the difference between 1 and 2`."""


def _place(word: str, count: int) -> int | None:
    place = ORDINALS[word]
    return count + 1 + place if place < 0 else place
