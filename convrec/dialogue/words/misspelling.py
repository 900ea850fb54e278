"""Words that somebody may have meant: those of a vocabulary within one letter of what they wrote."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz.distance import DamerauLevenshtein

MOST = 80
"""Words looked at for one; the rarest spellings have one or two, three-letter words dozens."""


class Vocabulary:
    """Finds words with one letter missing, added, changed, or in the place of its neighbour.

    Two words are that near only where they are the same after at most one letter of each is left out (symmetric
    deletes; Garbe 2012, SymSpell), so a dictionary answers and nothing is compared with every word.
    """

    def __init__(self, words: Iterable[str]) -> None:
        """Index the words; read only afterwards."""
        self._words = frozenset(words)
        self._left: dict[str, list[str]] = {}
        for word in sorted(self._words):
            for rest in _without_one(word):
                self._left.setdefault(rest, []).append(word)

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def near(self, word: str) -> tuple[str, ...]:
        """Words within one letter, itself left out, in order of the alphabet."""
        found: dict[str, None] = {}
        for rest in (word, *_without_one(word)):
            if rest in self._words:
                found[rest] = None
            for other in self._left.get(rest, ()):
                found[other] = None
        close = (
            one for one in sorted(found) if one != word and DamerauLevenshtein.distance(one, word, score_cutoff=1) <= 1
        )
        return tuple(close)[:MOST]


def slipped(word: str, meant: str) -> bool:
    """Whether a word is another one with one letter wrong, too many or too few: `snak` for `snack`."""
    return DamerauLevenshtein.distance(word, meant, score_cutoff=1) <= 1


def _without_one(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def slips(written: str, name: str) -> int:
    """Letters wrong, 3 for too many; few get the first one wrong as well: `brus` is Bruce, `Harry` is not Terry."""
    most = 2 if written[:1] == name[:1] else 1
    slips = DamerauLevenshtein.distance(written, name, score_cutoff=most)
    return slips if slips <= most else 3


def abbreviates(one: str, other: str) -> bool:
    """Whether one of two words is the beginning of the other: `sci` of `science`."""
    short, long = sorted((one, other), key=len)
    return len(short) >= 2 and long.startswith(short)
