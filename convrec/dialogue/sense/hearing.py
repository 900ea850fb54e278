"""What the LLM heard in a message, asked place by place, and who decides: it or the rules.

The LLM says which part words play; which value of the catalogue, which item, year or number they mean is for the rules
to say. So nothing that it writes can leave the schema.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.readers.tagger import LIKELY, Tagged
from convrec.dialogue.rules.amounts import MOST
from convrec.dialogue.rules.clauses import NEGATIVE, Stance
from convrec.dialogue.rules.opinions import REFUSED, TURNED_DOWN, Opinion
from convrec.dialogue.rules.party import company_in
from convrec.dialogue.sense.reading import overlaps
from convrec.dialogue.words.english import FUNCTION, TALK, number
from convrec.dialogue.words.words import folded, words
from convrec.feelings import kin

SURE = 0.55
"""Below this chance of a span the rules decide, where they have a word that says how."""
MOST_OF = 0.6
"""Of a span that a word must cover to be what it is about."""
_PLAINLY = 0.6
"""A judgement by the rules as strong as this needs words such as `loved`, `don't like` or `hate`."""
_CERTAIN = 0.95
"""Above this chance the LLM is right even against such words."""
_EDGES = frozenset(
    (
        "a", "an", "the", "for", "with", "without", "by", "from", "of", "in", "on", "at", "to", "as", "and", "or",
        "but", "not", "no", "too", "so", "very", "is", "are", "be", "some", "any", "that", "more", "less", "something",
    )
)  # fmt: skip
"""Words that a wish neither begins nor ends with."""
_OF_TITLES = frozenset(("loved", "liked", "disliked", "hated", "seen", "about"))
"""Slots of items that are named rather than described."""
_QUESTIONS = ("why", "about", "fact", "profile", "wish", "help", "have")
ITEMS = frozenset(("like", "unlike", "loved", "liked", "ok", "disliked", "hated", "seen", "take", "refuse", "about"))
WORDS = frozenset(("want", "not", "mood", "unmood", "occasion", "lift"))
_STANCES: dict[str, Stance] = {
    "want": "want", "mood": "want", "occasion": "want", "known": "neutral", "obscure": "neutral", "varied": "neutral",
    "count": "neutral", "field": "neutral", "not": "refuse", "seen": "neutral", "about": "neutral", "take": "neutral",
    "like": "like", "loved": "like", "liked": "like", "ok": "neutral", "hated": "dislike", "disliked": "dislike",
    "unlike": "refuse", "refuse": "refuse",
}  # fmt: skip
_OPINIONS: dict[str, Opinion] = {
    "like": Opinion(likeness=True), "unlike": Opinion(strength=TURNED_DOWN), "loved": Opinion(strength=1.0),
    "liked": Opinion(strength=0.7), "ok": Opinion(strength=0.1), "disliked": Opinion(strength=-0.7),
    "hated": Opinion(strength=-1.0), "seen": Opinion(seen=True), "take": Opinion(wanted=True),
    "refuse": Opinion(strength=REFUSED), "about": Opinion(),
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

    @property
    def who(self) -> str:
        """Who heard it."""
        return self.tagged.by if self.tagged is not None else "nobody"

    def stance(self, start: int, end: int, by_rules: Stance) -> Stance:
        """Where the speaker stands to a word of the catalogue."""
        heard = self._at(start, end)
        if heard is None:
            return "neutral" if by_rules in ("plain", "want") and self._only_asks() else by_rules
        span, sure = heard
        if sure < SURE and by_rules not in ("plain", "neutral"):
            return by_rules
        said = _stance(span, end - start, by_rules)
        if sure < SURE and by_rules == "plain" and (said in NEGATIVE or span.slot == "about"):
            return by_rules  # no word says no, and nobody is sure: "a slot for cards too"
        if span.slot in _OF_TITLES and sure >= SURE and self._named_more(span, start, end):
            said = "neutral"  # "American Pie" is a title that is not here
        self._note(start, end, span, sure, said, by_rules)
        return said

    def wish(self, start: int, end: int, *, sorts: bool = False) -> bool | None:
        """Whether a word is asked for or refused by itself and does not only colour a wish; None: unsure.

        Args:
            start: Where it stands.
            end: Where it ends.
            sorts: Whether the catalogue is sorted by such words: "for lunch" means those whose meal is lunch.
        """
        heard = self._at(start, end)
        if heard is None or heard[1] < SURE or heard[0].slot not in WORDS:
            return None
        return sorts or heard[0].slot != "occasion"

    def opinion(self, start: int, end: int, by_rules: Opinion, *, several: bool = False) -> Opinion:
        """What is said of an item that is named or pointed at.

        Args:
            start: Where it is named.
            end: Where the name ends.
            by_rules: What the rules say.
            several: Whether several items are pointed at in one.
        """
        heard = self._at(start, end)
        if heard is None or heard[0].slot not in ITEMS or heard[1] < SURE:
            return by_rules
        span, sure = heard
        said = _OPINIONS[span.slot]
        if span.slot == "refuse" and several:
            return by_rules  # "none of these" turns the list down and says nothing of each
        if by_rules.strength is not None and (span.slot == "seen" or _alike(said.strength, by_rules.strength)):
            said = by_rules
        if by_rules.unseen and said.seen:
            said = by_rules  # "haven't seen either of those"
        if sure < _CERTAIN and _against(by_rules.strength or 0.0, said.strength or 0.0):
            said = by_rules  # "I don't like X, I know everybody does", "loved X and Y, hated Z" are plain enough
        self._note(start, end, span, sure, span.slot, _named(by_rules))
        return Opinion(
            said.strength, said.seen or by_rules.seen, said.likeness, said.wanted, said.unseen, by_rules.said
        )

    def time(self, start: int, end: int, *, refused: bool, meant: bool, led: bool) -> tuple[bool, bool]:
        """Whether years are refused, and whether they are meant as a wish at all.

        Args:
            start: Where the words of time begin.
            end: Where they end.
            refused: What the rules say.
            meant: What the rules say.
            led: Whether the words themselves say `not` or `nothing`, which their bounds heed already.
        """
        heard = self._at(start, end)
        if heard is None or heard[1] < SURE or heard[0].slot not in ("when", "notwhen", "lift"):
            return refused, meant
        span, sure = heard
        if span.slot == "lift" or (not led and 2 * (end - start) < span.end - span.start):
            return refused, False  # taken back, or a word out of a longer stretch that the rules do not read
        self._note(start, end, span, sure, span.slot, "notwhen" if refused or led else "when")
        return span.slot == "notwhen" and not led, True

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

    def items(self, taken: Sequence[tuple[int, int]], *, least: float = SURE) -> list[Span]:
        """Places that name or point at items and that nobody has read yet.

        Args:
            taken: Places that have been read.
            least: Least chance of the span.
        """
        if self.tagged is None:
            return []
        return [
            span
            for span, sure in zip(self.tagged.spans, self.tagged.sure, strict=True)
            if span.slot in ITEMS and sure >= least and not overlaps(span.start, span.end, taken)
        ]

    def sureness(self, span: Span) -> float:
        """How sure a span is; 0 where it was not heard."""
        heard = self._at(span.start, span.end)
        return 0.0 if heard is None else heard[1]

    def free(self, used: Sequence[tuple[int, int]]) -> list[Span]:
        """Words that ask for something or against it and that nobody has read yet, function words at the edges cut."""
        if self.tagged is None:
            return []
        found = []
        for span in self.tagged.spans:
            if span.slot not in WORDS:
                continue
            inside = words(self.tagged.text[span.start : span.end])
            telling = [word for word in inside if word.text not in _EDGES]
            if all(word.text in FUNCTION and not kin(word.text) for word in telling):
                continue  # but "nothing stupid" and "makes you think" tell of feelings
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
        if span is None or self.tagged is None:
            return None
        if overlaps(span.start, span.end, [*taken, *company_in(folded(self.tagged.text))]):
            return None
        told = [found for word in words(self.tagged.text[span.start : span.end]) if (found := number(word.text))]
        return (min(told[0], MOST), span.start, span.end) if told and told[0] > 0 else None

    def lines(self) -> tuple[str, ...]:
        """The trace, each line once."""
        return tuple(dict.fromkeys(self.trace))

    def does(self, act: str) -> bool:
        """Whether the message does this, by the LLM."""
        return self.tagged is not None and self.tagged.acts.get(act, 0.0) >= LIKELY

    def first(self, slot: str) -> Span | None:
        """The first place of a slot."""
        spans = self.tagged.spans if self.tagged is not None else ()
        return next((span for span in spans if span.slot == slot), None)

    def said(self, slot: str) -> str:
        """The words of the first place of a slot; empty: there is none."""
        span = self.first(slot)
        return self.tagged.text[span.start : span.end] if span is not None and self.tagged is not None else ""

    def _at(self, start: int, end: int) -> tuple[Span, float] | None:
        return self.tagged.at(start, end) if self.tagged is not None else None

    def _named_more(self, span: Span, start: int, end: int) -> bool:
        """Whether a span goes on, behind or before a word of the catalogue, with words that are none of talk."""
        text = self.tagged.text if self.tagged is not None else ""
        rest = words(text[span.start : start]) + words(text[end : span.end])
        return any(word.text not in FUNCTION and word.text not in TALK for word in rest)

    def _only_asks(self) -> bool:
        """Whether the message asks a question and wants nothing else."""
        chances = self.tagged.acts if self.tagged is not None else {}
        asks = any(chances.get(act, 0.0) >= LIKELY for act in _QUESTIONS)
        return asks and not any(chances.get(act, 0.0) >= LIKELY for act in ("recommend", "inform", "more", "correct"))

    def _note(self, start: int, end: int, span: Span, sure: float, said: str, by_rules: str) -> None:
        text = self.tagged.text[start:end] if self.tagged is not None else ""
        over = "" if said == by_rules else f", not {by_rules} as the rules say"
        self.trace.append(f"{text!r}: {self.who} hears {span.slot} ({sure:.2f}){over}")


def _stance(span: Span, length: int, by_rules: Stance) -> Stance:
    """Where the speaker stands to a word of the catalogue inside a span that was heard.

    Args:
        span: That was heard.
        length: Of the word.
        by_rules: What the rules say.
    """
    if span.slot in ITEMS and length < MOST_OF * (span.end - span.start):
        if span.slot in ("refuse", "unlike") and by_rules in NEGATIVE:
            return by_rules  # "spare me the black ones"
        return "neutral"  # a part of a title that is not here
    if span.slot == "unmood":
        return by_rules if by_rules in NEGATIVE else "less"
    if span.slot == "lift":
        return by_rules if by_rules in ("allow", "drop") else "drop"
    said = _STANCES.get(span.slot, by_rules)
    pairs: dict[Stance, Stance] = {"want": "like", "refuse": "dislike", "dislike": "refuse"}
    return by_rules if pairs.get(said) == by_rules else said


def _against(plain: float, heard: float) -> bool:
    """Whether a judgement in plain words is heard as none or as its opposite."""
    return abs(plain) >= _PLAINLY and (heard > -0.3 if plain < 0 else heard < -0.3)


def _alike(one: float | None, other: float) -> bool:
    """Whether two strengths say the same, so that the finer one of the rules may stay."""
    return one is not None and abs(one - other) <= 0.25


def _named(opinion: Opinion) -> str:
    """An opinion in a word."""
    names = {"likeness": opinion.likeness, "wanted": opinion.wanted, "unseen": opinion.unseen, "seen": opinion.seen}
    if opinion.strength is not None:
        return f"{opinion.strength:+.1f}"
    return next((name for name, holds in names.items() if holds), "nothing")
