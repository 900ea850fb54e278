"""Titles in a text: which items somebody speaks of, however loosely they write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from convrec.dialogue.rules.clue import ARTICLES, COMMON, NO_OPENING, YEAR_AFTER, Clue
from convrec.dialogue.words.english import FUNCTION
from convrec.dialogue.words.misspelling import Vocabulary
from convrec.dialogue.words.words import Word, folded, keys, singular, words
from convrec.protocols import Catalogue
from convrec.types import Item, ItemId

MAX_TITLE = 18
TYPO_SCORE = 87.0
"""Of 100: one letter wrong in eight."""

ONE_OFF = 0.85
"""Score of a title with one letter wrong."""
MOST_NEAR = 6
"""Titles that such words may mean, at most."""

_YEAR_AT_END = re.compile(r"\s*\(\d{4}\)\s*$")
_YEARS_OFF = 2
"""How far people are mistaken about the year of a film whose title they shorten."""

_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_INSTALMENT = frozenset(("part", "vol", "volume", "chapter", "episode"))
_SPLIT = re.compile(r":\s+|\s+[-–—]\s+|\s*[\[(/]|\]\s*|\)\s*")
_QUOTED = re.compile(r'"([^"]{1,80})"|<([^<>]{1,80})>|(?<![\w])\'([^\']{1,80})\'(?![\w])')


SAMPLE = 3000


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in a text that names an item.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends, a year in brackets included.
        said: The words.
        item_id: The likeliest item.
        others: Items of the same name, likeliest first; more than none means the name is ambiguous.
        score: 1 for a full title, less for a part of one or one misspelt.
    """

    start: int
    end: int
    said: str
    item_id: ItemId
    others: tuple[ItemId, ...] = ()
    score: float = 1.0


class TitleLinker:
    """Finds titles by an index over their words; read only after construction.

    Exact spans come from a dictionary of spellings (whole title, without article, before and after a colon);
    misspelt ones from edit similarity (rapidfuzz) over titles of about the same length.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        popularity: Mapping[ItemId, float] | None = None,
        ordinary: frozenset[str] = frozenset(),
    ) -> None:
        """Index the titles.

        Args:
            catalogue: Whose titles.
            popularity: Decides between items of one name; higher is likelier. Without it the shortest title, then the
                newest item wins.
            ordinary: Words of everyday use in this catalogue, besides English function words; a title made of such
                words alone needs capitals, quotes or a cue.
        """
        self._catalogue = catalogue
        self._popularity = popularity or {}
        self._ordinary = ordinary | ordinary_words(catalogue)
        self._whole: dict[tuple[str, ...], list[ItemId]] = {}
        self._part: dict[tuple[str, ...], list[ItemId]] = {}
        self._words: dict[str, list[ItemId]] = {}
        for item in catalogue.items:
            self._enter(item)
        self._vocabulary = Vocabulary(self._words)
        self._longest = max((len(spelling) for spelling in self._whole), default=0)
        self._by_length: dict[int, list[str]] = {}
        for spelling in self._whole:
            text = " ".join(spelling)
            self._by_length.setdefault(len(text), []).append(text)

    def _enter(self, item: Item) -> None:
        also = item.facts.get("also", ())
        for title in (item.title, *(also if isinstance(also, tuple) else (str(also),))):
            spelt = spelling_of(title)
            if not spelt:
                continue
            _append(self._whole, spelt, item.id)
            _append(self._whole, _without_article(spelt), item.id)
            if plain := tuple(word for word in spelt if word not in _INSTALMENT):
                _append(self._part, _without_article(plain), item.id)
            if "and" in spelt[1:-1]:  # "&" is no word in what people write
                _append(self._part, tuple(word for word in _without_article(spelt) if word != "and"), item.id)
            for maker in {spelling_of(value) for value in item.facts.values() if isinstance(value, str)}:
                if 0 < len(maker) < len(spelt) and spelt[: len(maker)] == maker:  # "Samsung Galaxy A54"
                    _append(self._part, spelt[len(maker) :], item.id)
            for part in _SPLIT.split(title):
                if (key := spelling_of(part)) and len(key) < len(spelt) and not key[0].isdecimal():
                    _append(self._part, key, item.id)
                    _append(self._part, _without_article(key), item.id)
            for word in set(spelt):
                _append(self._words, word, item.id)

    def find(self, text: str, spoken: Sequence[Word] | None = None) -> list[Mention]:
        """Titles named in a text, in order, without overlaps.

        Args:
            text: What was written.
            spoken: Its words, where they are at hand.
        """
        spoken = words(text) if spoken is None else spoken
        plain = folded(text)
        found = list(self._quoted(text))
        at = 0
        while at < len(spoken):
            if any(spoken[at].start < one.end and spoken[at].end > one.start for one in found):
                at += 1
                continue
            mention, step = self._from(text, plain, spoken, at, found)
            if mention is not None:
                found.append(mention)
            at += step
        return sorted(found, key=lambda one: one.start)

    def one(self, text: str) -> Mention | None:
        """The item of a title that stands alone (a field, a list entry), typos allowed."""
        spelt = spelling_of(text)
        bare = len(_YEAR_AT_END.sub("", text))
        hit = self._of_year(text, bare, self._look_up(spelt) or self._misspelt(spelt), spelt)
        return self._mention(text, 0, len(text), *hit, years=text[bare:]) if hit else None

    # -- finding --------------------------------------------------------------------------------------------------

    def _quoted(self, text: str) -> Iterator[Mention]:
        for match in _QUOTED.finditer(text):
            inner = match.group(1) or match.group(2) or match.group(3)
            bare = _YEAR_AT_END.sub("", inner)
            hit = self._look_up(spelling_of(bare)) or self._misspelt(spelling_of(bare))
            if hit:
                yield self._mention(text, match.start(), match.end(), *hit, years=inner)

    def _from(
        self, text: str, plain: str, spoken: Sequence[Word], at: int, found: Sequence[Mention]
    ) -> tuple[Mention | None, int]:
        """The longest title that begins at a word, and how many words to go on by."""
        clue = Clue(text, plain, spoken, at, found, self._ordinary)
        for length in range(min(MAX_TITLE, self._longest, len(spoken) - at), 0, -1):
            run = spoken[at : at + length]
            hit = self._of_year(text, run[-1].end, self._look_up(_spelling(run)), _spelling(run))
            if hit and (self._dated(text, run[-1].end, hit[0]) or clue.allows(run, whole=hit[1] == 1.0)):
                return self._mention(text, run[0].start, run[-1].end, *hit), length
            if hit is None and (near := self._one_letter_off(run, clue)):
                return self._mention(text, run[0].start, run[-1].end, *near), length
        if not (clue.cued or clue.opens or clue.capital_run(spoken[at])):
            return None, 1
        return self._loose(text, spoken, at, clue)

    def _loose(self, text: str, spoken: Sequence[Word], at: int, clue: Clue) -> tuple[Mention | None, int]:
        """A misspelt title after a cue or written with capitals, or a word that only some titles have."""
        if spoken[at].text in NO_OPENING:
            return None, 1
        for length in clue.spans(spoken, at):
            run = spoken[at : at + length]
            spelt = _spelling(run)
            hit = (self._within(spelt, run) if clue.cued else None) or self._misspelt(spelt)
            if hit := self._of_year(text, run[-1].end, hit, spelt):
                return self._mention(text, run[0].start, run[-1].end, *hit), length
        return None, 1

    def _look_up(self, spelt: tuple[str, ...]) -> tuple[list[ItemId], float] | None:
        bare = _without_article(spelt)
        whole = list(dict.fromkeys((*self._whole.get(spelt, ()), *self._whole.get(bare, ()))))
        part = self._part.get(spelt) or self._part.get(bare)
        if whole:
            known = max(self._popularity.get(one, 0.0) for one in whole)
            famous = [one for one in part or () if self._popularity.get(one, 0.0) > 5 * known + 5]
            return famous + whole if len(bare) > 1 else whole, 1.0
        return (part, 0.9) if part else None

    def _of_year(
        self, text: str, end: int, hit: tuple[list[ItemId], float] | None, spelt: tuple[str, ...]
    ) -> tuple[list[ItemId], float] | None:
        """Titles as they are said, and others if they are of the year that follows in brackets, or nearly: who writes
        `Halloween (1978)` means no sequel of 1995, and by `The Heat (2013)` no `Heat` of 1995.
        """
        if hit is None or not _year_in_brackets(text, end):
            return hit
        titles = {one: spelling_of(self._catalogue[one].title) for one in hit[0]}
        near = [
            one
            for one, title in titles.items()
            if spelt in (title, _without_article(title)) or self._dated(text, end, [one])
        ]
        return (near, hit[1]) if near else None

    def _dated(self, text: str, end: int, item_ids: Sequence[ItemId]) -> bool:
        """Whether a year in brackets follows that is that of one of these items, or nearly."""
        said = _year_in_brackets(text, end)
        return said > 0 and any(abs((self._catalogue[one].year or said) - said) <= _YEARS_OFF for one in item_ids)

    def _one_letter_off(self, run: Sequence[Word], clue: Clue) -> tuple[list[ItemId], float] | None:
        """Titles that these words spell once one letter of one of them is put right."""
        spelt = _spelling(run)
        places = self._doubtful(spelt, led=clue.cued or clue.asked)
        if not places or not clue.may_be_misspelt(run):
            return None
        found: list[ItemId] = []
        for place in places:
            word = spelt[place]
            for other in self._vocabulary.near(word):
                if other == singular(word):
                    continue
                hit = self._look_up((*spelt[:place], other, *spelt[place + 1 :]))
                if hit is not None and (hit[1] == 1.0 or len(spelt) > 2 or (clue.cued and len(spelt) == 2)):
                    found += hit[0]
        return (list(dict.fromkeys(found))[:MOST_NEAR], ONE_OFF) if found else None

    def _doubtful(self, spelt: tuple[str, ...], *, led: bool) -> list[int]:
        """Which words may be misspelt: the only one that no title has, or any of a longer run that is led to."""
        least = {1: 4, 2: 3}.get(len(spelt), 1)
        open_to = [
            place
            for place, word in enumerate(spelt)
            if len(word) >= least
            and not word.isdecimal()
            and (word not in FUNCTION or (led and 0 < place < len(spelt) - 1))
        ]
        unknown = [place for place in open_to if spelt[place] not in self._vocabulary]
        if unknown:
            return unknown if len(unknown) == 1 else []
        return open_to if led and len(spelt) > 2 else []

    def _misspelt(self, spelt: tuple[str, ...]) -> tuple[list[ItemId], float] | None:
        text = " ".join(_without_article(spelt))
        if len(text) < 5 or all(word in COMMON for word in spelt):
            return None
        slack = 1 if len(text) < 12 else 2
        near = [
            one for size in range(len(text) - slack, len(text) + slack + 1) for one in self._by_length.get(size, ())
        ]
        best = process.extract(text, near, scorer=fuzz.ratio, score_cutoff=TYPO_SCORE, limit=3)
        alike = next(((title, score) for title, score, _ in best if _figures(title) == _figures(text)), None)
        return None if alike is None else (self._whole[tuple(alike[0].split())], alike[1] / 100 * 0.9)

    def _within(self, spelt: tuple[str, ...], run: Sequence[Word]) -> tuple[list[ItemId], float] | None:
        """Titles that have all these words in a row, where the words are telling: `zelda`, `mario kart`."""
        telling = [word for word in _without_article(spelt) if word not in COMMON]
        if not telling or len("".join(telling)) < 4 or not (len(telling) > 1 or run[-1].capital or run[0].capital):
            return None
        rarest = min(telling, key=lambda word: len(self._words.get(word, ())))
        wanted = f" {' '.join(_without_article(spelt))} "
        hits = [
            item_id
            for item_id in self._words.get(rarest, ())
            if wanted in f" {' '.join(spelling_of(self._catalogue[item_id].title))} "
        ]
        if len(telling) == 1 and len(hits) < 3:
            return None
        return (hits, 0.7) if 0 < len(hits) <= 40 else None

    def _mention(
        self, text: str, start: int, end: int, item_ids: Sequence[ItemId], score: float, years: str = ""
    ) -> Mention:
        after = YEAR_AFTER.match(text, end)
        inside = re.search(r"\((\d{4})\)", years)
        year = int(inside.group(1)) if inside else int(after.group(1)) if after else None
        ranked = sorted(dict.fromkeys(item_ids), key=lambda item_id: self._rank(self._catalogue[item_id], year))
        if after and (year == self._catalogue[ranked[0]].year or ")" in after.group()):
            end = after.end()
        others = ranked[1:] if year is None or year != self._catalogue[ranked[0]].year else []
        return Mention(start, end, text[start:end], ranked[0], tuple(others), score)

    def _rank(self, item: Item, year: int | None) -> tuple[float, float, int, int]:
        gap = 0 if year is None else abs((item.year or 0) - year)
        return (gap, -self._popularity.get(item.id, 0.0), len(item.title), -(item.year or 0))


def _year_in_brackets(text: str, end: int) -> int:
    """The year in brackets that follows a title, or 0."""
    after = YEAR_AFTER.match(text, end)
    return int(after.group(1)) if after and ")" in after.group() else 0


def ordinary_words(catalogue: Catalogue) -> frozenset[str]:
    """Words written without a capital in the catalogue's own texts; they are no proper names."""
    texts = [item.text for item in catalogue.items if item.text]
    step = max(1, len(texts) // SAMPLE)
    return frozenset(word for text in texts[::step] for word in re.findall(r"\b[a-z]{2,}\b", text))


def spelling_of(title: str) -> tuple[str, ...]:
    """A title as it is compared: folded words, sequels in figures, without the year."""
    return tuple(_ROMAN.get(word, word) for word in keys(_YEAR_AT_END.sub("", title)))


def _figures(text: str) -> list[str]:
    """The numbers of a title, which are never misspelt: `90 minutes` is not `96 Minutes`."""
    return [word for word in text.split() if word.isdecimal()]


def _spelling(run: Sequence[Word]) -> tuple[str, ...]:
    return tuple(_ROMAN.get(word.text, word.text.replace("'", "")) for word in run)


def _without_article(spelt: tuple[str, ...]) -> tuple[str, ...]:
    return spelt[1:] if len(spelt) > 1 and spelt[0] in ARTICLES else spelt


def _append(index: dict[tuple[str, ...], list[ItemId]] | dict[str, list[ItemId]], key: object, item_id: ItemId) -> None:
    ids = index.setdefault(key, [])  # type: ignore[arg-type]
    if not ids or ids[-1] != item_id:
        ids.append(item_id)
