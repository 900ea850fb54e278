"""Items whose documents share words with the wish: names, places, exact terms that vectors blur (BM25, bm25s)."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.index.document import document
from convrec.protocols import Catalogue

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WORD = re.compile(r"\w+")


class Lexical:
    """BM25 over the documents of a catalogue, built at its first search."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Keep the catalogue; build nothing."""
        self._catalogue = catalogue
        self._guard = threading.Lock()
        self._index: Any = None
        self._rarity: dict[str, float] = {}

    def coverage(self, text: str) -> NDArray[np.float32]:
        """How much of the wish each item's document says in the same words, shape `(n_items,)`.

        0: none of it; 1: all of it, where rare words count more and words that no document has count as well. A wish
        of one word is met to a third at most, of two words to two thirds.
        """
        out = np.zeros(len(self._catalogue), dtype=np.float32)
        self._build()
        words = [word for word in dict.fromkeys(tokens(text)) if word not in stopwords()]
        known = [word for word in words if word in self._rarity]
        if self._index is None or not known:
            return out
        rarest = max(self._rarity.values())
        whole = sum(self._rarity.get(word, rarest) for word in words)
        # One word is met by chance, in a title above all; three are not.
        whole *= max(_ENOUGH / len(words), 1.0)
        found = np.asarray(self._index.get_scores(known), dtype=np.float32)
        return np.asarray(np.clip(found / (whole * _CEILING), 0, 1), dtype=np.float32)

    def naming(self, text: str) -> NDArray[np.bool_]:
        """Items whose documents have every word of a short text, shape `(n_items,)`; none for a text of stop words."""
        self._build()
        words = [word for word in dict.fromkeys(tokens(text)) if word not in stopwords()]
        if not words or self._index is None or any(word not in self._rarity for word in words):
            return np.zeros(len(self._catalogue), dtype=np.bool_)
        return np.asarray(np.all([self._index.get_scores([word]) > 0 for word in words], axis=0))

    def titled(self, word: str) -> NDArray[np.bool_]:
        """Items whose title names a short text and does not deny it, shape `(n_items,)`.

        `Almond hand cream` names almonds, `Almond-free biscuits` and `Without a trace of almond` do not.
        """
        said = tokens(word)
        out = np.zeros(len(self._catalogue), dtype=np.bool_)
        for row in np.flatnonzero(self.naming(word)).tolist():
            own = tokens(self._catalogue.items[row].title)
            places = [at for at in range(len(own) - len(said) + 1) if own[at : at + len(said)] == said]
            out[row] = any(
                own[at + len(said) : at + len(said) + 1] != ["free"] and not _DENIES & set(own[max(at - 4, 0) : at])
                for at in places
            )
        return out

    def only_titled(self, word: str) -> NDArray[np.bool_]:
        """Items that have a word, or one made of it, in their title and nowhere else, shape `(n_items,)`.

        `Twister` and `Twisted` are titles of `twist`.
        """
        out = np.zeros(len(self._catalogue), dtype=np.bool_)
        said = word.strip().casefold()
        if len(said) < _TELLING:
            return out
        for row, item in enumerate(self._catalogue.items):
            if said in item.title.casefold():
                out[row] = said not in document(replace(item, title="")).casefold()
        return out

    def _build(self) -> None:
        with self._guard:
            if self._rarity or not len(self._catalogue):
                return
            import bm25s

            corpus = [tokens(document(item)) or ["?"] for item in self._catalogue.items]
            index = bm25s.BM25(method="lucene", k1=_K1, b=_B)
            index.index(corpus, show_progress=False)
            counts: dict[str, int] = {}
            for words in corpus:
                for word in set(words):
                    counts[word] = counts.get(word, 0) + 1
            size = len(corpus)
            self._rarity = {word: float(np.log1p((size - n + 0.5) / (n + 0.5))) for word, n in counts.items()}
            self._index = index


_DENIES = frozenset({"no", "not", "without", "zero", "non", "free"})
_TELLING = 4
"""Letters of a word that is looked for in others."""
_ENOUGH = 3
"""Words of a wish that may be met in full; one word of one counts a third."""

_K1 = 1.2
_B = 0.5
"""Documents differ in length by what is known of the item, not by how much it is about; so length counts half."""

_CEILING = 0.8
"""Lucene's BM25 gives a word at most its rarity; one mention in a document of usual length gives about half."""


def tokens(text: str) -> list[str]:
    """Words without case, accents and the plural s, in order."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return [_singular(word) for word in _WORD.findall(plain)]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def stopwords() -> frozenset[str]:
    """English words that say nothing by themselves, as `tokens` writes them."""
    global _STOPWORDS
    if not _STOPWORDS:
        from bm25s.stopwords import STOPWORDS_EN_PLUS

        _STOPWORDS = frozenset(word for stop in STOPWORDS_EN_PLUS for word in tokens(stop))
    return _STOPWORDS


_STOPWORDS: frozenset[str] = frozenset()


def joined(parts: Sequence[str]) -> str:
    """Several wishes as one text."""
    return ". ".join(part for part in parts if part.strip())
