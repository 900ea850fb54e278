"""People of a catalogue as they are spoken of: by both names, one of them misspelt, or by the family name alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from convrec.dialogue.words.english import PARTICLES, may_stand_alone
from convrec.dialogue.words.misspelling import slips
from convrec.dialogue.words.words import Word, keys, singular

if TYPE_CHECKING:
    from convrec.dialogue.words.lexicon import Term

_LIKED = ("like", "love", "hate")
_BY = frozenset(
    ("with", "by", "starring", "from", "actor", "actress", "director", "featuring", "of", "author", *_LIKED)
)
_MOST = 3
_TELLING = 6
"""Letters of a family name that is all that is said; shorter ones are often words."""
_DEGREES = frozenset(("most", "best", "least", "worst", "same", "other", "first", "second", "third", "last", "next"))


class Names:
    """Names of people by each of their words.

    Args:
        exact: Every spelling of the catalogue's words, of which names are some; it may grow.
    """

    def __init__(self, exact: Mapping[tuple[str, ...], list[Term]]) -> None:
        self._exact = exact
        self._by_word: dict[str, list[tuple[tuple[str, ...], Term]]] = {}

    def add(self, spelt: tuple[str, ...], term: Term) -> None:
        """Know a name of two words or more.

        Args:
            spelt: Its words, folded.
            term: What it names.
        """
        for part in (spelt[0], spelt[-1]):
            self._by_word.setdefault(part, []).append((spelt, term))

    def by_two_words(self, spoken: Sequence[Word], at: int) -> list[Term]:
        """People whose two names the words at a place and after it are, with a letter or two wrong."""
        one, two = spoken[at], spoken[at + 1]
        if not (one.capital or two.capital or (at > 0 and spoken[at - 1].text in _BY)):
            return []
        best: list[Term] = []
        for spelt, term in self._by_word.get(one.text, []) + self._by_word.get(two.text, []):
            if len(spelt) != 2:
                continue
            first, other = slips(one.text, spelt[0]), slips(two.text, spelt[1])
            if first + other <= (1 if len(one.text) + len(two.text) < 11 else 2):
                best.append(term)
        return sorted(best, key=lambda term: -term.count)[:_MOST]

    def by_surname(self, spoken: Sequence[Word], at: int) -> list[Term]:
        """The person whose family name the word at a place is, where one stands out and no other name is around it."""
        word = spoken[at]
        called = at > 0 and (word.capital or spoken[at - 1].text in _BY)
        called = called or (len(spoken) == 1 and len(word.text) >= _TELLING)  # "hitchcock?"
        if not called or len(word.text) <= 3 or self._goes_on(spoken, at):
            return []
        terms = self._bearer(word.text)
        return terms if terms and self._may_be_called(spoken, at, terms) else []

    def _may_be_called(self, spoken: Sequence[Word], at: int, terms: Sequence[Term]) -> bool:
        """Whether a family name may mean them: not if another first name leads it, `Tom Hardy` is no Rod Hardy."""
        before = spoken[at - 1] if at else None
        if before is None or spoken[at].start - before.end != 1 or not may_stand_alone(before.text):
            return True
        a_name = before.text in self._by_word or (before.capital and not self._known(before.text))
        return not a_name or any(term.value.casefold().startswith(before.text) for term in terms)

    def _goes_on(self, spoken: Sequence[Word], at: int) -> bool:
        """Whether a further word of a name follows, so that this one is no family name: `Harry Potter`."""
        if at + 1 == len(spoken) or (follows := spoken[at + 1]).start - spoken[at].end != 1:
            return False
        if with_epithet(spoken, at):
            return True
        named = follows.capital or follows.text in self._by_word or follows.text in PARTICLES
        ends = at + 2 == len(spoken) and at > 0 and spoken[at - 1].text in _LIKED  # "i like dante alighieri"
        return may_stand_alone(follows.text) and not self._known(follows.text) and (named or ends)

    def _bearer(self, word: str) -> list[Term]:
        bearers: Counter[str] = Counter()
        for spelt, term in self._by_word.get(word, []):
            bearers[term.value if spelt[-1] == word else ""] += term.count
        firsts = bearers.pop("", 0)  # "John" is a first name
        ranked = bearers.most_common(2)
        if not ranked or ranked[0][1] < firsts or (len(ranked) == 2 and ranked[0][1] < 2 * ranked[1][1]):
            return []
        return self._exact[keys(ranked[0][0])]

    def _known(self, word: str) -> bool:
        return (word,) in self._exact or (singular(word),) in self._exact


_TITLES = frozenset(
    {"dr", "prof", "professor", "doctor", "mr", "mrs", "ms", "sir", "dame", "lady", "lord", "dipl", "ing"}
)


def untitled(spelt: tuple[str, ...]) -> tuple[str, ...]:
    """A name without titles before it, where two words or more are left.

    >>> untitled(("prof", "dr", "karl", "hoffmann")), untitled(("dr", "dre"))
    (('karl', 'hoffmann'), ('dr', 'dre'))
    """
    first = next((at for at, word in enumerate(spelt) if word not in _TITLES), 0)
    return spelt[first:] if len(spelt) - first > 1 else spelt


def with_epithet(spoken: Sequence[Word], at: int) -> bool:
    """Whether an epithet follows a name, `Attila the Hun`: then it is no family name. None is `Eastwood the most`.

    Args:
        spoken: Words of a message.
        at: Place of the name.
    """
    if at + 2 >= len(spoken) or spoken[at + 1].text != "the" or spoken[at + 2].text in _DEGREES:
        return False
    return spoken[at + 1].start - spoken[at].end == spoken[at + 2].start - spoken[at + 1].end == 1
