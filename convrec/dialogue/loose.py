"""Free words of a wish: what is left when titles, catalogue words, years and talk are taken away."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.dialogue.clauses import NEGATIVE, Clause
from convrec.dialogue.frame import telling
from convrec.dialogue.wants import Wants
from convrec.dialogue.words import Word

MAX_RUN = 3


def gather_words(
    wants: Wants, text: str, plain: str, spoken: Sequence[Word], clauses: Sequence[Clause], noun: str, *, loose: bool
) -> None:
    """Add the free words of a message as soft wishes and aversions.

    Args:
        wants: What is gathered so far; its `used` places are left out.
        text: The message.
        plain: The same, folded.
        spoken: Its words.
        clauses: Its clauses.
        noun: What one item is called.
        loose: Whether words of a clause without a cue count.
    """
    for clause in clauses:
        if not (loose or clause.wishes or clause.is_fragment(plain)):
            continue
        own = [word for word in spoken if clause.start <= word.start < clause.end]
        for run in _runs(own, plain, wants.used, noun):
            stance, _ = clause.stance(plain, run[0].start, run[-1].end)
            words = text[run[0].start : run[-1].end].lower()
            if stance in NEGATIVE:
                wants.avoid.append(words)
            elif stance in ("allow", "drop"):
                wants.welcome.append(words)
            elif stance != "neutral" and words not in wants.wishes:
                wants.wishes.append(words)


def _runs(own: Sequence[Word], plain: str, used: Sequence[tuple[int, int]], noun: str) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for word in own:
        if not telling(word, noun) or any(word.start < end and word.end > start for start, end in used):
            continue
        gap = plain[runs[-1][-1].end : word.start] if runs else ""
        if runs and re.fullmatch(r"[ -]", gap) and len(runs[-1]) < MAX_RUN:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def wish_text(
    text: str, plain: str, clauses: Sequence[Clause], spoken: Sequence[Word], cut: Sequence[tuple[int, int]], noun: str
) -> str:
    """The wish in the person's own words, without what is refused; empty where nothing in it tells items apart.

    Args:
        text: The message.
        plain: The same, folded.
        clauses: Its clauses.
        spoken: Its words.
        cut: Places left out: bounds on years and numbers, counts.
        noun: What one item is called.
    """
    gone = [*cut, *(span for clause in clauses for span in _refused(clause, plain))]
    left = [word for word in spoken if not any(start <= word.start < end for start, end in gone)]
    if not any(telling(word, noun) for word in left):
        return ""
    pieces, at = [], 0
    for start, end in sorted(gone):
        pieces.append(text[at : max(start, at)])
        at = max(at, end)
    pieces.append(text[at:])
    return re.sub(r"\s+([,.!?])", r"\1", " ".join(" ".join(pieces).split())).strip(" ,.;")


_BEFORE = re.compile(r"(?:\b(?:i|we|but|and|so|please|really|just|definitely|oh|well)\b[\s,]*)+$")


def _refused(clause: Clause, plain: str) -> list[tuple[int, int]]:
    spans = []
    for place, cue in enumerate(clause.cues):
        after = clause.cues[place + 1] if place + 1 < len(clause.cues) else None
        if cue.stance in NEGATIVE or cue.stance == "drop":
            end = after.start if after is not None and after.stance in ("want", "like", "allow") else clause.end
            led = _BEFORE.search(plain, 0, cue.start)
            spans.append((led.start() if led else cue.start, end))
    return spans
