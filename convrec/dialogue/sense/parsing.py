"""What the rules made of a message, as a parse: the same terms in which the LLM reads it and a person would."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from convrec.dialogue.readers.slots import Parse, Span
from convrec.dialogue.readers.tagger import Tagged, likely
from convrec.dialogue.rules.acts import fame_in, mixture_in
from convrec.dialogue.rules.dropping import places
from convrec.dialogue.rules.opinions import Opinion
from convrec.dialogue.sense.reading import Reading, overlaps
from convrec.dialogue.understanding import Question, Understanding
from convrec.types import ItemId

Opinions = Sequence[tuple[tuple[ItemId, ...], Opinion]]
UNLIKE = -0.5
"""Strength of what nothing like it is wanted of."""

_AGAINST = frozenset(("disliked", "hated"))
_FOR = frozenset(("like", "loved", "liked", "ok", "seen"))
_ASKED = re.compile(r"^(?:and |but |so )?(?:who(?:'s| is| was| has| had)?|which|what(?:'s| is)?(?: the)?) (?=\w)")
_SAME = frozenset(
    ("greet", "thank", "bye", "smalltalk", "yes", "no", "recommend", "inform", "feedback", "accept", "reject", "more",
     "again", "surprise", "undo", "reset", "other")
)  # fmt: skip


def parse_of(reading: Reading, parts: Sequence[Span], opinions: Opinions, meaning: Understanding) -> Parse:
    """A message taken apart by rules.

    Args:
        reading: What was found in it.
        parts: Of catalogue words, free words, years and amounts, as judged.
        opinions: What is said of the items it names or points at, in the order of `reading.targets()`.
        meaning: What it means.
    """
    spans = [
        Span(start, end, slot)
        for (start, end, _), (_, said) in zip(reading.targets(), opinions, strict=True)
        if (slot := _of_item(said, meaning))
    ]
    spans += [Span(reading.count[1], reading.count[2], "count")] if reading.count else []
    spans += [Span(*place, slot) for place, slot in (*fame_in(reading.masked), *mixture_in(reading.masked))]
    spans += _fields(meaning.questions, reading.plain)
    spans += [Span(*place, "lift") for place in places(reading.plain)]
    return Parse(reading.text, apart([*spans, *parts]), acts_of(meaning))


def blended(tagged: Tagged | None, by_rules: Parse) -> Parse:
    """The parse of the LLM, but for what is disliked in plain words, as it was judged in the end.

    Args:
        tagged: Of the LLM; None: the rules' stands.
        by_rules: Of the same message.
    """
    if tagged is None:
        return by_rules
    against = [one for one in by_rules.spans if one.slot in _AGAINST]
    spans = [
        next((replace(one, slot=other.slot) for other in against if _turned(one, other)), one) for one in tagged.spans
    ]
    return Parse(tagged.text, tuple(spans), likely(tagged.acts))


def _turned(one: Span, other: Span) -> bool:
    return one.slot in _FOR and one.start < other.end and other.start < one.end


def apart(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans in order of place; of those that overlap the first given stays."""
    kept: list[Span] = []
    for span in spans:
        if span.start < span.end and not overlaps(span.start, span.end, [(one.start, one.end) for one in kept]):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))


def acts_of(meaning: Understanding) -> tuple[str, ...]:
    """Acts of a meaning, questions by their kind."""
    acts: list[str] = []
    for act in meaning.acts:
        if act == "ask":
            acts += ["fact" if one.kind == "unknown" else one.kind for one in meaning.questions]
        elif act in _SAME:
            acts.append(act)
        elif act == "edit":
            acts.append("inform")
    return tuple(dict.fromkeys(acts)) or ("other",)


def _of_item(said: Opinion, meaning: Understanding) -> str:
    """The part that an item plays by what is said of it."""
    if said.likeness:
        return "like"
    if said.wanted:
        return "take"
    if said.strength is None:
        if said.seen:
            return "seen"
        if said.unseen or meaning.questions:
            return "about"
        return "take" if "accept" in meaning.acts else "refuse" if "reject" in meaning.acts else "like"
    if said.strength == UNLIKE:
        return "unlike"
    if said.seen and not said.strength:
        return "seen"
    steps = ((0.9, "loved"), (0.4, "liked"), (-0.3, "ok"), (-0.9, "disliked"))
    return next((slot for least, slot in steps if said.strength > least - 1e-9), "hated")


def _fields(questions: Sequence[Question], plain: str) -> list[Span]:
    found = []
    for one in questions:
        at = plain.find(one.said) if one.kind == "fact" and one.said else -1
        if at >= 0:
            led = _ASKED.match(one.said)
            found.append(Span(at + (led.end() if led else 0), at + len(one.said), "field"))
    return found
