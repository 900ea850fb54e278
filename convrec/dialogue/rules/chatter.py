"""Talk about oneself: `I'm bored`, `I had a long day`, `we can't decide`. It says nothing about what is wanted.

What somebody is or needs (`I'm vegan`, `my dad is in a wheelchair`) does say something, where the catalogue answers it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.dialogue.rules.clauses import NEGATIVE, Clause

_LEAD = r"[\s,]*(?:(?:and|but|so|well|oh|ok|okay|hey|hi|hello|because|since|as|honestly|look)[\s,]+)*"
_WANTING = (
    r"(?:\w+ly |just |still |so )*(?:after|up for|open to|down for|craving|hoping|thinking|searching|hunting|in|into"
    r"|studying|researching|exploring|teaching|\w+ing (?:\w+ ){0,2}(?:paper|essay|thesis|dissertation|report|article"
    r"|book|class|course|project|presentation|talk|lecture) (?:about|on)"
    r"|looking|interested|keen|fond|here for|dying|itching|ready for|curious|trying|wondering|a (?:\w+ )?fan)\b"
)
_SELF = re.compile(
    rf"{_LEAD}(?:"
    rf"(?:i'm|im|i am|i was|i've been|i have been|we're|we are|we've been|i feel|i'm feeling|we feel)(?! like\b)"
    rf"(?:\s+feeling)?\s+(?!{_WANTING})"
    r"|(?:i|we|i've|we've)\s+(?:just\s+)?(?:have|had|got|have had)(?:\s+\w+){0,4}\s+(?:day|week|month|night|evening"
    r"|time|hours?|weekend)\b"
    r"|(?:it's|it is|it has)\s+(?:been\b|\w+ing outside|raining|snowing|pouring|late\b)"
    r"|today (?:is|was)\b"
    r"|my (?!mood\b|wish\b|favou?rite\b|taste\b)\w+(?: \w+)? (?:is|was|are|were) (?!into\b)"
    r")"
)
_IDLE = re.compile(
    r"\b(?:i|we|you)\s+(?:just |really |simply |still )*(?:can't|cannot|can not|couldn't|don't|do not)\s+(?:\w+ly )?"
    r"(?:decide|choose|pick|care|mind|know|agree|think of)(?: (?:on )?(?:what|which|anything|something)"
    r"(?: to \w+)?)?(?:\s*[,.!?]|\s*$|(?=\s+(?:and|so|but)\b))"
    r"|\b(?:that|this|it|these|those|they|which)(?: \w+)? (?:won't|can|(?:do|does|did|would|will|may|might|could"
    r"|should)(?: not|n't)?) (?:\w+ly )?work\b(?: out)?"
    r"|\b(?:to|and) (?:kill|pass) (?:the |some )?time\b|\bhelp (?:me|us) (?:out|decide|choose|pick)\b"
)


_SO = re.compile(
    r"(?<!\bi'm)(?<!\bim)(?<!\bam)(?<!\bis)(?<!\bare)(?<!'re)(?<!\bwas)(?<!\bbeen)(?<!'s)(?<!\bfeel)(?<!\bfeeling)(?<!\bever)"
    r",? so (?!(?:far|much|many|long|i|we|he|she|they|it)\b)(?=\w)"
)
"""What follows from it: `it's raining so indoors`."""


def chatter_in(plain: str, clauses: Sequence[Clause]) -> list[tuple[int, int]]:
    """Places of a folded text that speak of the person, up to the words that say what is wanted.

    Args:
        plain: Folded text.
        clauses: Its clauses.
    """
    spans = [match.span() for match in _IDLE.finditer(plain)]
    for clause in clauses:
        match = _SELF.match(plain, clause.start, clause.end)
        if match is None:
            continue
        said = (cue.start for cue in clause.cues if cue.stance in ("want", "like") or cue.stance in NEGATIVE)
        end = next((start for start in said if start > match.start()), clause.end)
        colon = plain.find(": ", match.start(), end)  # "we can't agree: one wants comedy, one horror"
        end = colon if colon >= 0 else end
        so = _SO.search(plain, match.start(), end)
        spans.append((clause.start, so.start() if so else end))
    return spans
