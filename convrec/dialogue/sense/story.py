"""Whether a message tells what a story is about: `shy man delivering mail learns about poetry from an exiled writer`.

The LLM has learned from messages that ask; in a plot it would hear a wish in every other word. Such a text is best
searched for as it stands.
"""

from __future__ import annotations

from convrec.dialogue.readers.tagger import Tagged
from convrec.dialogue.rules.clauses import clauses
from convrec.dialogue.words.english import FUNCTION
from convrec.dialogue.words.words import Word, folded, words

_PERSONS = frozenset(("i", "i'd", "i'm", "i've", "i'll", "im", "me", "my", "we", "we're", "us", "our", "you", "your"))
_TALK = frozenset(
    (
        "please", "pls", "plz", "thanks", "thx", "cheers", "hi", "hello", "hey", "ok", "okay", "yes", "yeah", "nah",
        "lol", "oops", "gimme", "lets", "let's", "whats", "what's", "smth", "stuff",
    )
)  # fmt: skip
_LEAST_WORDS = 4
_LEAST_LETTERS = 4
_LEAST_OWN = 3
"""Of them, words that are no function words."""
_IN_PLOTS = frozenset(("want", "not", "mood", "unmood", "occasion", "when", "notwhen", "amount"))
"""Parts that the LLM hears in plots; who names a number of items, or judges one, speaks to us."""
_ASKS = frozenset(("recommend", "inform"))
"""What a message does that describes an item, as far as the LLM can tell."""
_PLAINLY = 0.9
"""Chance of an act from which on a message does it and tells no story: `oops undo that last thing`."""
_LIST, _PARTS = 3, 3
"""Who lists so many things and is heard to ask for as many tells no story: `festival weekend, small tent, sleeps 3`."""
_MOST_HEARD = 0.65
"""A request is mostly words that surely play a part in it; in a plot the LLM is sure of few."""
_LONG, _HARDLY, _UNSURE = 6, 0.5, 0.9
"""In so many words without a comma, of which few are heard to play a part, and none for sure, words such as `watch` are
no cues. Chosen, as `_MOST_HEARD` is, on seventy plots written for it beside the held-out messages."""
_SURELY = 0.8
"""Chance from which on a part that no plot has tells a request; below, the LLM only tries to make sense of a plot."""


def is_story(tagged: Tagged) -> bool:
    """Whether a text describes an item and neither asks for, judges nor addresses anything.

    Args:
        tagged: The text as the LLM reads it.
    """
    spoken, plain = words(tagged.text), folded(tagged.text)
    if "?" in plain or any(word.text in _PERSONS or word.text in _TALK for word in spoken):
        return False
    telling = [word for word in spoken if len(word.text) >= _LEAST_LETTERS]
    if sum(word.text not in FUNCTION for word in telling) < _LEAST_OWN:
        return False  # "actually make that French"
    heard = sum(_heard(word, tagged) for word in telling)
    if any(chance >= _PLAINLY for act, chance in tagged.acts.items() if act not in _ASKS):
        return False
    if plain.count(",") + 1 >= _LIST and len(tagged.spans) >= _PARTS:
        return False
    found = zip(tagged.spans, tagged.sure, strict=True)
    if any(span.slot not in _IN_PLOTS and sure >= _SURELY for span, sure in found):
        return False
    if len(telling) < _LEAST_WORDS or heard >= _MOST_HEARD * len(telling):
        return False
    if (
        "," not in plain
        and len(telling) >= _LONG
        and heard < _HARDLY * len(telling)
        and max(tagged.sure, default=0.0) < _UNSURE
    ):
        return True  # "children watch their father defend a man": what reads like a cue asks for nothing
    return not any(clause.cues for clause in clauses(plain))


def _heard(word: Word, tagged: Tagged) -> float:
    """How sure it is that a word plays a part, 0 to 1."""
    found = zip(tagged.spans, tagged.sure, strict=True)
    return max((sure for span, sure in found if span.start < word.end and span.end > word.start), default=0.0)
