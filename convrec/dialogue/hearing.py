"""What the LLM heard in a message, asked place by place, and who decides: it or the rules.

The LLM says which part words play; which value of the catalogue, which item, year or number they mean is for the rules
to say. So nothing that it writes can leave the schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from convrec.dialogue.amounts import MOST
from convrec.dialogue.clauses import NEGATIVE, Stance
from convrec.dialogue.english import FUNCTION, number
from convrec.dialogue.opinions import Opinion
from convrec.dialogue.reading import overlaps
from convrec.dialogue.slots import Span
from convrec.dialogue.tagger import Tagged
from convrec.dialogue.words import words

SURE = 0.55
"""Below this chance of a span the rules decide, where they have a word that says how."""
ITEMS = frozenset(("like", "unlike", "loved", "liked", "ok", "disliked", "hated", "seen", "take", "refuse", "about"))
WORDS = frozenset(("want", "not", "mood", "unmood", "occasion", "lift"))
_STANCES: dict[str, Stance] = {
    "want": "want", "mood": "want", "occasion": "want", "known": "neutral", "obscure": "neutral", "varied": "neutral",
    "count": "neutral", "field": "neutral", "not": "refuse", "hated": "refuse", "disliked": "refuse",
}  # fmt: skip
_OPINIONS: dict[str, Opinion] = {
    "like": Opinion(likeness=True), "unlike": Opinion(strength=-0.5), "loved": Opinion(strength=1.0),
    "liked": Opinion(strength=0.7), "ok": Opinion(strength=0.1), "disliked": Opinion(strength=-0.7),
    "hated": Opinion(strength=-1.0), "seen": Opinion(seen=True), "take": Opinion(wanted=True),
    "refuse": Opinion(strength=-0.4), "about": Opinion(),
}  # fmt: skip


@dataclass
class Hearing:
    """Of one message.

    Attributes:
        tagged: What the LLM made of it; None: it is not there, and the rules decide all.
        trace: Who decided, one line a place.
    """

    tagged: Tagged | None
    trace: list[str] = field(default_factory=list)

    def stance(self, start: int, end: int, by_rules: Stance) -> Stance:
        """Where the speaker stands to a word of the catalogue."""
        heard = self._at(start, end)
        if heard is None:
            return by_rules
        span, sure = heard
        explicit = by_rules not in ("plain", "neutral")
        if sure < SURE and explicit:
            return by_rules
        if span.slot == "unmood":
            said: Stance = by_rules if by_rules in NEGATIVE else "less"
        elif span.slot == "lift":
            said = by_rules if by_rules in ("allow", "drop") else "drop"
        elif span.slot in ITEMS - {"hated", "disliked"}:
            said = "refuse" if span.slot in ("refuse", "unlike") and by_rules in NEGATIVE else "neutral"
        else:
            said = _STANCES.get(span.slot, by_rules)
            if said == "want" and by_rules == "like":
                said = "like"
            if said == "refuse" and by_rules == "dislike":
                said = "dislike"
        self._note(start, end, span, sure, said, by_rules)
        return said

    def wish(self, start: int, end: int) -> bool | None:
        """Whether a word is asked for or refused by itself and does not only colour a wish; None: unsure."""
        heard = self._at(start, end)
        if heard is None or heard[1] < SURE or heard[0].slot not in WORDS:
            return None
        return heard[0].slot != "occasion"

    def opinion(self, start: int, end: int, by_rules: Opinion) -> Opinion:
        """What is said of an item that is named or pointed at."""
        heard = self._at(start, end)
        if heard is None or heard[0].slot not in ITEMS or heard[1] < SURE:
            return by_rules
        span, sure = heard
        said = _OPINIONS[span.slot]
        if said.strength is not None and by_rules.strength is not None and _alike(said.strength, by_rules.strength):
            said = by_rules
        self._note(start, end, span, sure, span.slot, _named(by_rules))
        return Opinion(
            said.strength, said.seen or by_rules.seen, said.likeness, said.wanted, said.unseen, by_rules.said
        )

    def time(self, start: int, end: int, *, refused: bool, meant: bool) -> tuple[bool, bool]:
        """Whether years are refused, and whether they are meant as a wish at all."""
        heard = self._at(start, end)
        if heard is None or heard[0].slot not in ("when", "notwhen") or heard[1] < SURE:
            return refused, meant
        self._note(start, end, *heard, heard[0].slot, "notwhen" if refused else "when")
        return heard[0].slot == "notwhen", True

    def is_title(self, start: int, end: int, *, whole: bool) -> bool | None:
        """Whether words that spell a title name an item here; None: the LLM does not say.

        Args:
            start: Where they begin.
            end: Where they end.
            whole: Whether they are the whole title as it is written.
        """
        heard = self._at(start, end)
        if heard is None:
            return None
        span, sure = heard
        if sure < SURE:
            return None
        if span.slot in ITEMS:
            return True
        inside = span.start <= start and end <= span.end
        return False if inside and not (whole and span.end - span.start <= end - start + 4 and sure < 0.9) else None

    def items(self, taken: Sequence[tuple[int, int]]) -> list[Span]:
        """Places that name or point at items and that nobody has read yet."""
        if self.tagged is None:
            return []
        return [
            span
            for span, sure in zip(self.tagged.spans, self.tagged.sure, strict=True)
            if span.slot in ITEMS and sure >= SURE and not overlaps(span.start, span.end, taken)
        ]

    def free(self, used: Sequence[tuple[int, int]]) -> list[Span]:
        """Words that ask for something or against it and that nobody has read yet, function words at the edges cut."""
        if self.tagged is None:
            return []
        found = []
        for span in self.tagged.spans:
            if span.slot not in WORDS:
                continue
            inside = words(self.tagged.text[span.start : span.end])
            telling = [word for word in inside if word.text not in FUNCTION]
            if not telling:
                continue
            start, end = span.start + telling[0].start, span.start + telling[-1].end
            if not overlaps(start, end, used):
                found.append(Span(start, end, span.slot))
        return found

    def slot(self, start: int, end: int) -> str:
        """The part that a place plays; empty: none."""
        heard = self._at(start, end)
        return "" if heard is None else heard[0].slot

    def count(self, taken: Sequence[tuple[int, int]]) -> tuple[int, int, int] | None:
        """How many items are asked for, with the place."""
        span = self.first("count")
        if span is None or self.tagged is None or overlaps(span.start, span.end, taken):
            return None
        told = [found for word in words(self.tagged.text[span.start : span.end]) if (found := number(word.text))]
        return (min(told[0], MOST), span.start, span.end) if told and told[0] > 0 else None

    def lines(self) -> tuple[str, ...]:
        """The trace, each line once."""
        return tuple(dict.fromkeys(self.trace))

    def first(self, slot: str) -> Span | None:
        """The first place of a slot."""
        spans = self.tagged.spans if self.tagged is not None else ()
        return next((span for span in spans if span.slot == slot), None)

    def _at(self, start: int, end: int) -> tuple[Span, float] | None:
        return self.tagged.at(start, end) if self.tagged is not None else None

    def _note(self, start: int, end: int, span: Span, sure: float, said: str, by_rules: str) -> None:
        text = self.tagged.text[start:end] if self.tagged is not None else ""
        over = "" if said == by_rules else f", not {by_rules} as the rules say"
        self.trace.append(f"{text!r}: the LLM hears {span.slot} ({sure:.2f}){over}")


def _alike(one: float, other: float) -> bool:
    """Whether two strengths say the same, so that the finer one of the rules may stay."""
    return abs(one - other) <= 0.25


def _named(opinion: Opinion) -> str:
    """An opinion in a word."""
    names = {"likeness": opinion.likeness, "wanted": opinion.wanted, "unseen": opinion.unseen, "seen": opinion.seen}
    if opinion.strength is not None:
        return f"{opinion.strength:+.1f}"
    return next((name for name, holds in names.items() if holds), "nothing")
