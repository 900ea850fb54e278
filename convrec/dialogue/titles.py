"""Titles in a text: which items somebody speaks of, however loosely they write them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from convrec.dialogue.english import FUNCTION, NUMBERS, ORDINALS, PRAISE, TALK
from convrec.dialogue.words import Word, folded, keys, words
from convrec.protocols import Catalogue
from convrec.types import Item, ItemId

MAX_TITLE = 12
TYPO_SCORE = 87.0
"""Of 100: one letter wrong in eight."""

_ARTICLES = frozenset(("the", "a", "an"))
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_COMMON = FUNCTION | TALK | PRAISE | frozenset(NUMBERS) | frozenset(ORDINALS)
_NO_OPENING = TALK | frozenset(("i", "we", "you", "he", "she", "they", "it", "this", "that"))
_INSTALMENT = frozenset(("part", "vol", "volume", "chapter", "episode"))
_SPLIT = re.compile(r":\s+|\s+[-–—]\s+|\s*[\[(/]|\]\s*|\)\s*")
_YEAR_AFTER = re.compile(r"\s*[,]?\s*[(\[<]?\s*((?:18|19|20)\d\d)\s*[)\]>]?")
_QUOTED = re.compile(r'"([^"]{1,80})"|<([^<>]{1,80})>|(?<![\w])\'([^\']{1,80})\'(?![\w])')
_CUE = re.compile(
    r"(?:\b(?:like|liked|likes|love|loved|loves|enjoy|enjoyed|adore|adored|hate|hated|dislike|disliked|seen|saw"
    r"|watched"
    r"|watch|rewatched|played|playing|play|read|reading|heard|similar to|reminds me of|such as|fan of|favou?rites? "
    r"(?:\w+ ){0,3}(?:is|are|was)|called|named|titled|than|about|recommend|try|tried|bought|vein of|style of"
    r"|how about)"
    r"(?: (?:the (?:movie|film|game|book|series|album|song)s?|movies|films|games|books|both|also|really|of|to))*)"
    r"\s*[:,]?\s*$"
)
_AFTER = re.compile(
    r"\s*(?:$|[.,!?;:)\"]|(?:and|or|but|because|was|is|are|were|which|with|though|too|also|a lot|so|very|instead|movies"
    r"|films|games|books|series|again|yet|last|yesterday|recently|as|if|for|except|by|from|in|on|the other|both"
    r"|minus|has"
    r"|had|did|does|would|could|when|while|where|who|i|we|you|it|this|that|the|my|to|at|today|even|really|maybe|please"
    r"|since|until|after|before|cause|cuz|lol|have|actually|not|never|more|better|than|movie|film|game|book|then)\b)"
)


_JUDGED = re.compile(r"\s+(?:was|is|were|sounds|looks)\s+(?!there|it|the|on|in)\w+")
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
        hit = self._look_up(spelt) or self._misspelt(spelt)
        return self._mention(text, 0, len(text), *hit) if hit else None

    # -- finding --------------------------------------------------------------------------------------------------

    def _quoted(self, text: str) -> Iterator[Mention]:
        for match in _QUOTED.finditer(text):
            inner = match.group(1) or match.group(2) or match.group(3)
            bare = re.sub(r"\s*\(\d{4}\)\s*$", "", inner)
            hit = self._look_up(spelling_of(bare)) or self._misspelt(spelling_of(bare))
            if hit:
                yield self._mention(text, match.start(), match.end(), *hit, years=inner)

    def _from(
        self, text: str, plain: str, spoken: Sequence[Word], at: int, found: Sequence[Mention]
    ) -> tuple[Mention | None, int]:
        """The longest title that begins at a word, and how many words to go on by."""
        clue = _Clue(text, plain, spoken, at, found, self._ordinary)
        for length in range(min(MAX_TITLE, len(spoken) - at), 0, -1):
            run = spoken[at : at + length]
            hit = self._look_up(_spelling(run))
            if hit and clue.allows(run, whole=hit[1] == 1.0):
                return self._mention(text, run[0].start, run[-1].end, *hit), length
        if not (clue.cued or clue.opens or clue.capital_run(spoken[at])):
            return None, 1
        return self._loose(text, spoken, at, clue)

    def _loose(self, text: str, spoken: Sequence[Word], at: int, clue: _Clue) -> tuple[Mention | None, int]:
        """A misspelt title after a cue or written with capitals, or a word that only some titles have."""
        if spoken[at].text in _NO_OPENING:
            return None, 1
        for length in clue.spans(spoken, at):
            run = spoken[at : at + length]
            spelt = _spelling(run)
            hit = (self._within(spelt, run) if clue.cued else None) or self._misspelt(spelt)
            if hit:
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

    def _misspelt(self, spelt: tuple[str, ...]) -> tuple[list[ItemId], float] | None:
        text = " ".join(_without_article(spelt))
        if len(text) < 5 or all(word in _COMMON for word in spelt):
            return None
        slack = 1 if len(text) < 12 else 2
        near = [
            one for size in range(len(text) - slack, len(text) + slack + 1) for one in self._by_length.get(size, ())
        ]
        best = process.extractOne(text, near, scorer=fuzz.ratio, score_cutoff=TYPO_SCORE)
        return None if best is None else (self._whole[tuple(best[0].split())], best[1] / 100 * 0.9)

    def _within(self, spelt: tuple[str, ...], run: Sequence[Word]) -> tuple[list[ItemId], float] | None:
        """Titles that have all these words in a row, where the words are telling: `zelda`, `mario kart`."""
        telling = [word for word in _without_article(spelt) if word not in _COMMON]
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
        after = _YEAR_AFTER.match(text, end)
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


class _Clue:
    """What speaks for a title beginning at a word: capitals, a cue before it, the whole message."""

    def __init__(
        self,
        text: str,
        plain: str,
        spoken: Sequence[Word],
        at: int,
        found: Sequence[Mention],
        ordinary: frozenset[str],
    ) -> None:
        self._text, self._plain, self._spoken, self._ordinary = text, plain, spoken, ordinary
        start = spoken[at].start
        listed = any(
            one.end <= start and re.fullmatch(r"\s*(?:,|and|or|&|,\s*and|,\s*or|\+|/)\s*", plain[one.end : start])
            for one in found
        )
        self.cued = listed or bool(_CUE.search(plain[max(0, start - 60) : start]))
        self.opens = at == 0 or bool(re.search(r"[.!?]\s*$", plain[:start]))
        self._shouts = sum(word.capital for word in spoken) > 0.7 * len(spoken) and len(spoken) > 4

    def allows(self, run: Sequence[Word], *, whole: bool) -> bool:
        """Whether a run of words that spells a title is one here, and not ordinary talk."""
        if run[0].start == self._spoken[0].start and run[-1].end == self._spoken[-1].end:
            telling = [word for word in run if word.text not in _COMMON]
            return bool(telling) and (whole or len(telling) > 1 or self._strange(telling))
        if whole and _YEAR_AFTER.match(self._text, run[-1].end):
            return True
        telling = [word for word in run if word.text not in _COMMON]
        if len(telling) < 2 and (self._inside_name(run) or (run[0].text.isdecimal() and len(run[0].text) < 3)):
            return False
        proper = self._proper(run, telling)
        ends = bool(_AFTER.match(self._plain, run[-1].end))
        if not telling:
            return proper and run[-1].capital and (len(run) > 1 or (self.cued and ends))
        if self.cued and ends and (whole or proper or len(telling) > 1 or self._strange(telling)):
            return True
        if len(telling) == 1:
            return proper and ends and (whole or self.cued)
        return proper or (whole and len(telling) >= 2 and self._bold(telling))

    def _inside_name(self, run: Sequence[Word]) -> bool:
        """Whether capitals go on beyond the run, as in the name of a person: `Julia` in `Julia Stiles`."""
        if self._shouts:
            return False
        first, last = self._spoken.index(run[0]), self._spoken.index(run[-1])
        after = self._spoken[last + 1] if last + 1 < len(self._spoken) else None
        before = self._spoken[first - 1] if first > 1 else None
        joined_after = after is not None and after.capital and self._plain[run[-1].end : after.start] == " "
        joined_before = before is not None and before.capital and self._plain[before.end : run[0].start] == " "
        return (joined_after and run[-1].capital and after is not None and after.text not in _COMMON) or (
            joined_before and run[0].capital and before is not None and before.text not in _COMMON
        )

    def _proper(self, run: Sequence[Word], telling: Sequence[Word]) -> bool:
        named = telling or run
        return not self._shouts and all(word.capital or word.text.isdecimal() for word in named)

    def _bold(self, telling: Sequence[Word]) -> bool:
        """Whether several plain words are telling enough without capitals."""
        letters = sum(len(word.text) for word in telling)
        return letters >= 9 and not all(word.text in self._ordinary for word in telling)

    def _strange(self, telling: Sequence[Word]) -> bool:
        """Whether a word is no everyday word, so that a name of one word needs no capital."""
        return all(len(word.text) > 4 and word.text not in self._ordinary for word in telling)

    def capital_run(self, word: Word) -> bool:
        """Whether the word could open a name."""
        return word.capital and not self.opens and not self._shouts

    def spans(self, spoken: Sequence[Word], at: int) -> list[int]:
        """Lengths worth a closer look: up to the end of the clause or of the capitals, longest first, at most three."""
        lengths = []
        for length in range(1, min(6, len(spoken) - at) + 1):
            run = spoken[at : at + length]
            gap = self._plain[run[-2].end : run[-1].start] if length > 1 else " "
            if re.search(r"[.!?;,()\"]", gap):
                break
            names = all(
                word.capital
                or word.text in _ARTICLES | {"of", "and", "in", "to", "v", "vs", "for", "on", "at", "from", "with"}
                for word in run
            )
            judged = self.opens and _JUDGED.match(self._plain, run[-1].end)
            if (
                judged
                or (self.cued and _AFTER.match(self._plain, run[-1].end))
                or (names and run[-1].capital and length > 1)
            ):
                lengths.append(length)
        return lengths[::-1][:3]


def ordinary_words(catalogue: Catalogue) -> frozenset[str]:
    """Words written without a capital in the catalogue's own texts; they are no proper names."""
    texts = [item.text for item in catalogue.items if item.text]
    step = max(1, len(texts) // SAMPLE)
    return frozenset(word for text in texts[::step] for word in re.findall(r"\b[a-z]{2,}\b", text))


def spelling_of(title: str) -> tuple[str, ...]:
    """A title as it is compared: folded words, sequels in figures, without the year."""
    return tuple(_ROMAN.get(word, word) for word in keys(re.sub(r"\s*\(\d{4}\)\s*$", "", title)))


def _spelling(run: Sequence[Word]) -> tuple[str, ...]:
    return tuple(_ROMAN.get(word.text, word.text.replace("'", "")) for word in run)


def _without_article(spelt: tuple[str, ...]) -> tuple[str, ...]:
    return spelt[1:] if len(spelt) > 1 and spelt[0] in _ARTICLES else spelt


def _append(index: dict[tuple[str, ...], list[ItemId]] | dict[str, list[ItemId]], key: object, item_id: ItemId) -> None:
    ids = index.setdefault(key, [])  # type: ignore[arg-type]
    if not ids or ids[-1] != item_id:
        ids.append(item_id)
