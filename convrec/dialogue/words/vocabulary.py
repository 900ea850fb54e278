"""The words that a catalogue describes its items with, to know when a wish is beyond them."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property

from convrec.dialogue.words.english import FUNCTION, TALK
from convrec.dialogue.words.misspelling import Vocabulary as Spellings
from convrec.dialogue.words.words import folded, singular, stem, words
from convrec.protocols import Catalogue

MOST_ITEMS = 20_000
"""Of larger catalogues the first so many are read; a word that none of them has may still be known to others."""


_LONG = 5
"""Letters of a word from which on one wrong letter tells what was meant."""


class Vocabulary:
    """Stems of genres, facts and texts; titles describe nothing."""

    def __init__(self, catalogue: Catalogue, names: Collection[str] = ()) -> None:
        """Read it when first asked; parts of what stands in the fields `names` (people, makers) describe nothing."""
        self._catalogue = catalogue
        self._names = frozenset(names)

    def has(self, wish: str) -> bool:
        """Whether any word of a wish occurs in any description; so it is held of catalogues without any.

        Not where one of several words is nothing but a name here and no description has them together: a text with a
        `Harry` and one with a `potter` describe no `harry potter`. Nor where one is no word here at all and the others
        stand in no label: `ray bradbury`.
        """
        own = [word.text for word in words(wish) if word.text not in FUNCTION]
        if not own or not self._stems or len(self._catalogue) > MOST_ITEMS or folded(wish) in self._people:
            return True
        strange = any(word in self._named for word in own) or (
            not all(map(self._knows, own)) and not any(word in self._labels for word in own)
        )
        if len(own) > 1 and strange and folded(wish) not in self._all:
            return False
        return any(map(self._knows, own))

    def _knows(self, word: str) -> bool:
        return _root(word) in self._stems or word in self._stems

    def meant(self, wish: str) -> str:
        """A wish with the words that no description has put right, where one word of the descriptions is meant."""
        said = folded(wish)
        if len(self._catalogue) > MOST_ITEMS or self.has(wish):
            return wish
        for word in words(wish):
            strange = len(word.text) >= _LONG and word.text not in FUNCTION | TALK and not self._knows(word.text)
            near = [one for one in self._spelt.near(word.text) if one[0] == word.text[0]] if strange else []
            # "grown" is no slip for "grows"
            if len(near) == 1 and len(near[0]) >= _LONG and (near[0][:-1] != word.text[:-1] or near[0] == word.text):
                said = said.replace(word.text, near[0])
        known = all(self._knows(word.text) for word in words(said) if word.text not in FUNCTION)
        return said if known else wish  # "leonardo di caprio" means no Capri

    @cached_property
    def _spelt(self) -> Spellings:
        return Spellings(word for word, plain in self._words.items() if plain)

    def speaks_of(self, name: str) -> bool:
        """Whether a description has a name as it is, its words together."""
        return folded(name) in self._all

    @cached_property
    def _parts(self) -> frozenset[str]:
        """Every different word, label and text."""
        found: set[str] = set()
        for item in self._catalogue.items[:MOST_ITEMS]:
            found.update((*item.genres, item.text))
            for name, value in item.facts.items():
                if name in self._names:
                    continue
                found.add(name)
                found.update(
                    [name, value] if isinstance(value, str) else [name, *value] if isinstance(value, tuple) else []
                )
        return frozenset(found)

    @cached_property
    def _all(self) -> str:
        return folded("\n".join(sorted(self._parts)))

    @cached_property
    def _named(self) -> frozenset[str]:
        """Words that stand in texts with a capital only, and in no label."""
        return frozenset(word for word, plain in self._words.items() if not plain)

    @cached_property
    def _words(self) -> dict[str, bool]:
        """Every word, and whether it is said without a capital in some text or stands in a label."""
        texts = {item.text for item in self._catalogue.items[:MOST_ITEMS]}
        found: dict[str, bool] = {}
        for part in self._parts:
            label = part not in texts
            for word in words(part):
                found[word.text] = found.get(word.text, False) or label or not word.capital
        return found

    @cached_property
    def _people(self) -> frozenset[str]:
        """Whole names of people and makers."""
        values = (item.facts.get(name) for item in self._catalogue.items[:MOST_ITEMS] for name in self._names)
        several = (value if isinstance(value, tuple) else (value,) for value in values)
        return frozenset(folded(one) for each in several for one in each if isinstance(one, str))

    @cached_property
    def _labels(self) -> frozenset[str]:
        """Words of genres and facts."""
        texts = {item.text for item in self._catalogue.items[:MOST_ITEMS]}
        return frozenset(word.text for part in self._parts - texts for word in words(part))

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(self._words.keys() | {_root(word) for word in self._words})


def _root(word: str) -> str:
    """Comparatives and plurals aside: `scarier` is `scary`."""
    bare = singular(word)
    for ending, stem_of in (("iest", "y"), ("ier", "y"), ("est", ""), ("er", ""), ("y", "")):
        if bare.endswith(ending) and len(bare) - len(ending) >= 4:
            bare = bare.removesuffix(ending) + stem_of
            break
    return stem(bare)
