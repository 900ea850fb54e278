"""What a message changes when it is read by a reader, against what it changes when it is read by hand.

Labels of words are a means. Whether `slow` was labelled as a wish or as a mood makes no difference where both become
the same wish; whether a title was taken for an aversion to a word does. So both readings go the whole way to what the
conversation does with them, in the same catalogue and with the same rules, and the outcomes are compared.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from copy import copy
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from convrec.dialogue.readers.slots import ACTS, Parse, Span
from convrec.dialogue.readers.tagger import Tagged
from convrec.evaluate.interval import Estimate, bootstrap, ratio

if TYPE_CHECKING:
    from convrec.dialogue.sense.understand import Understander
    from convrec.dialogue.understanding import Understanding

_STEERS = frozenset(
    ("more", "again", "surprise", "undo", "reset", "edit", "accept", "reject", "yes", "no")
)  # fmt: skip
"""Acts that change what comes next by themselves; the others do it by what they say."""


@dataclass(frozen=True)
class Consequences:
    """How far two ways of reading the same messages change the same.

    Attributes:
        f1: Over all single changes of all messages: each condition, wish, aversion, likeness, judgement, question,
            number, and act that steers.
        same: Share of messages that change exactly the same.
        changes: How many single changes the readings by hand bring.
    """

    f1: Estimate
    same: Estimate
    changes: int


class ByHand:
    """Implements `Reader` with a reading that is given: every span and every act is certain."""

    def __init__(self, parse: Parse) -> None:
        """Take the reading.

        Args:
            parse: Of the message that will be asked for, or of one of which that is a part.
        """
        self._parse = parse

    def read(self, text: str) -> Tagged:
        """The reading of a text: the message, mended or not, or a part of it."""
        parse = as_written(self._parse, text)
        acts = {act: float(act in parse.acts) for act in ACTS}
        return Tagged(text, parse.spans, (1.0,) * len(parse.spans), acts, "the hand")


def by_hand(reader: Understander, parse: Parse) -> Understander:
    """The same rules and catalogue, with a reading by hand in the models' place."""
    own = copy(reader)
    own.tagger = ByHand(parse)
    return own


def compare(wanted: Sequence[Understanding], found: Sequence[Understanding], *, seed: int = 0) -> Consequences:
    """Compare what messages change, with 95 % intervals from a bootstrap over messages.

    Args:
        wanted: By the readings by hand; at least one.
        found: By a reader, of the same messages.
        seed: Of the bootstrap.
    """
    sets = [(changes(one), changes(other)) for one, other in zip(wanted, found, strict=True)]
    counts = np.array([(len(one & other), len(one), len(other)) for one, other in sets], dtype=np.float64)
    return Consequences(
        f1=ratio(2 * counts[:, 0], counts[:, 1] + counts[:, 2], seed=seed),
        same=bootstrap(np.array([one == other for one, other in sets], dtype=np.float64), seed=seed),
        changes=int(counts[:, 1].sum()),
    )


def changes(meaning: Understanding) -> frozenset[Hashable]:
    """Each single thing that a message changes, or asks."""
    found: set[Hashable] = {("act", act) for act in meaning.acts if act in _STEERS}
    for name, filters in (("filter", meaning.filters), ("lifted", meaning.lifted)):
        found |= {(name, one.field, one.op, frozenset(map(_plain, one.values))) for one in filters}
    for name, words in (("wish", meaning.wishes), ("avoid", meaning.avoid), ("welcome", meaning.welcome)):
        found |= {(name, _plain(word)) for word in words}
    for name, items in (("like", meaning.like), ("unlike", meaning.unlike), ("take", meaning.accepted)):
        found |= {(name, item_id) for item_id in items}
    found |= {("said", one.item_id, one.verdict) for one in meaning.feedback}
    found |= {("asked", one.kind, one.item_ids, one.fields[:1]) for one in meaning.questions}
    for name, value in (("k", meaning.k), ("novelty", meaning.novelty), ("diversity", meaning.diversity)):
        found |= {(name, value)} if value is not None else set()
    return frozenset(found)


def as_written(parse: Parse, text: str) -> Parse:
    """A parse of a message, its places those of the same message written a little otherwise."""
    if parse.text == text:
        return parse
    places = np.zeros(len(parse.text) + 1, dtype=int)
    for block in SequenceMatcher(None, parse.text, text, autojunk=False).get_matching_blocks():
        places[block.a : block.a + block.size + 1] = np.arange(block.b, block.b + block.size + 1)
    places = np.maximum.accumulate(places)  # what has no counterpart lies where the last letter with one does
    spans = [Span(int(places[span.start]), int(places[span.end]), span.slot) for span in parse.spans]
    return Parse(text, tuple(span for span in spans if span.start < span.end), parse.acts)


def _plain(value: str | float) -> str | float:
    return value.casefold() if isinstance(value, str) else value
