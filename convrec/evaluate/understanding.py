"""How well messages are read: words by the part they play, and what a message does, against readings by hand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.readers.slots import ACTS, SLOTS, Parse, Span
from convrec.dialogue.words.english import FUNCTION
from convrec.evaluate.interval import Estimate, bootstrap, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NEGATIVE = frozenset(("not", "notwhen", "unmood", "unlike", "disliked", "hated", "refuse"))
POSITIVE = frozenset(("want", "when", "mood", "like", "loved", "liked", "take", "occasion", "amount"))
THINGS = frozenset(
    (
        "movie", "movies", "film", "films", "flick", "flicks", "game", "games", "book", "books", "novel", "novels",
        "recipe", "recipes", "dish", "dishes", "food", "meal", "meals",
    )
)  # fmt: skip
"""What items are called: `horror films` asks for what `horror` asks for."""
_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True)
class Figures:
    """What one reader comes to on some messages.

    Attributes:
        messages: How many.
        f1: Over spans of the same slot and the same words, up to function words and what items are called at their
            edges (`the 70s`, `from the 70s`; `horror`, `horror films`), all slots together.
        exact: The same, letter by letter.
        words: F1 over words with their slots, which gives credit for parts of a span.
        slots: Precision, recall, F1 (as `f1`) and number of each slot.
        main_act: Share of messages whose most telling act is right.
        all_acts: Share of messages with exactly the right acts.
        act_f1: Over all acts of all messages.
        acts: F1 and number of each act.
        negations: Share of spans that turn something down which were read as such (where they lie counts, not every
            letter).
        turned: Share of spans that ask for something which were read as turning it down.
    """

    messages: int
    f1: Estimate
    exact: Estimate
    words: Estimate
    slots: Mapping[str, Mapping[str, float]]
    main_act: Estimate
    all_acts: Estimate
    act_f1: Estimate
    acts: Mapping[str, Mapping[str, float]]
    negations: Estimate
    turned: Estimate


def judge(parses: Sequence[Parse], found: Sequence[Parse], *, seed: int = 0) -> Figures:
    """Compare readings with those by hand, with 95 % intervals from a bootstrap over messages.

    Args:
        parses: As they should be; at least one.
        found: As they were read, of the same messages.
        seed: Of the bootstrap.
    """
    pairs = list(zip(parses, found, strict=True))
    hands = _counts(pairs, lambda parse: {bare(parse.text, span) for span in parse.spans})
    letters = _counts(pairs, lambda parse: set(parse.spans))
    words = _counts(pairs, _worded)
    acts = _counts(pairs, lambda parse: set(parse.acts))
    main = np.array([one.acts[:1] == other.acts[:1] for one, other in pairs], dtype=np.float64)
    every = np.array([set(one.acts) == set(other.acts) for one, other in pairs], dtype=np.float64)
    refused, asked = (
        np.array([_polar(one, other, slots) for one, other in pairs], dtype=np.float64)
        for slots in (NEGATIVE, POSITIVE)
    )
    return Figures(
        messages=len(pairs),
        f1=_f1(hands, seed),
        exact=_f1(letters, seed),
        words=_f1(words, seed),
        slots=_per_slot(pairs),
        main_act=bootstrap(main, seed=seed),
        all_acts=bootstrap(every, seed=seed),
        act_f1=_f1(acts, seed),
        acts=_per_act(pairs),
        negations=ratio(refused[:, 0], refused[:, 1], seed=seed),
        turned=ratio(asked[:, 0], asked[:, 1], seed=seed),
    )


def bare(text: str, span: Span) -> Span:
    """A span without function words and what items are called at its edges; as it is where it has no others."""
    inside = [(match.start(), match.end()) for match in _WORD.finditer(text, span.start, span.end)]
    telling = [place for place, (start, end) in enumerate(inside) if text[start:end].lower() not in FUNCTION | THINGS]
    if not telling:
        return Span(inside[0][0], inside[-1][1], span.slot) if inside else span
    return Span(inside[telling[0]][0], inside[telling[-1]][1], span.slot)


def _worded(parse: Parse) -> set[tuple[int, str]]:
    return {
        (match.start(), span.slot)
        for span in parse.spans
        for match in _WORD.finditer(parse.text, span.start, span.end)
    }  # fmt: skip


def _counts(pairs: Sequence[tuple[Parse, Parse]], of: Callable[[Parse], set[Any]]) -> Floats:
    """Right, wanted and found of each message, shape `(n, 3)`."""
    sets = [(of(one), of(other)) for one, other in pairs]
    return np.array([(len(one & other), len(one), len(other)) for one, other in sets], dtype=np.float64)


def _f1(counts: Floats, seed: int) -> Estimate:
    return ratio(2 * counts[:, 0], counts[:, 1] + counts[:, 2], seed=seed)


def _per_slot(pairs: Sequence[tuple[Parse, Parse]]) -> dict[str, dict[str, float]]:
    def of(slot: str) -> Callable[[Parse], set[Any]]:
        return lambda parse: {bare(parse.text, span) for span in parse.spans if span.slot == slot}

    return {slot: row for slot in SLOTS if (row := _row(_counts(pairs, of(slot)).sum(axis=0)))}


def _per_act(pairs: Sequence[tuple[Parse, Parse]]) -> dict[str, dict[str, float]]:
    def of(act: str) -> Callable[[Parse], set[Any]]:
        return lambda parse: {act} & set(parse.acts)

    return {act: row for act in ACTS if (row := _row(_counts(pairs, of(act)).sum(axis=0)))}


def _row(totals: Floats) -> dict[str, float]:
    """Precision, recall and F1; nothing where neither side has any."""
    right, wanted, found = totals.tolist()
    if not wanted + found:
        return {}
    precision = right / found if found else 0.0
    recall = right / wanted if wanted else 0.0
    return {
        "precision": precision, "recall": recall, "F1": 2 * right / (wanted + found), "wanted": wanted, "found": found,
    }  # fmt: skip


def _polar(wanted: Parse, found: Parse, slots: frozenset[str]) -> tuple[int, int]:
    """How many spans of these slots were read as turning something down, and how many there are."""
    spans = [span for span in wanted.spans if span.slot in slots]
    against = [span for span in found.spans if span.slot in NEGATIVE]
    hit = sum(any(one.start < span.end and one.end > span.start for one in against) for span in spans)
    return hit, len(spans)
