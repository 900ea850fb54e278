"""The words a catalogue can be asked by, and where they stand in a sentence, however they are spelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from convrec.demonyms import DEMONYMS
from convrec.dialogue.words.english import ALSO_CALLED, ALSO_NAMED, FUNCTION, INSIDE, NUMBERS, TALK, may_stand_alone
from convrec.dialogue.words.fields import MAX_WORDS, PARTS, Field, fields_of, graded_parts, holds_people, versions
from convrec.dialogue.words.gerunds import DETERMINERS, names_doing
from convrec.dialogue.words.misspelling import abbreviates, slipped
from convrec.dialogue.words.names import Names, untitled
from convrec.dialogue.words.polarity import affirming, counted_in, counts_as, denies, freed, in_time, spellings, undone
from convrec.dialogue.words.variants import american, otherwise
from convrec.dialogue.words.words import Word, keys, singular, stem
from convrec.facts import holds_contents
from convrec.flags import flag_name
from convrec.frames import KINDS, follows
from convrec.language import plural
from convrec.protocols import Catalogue

_THINGS = frozenset(("film", "movie", "game", "book", "song", "album", "artist", "recipe", "item", "title", "one"))


_BEFOREHAND = frozenset(("prerequisite", "prerequisites", "requirement", "requirements", "required", "requires"))
"""Fields of what somebody must have or know: who asks for Python wants no course that needs `some Python`."""
_SHORT, _LONG = 3, 6
"""Letters of a word that says too little by itself, and of one that may have a letter wrong."""
_ALONE = (" only", " only.")
"""How answers end that hold of nothing else: `cats only` is no yes to dogs."""
_TIES = frozenset(("for", "to", "with", "fur", "fuer", "para", "pour", "per"))
"""Words between what a flag says and of whom it says it."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the catalogue.

    Attributes:
        field: Where it stands.
        value: In the catalogue's spelling.
        count: How many items have it.
    """

    field: str
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Found:
    """Words of a text that name something of the catalogue.

    Attributes:
        start: Where they begin in the text.
        end: Where they end.
        said: The person's own words.
        terms: What they may mean, the commonest first; at least one.
        first: Index of the first word.
        last: Index of the last word.
        sure: Whether they are spelt as in the catalogue (up to number, case and hyphens).
    """

    start: int
    end: int
    said: str
    terms: tuple[Term, ...]
    first: int
    last: int
    sure: bool = True


def _parted(text: str, spoken: Sequence[Word], terms: Sequence[Term]) -> int | None:
    """After which of some words a comma parts what was taken for one value that has none; None: nothing does."""
    if any("," in term.value for term in terms):
        return None
    return next(
        (place for place, (one, other) in enumerate(pairwise(spoken)) if "," in text[one.end : other.start]), None
    )


class Lexicon:
    """Every word of genres and facts by its spellings; built once from a catalogue, then read only.

    Attributes:
        fields: The fields words can ask for, by name.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self.fields: dict[str, Field] = fields_of(catalogue)
        self._exact: dict[tuple[str, ...], list[Term]] = {}
        self._stems: dict[str, list[Term]] = {}
        self._shortened: dict[tuple[str, str], list[tuple[tuple[str, ...], Term]]] = {}
        self._people = Names(self._exact)
        for field in self.fields.values():
            for value, count in field.values.items():
                self._enter(field, Term(field.name, value, count))
            self._enter_answers(field)
        self._categories = [
            (keys(term.value)[0], term)
            for term in self.terms()
            if self.fields[term.field].nature == "category" and len(keys(term.value)) == 1
        ]
        for terms in self._exact.values():
            terms.sort(key=lambda term: -term.count)

    def find(self, text: str, spoken: Sequence[Word], taken: Iterable[tuple[int, int]] = ()) -> list[Found]:
        """Catalogue words in a text, longest first where they overlap, in order of place.

        Args:
            text: The text the words were cut from.
            spoken: Its words.
            taken: Places (start, end) that already mean something else, such as a title.
        """
        blocked = list(taken)
        free = [not any(word.start < end and word.end > start for start, end in blocked) for word in spoken]
        found: list[Found] = []
        at = 0
        while at < len(spoken):
            hit = self._at(spoken, at, free) if free[at] else None
            if hit is not None and (comma := _parted(text, spoken[at : hit[0] + 1], hit[1])) is not None:
                near = at + comma + 1  # "with paid certificate, no exams": two things, not "certificate no"
                hit = self._at(spoken, at, [*free[:near], *(False for _ in free[near:])])
            if hit is None:
                at += 1
                continue
            last, terms, sure = hit
            before = found[-1].terms[0].field if found and found[-1].last == at - 1 else ""
            if last == at and names_doing(spoken, at, terms[0].field, self.fields, said_before=before):
                at += 1
                continue
            label = keys(self.fields[terms[0].field].label)
            if tuple(word.text for word in spoken[last + 1 : last + 1 + len(label)]) == label:
                last += len(label)  # "Fri changeover"
            start, end = spoken[at].start, spoken[last].end
            found.append(Found(start, end, text[start:end], tuple(terms), at, last, sure))
            at = last + 1
        return found

    def named(self, text: str, field: str) -> str | None:
        """The value of a field that a text names exactly, in the catalogue's spelling; None: none."""
        return next((term.value for term in self._exact.get(keys(text), []) if term.field == field), None)

    def free_of(self, word: str) -> list[Term]:
        """Values that say that something is not in a thing, of one field: `gluten free` for `gluten`."""
        terms = [one for one in self._exact.get((singular(word), "free"), []) if self.fields[one.field].hard]
        return [one for one in terms if one.field == terms[0].field]

    def containing(self, word: str) -> list[Term]:
        """Values of several words, of fields that sort items, that have this one among them: `dice`, `Dice Rolling`."""
        return [] if word in TALK or word in FUNCTION else self._longer.get(singular(word), [])

    @cached_property
    def _longer(self) -> dict[str, list[Term]]:
        found: dict[str, list[Term]] = {}
        for term in self.terms():
            spelt = {singular(word) for word in keys(term.value) if len(word) > _SHORT}
            if len(spelt) > 1 and not holds_people(term.field) and self.fields[term.field].nature != "flag":
                for word in spelt:
                    found.setdefault(word, []).append(term)
        return found

    # -- building -------------------------------------------------------------------------------------------------

    def _enter(self, field: Field, term: Term) -> None:
        if field.nature == "flag":
            self._enter_flag(field, term)
            return
        spelt = keys(term.value)
        if term.value.isdecimal():  # a bare number says nothing: "size 42"
            for part in field.label.split():
                self._add((part, term.value), term)
            if "size" in field.label:
                self._add(("in", term.value), term)
            return
        self._add(spelt, term)
        if len(spelt) > 1 and spelt[0] == "the":
            self._add(spelt[1:], term)
        self._enter_person(field, spelt, term)
        if field.nature in ("category", "closed"):
            self._enter_variants(field, spelt, term)
        elif field.nature != "name" and all(
            part.strip().removeprefix("the ")[:1].isupper() for part in PARTS.split(term.value)
        ):
            for part in PARTS.split(term.value):  # "New York and Sicily"
                self._add(keys(part), term)
        if len(spelt) > 1 and field.nature != "name":
            self._add(("".join(spelt),), term)

    def _enter_answers(self, field: Field) -> None:
        """Spellings of what holds or does not, of versions and of contents."""
        affirmed = affirming(field)
        for value in affirmed:  # "with wheelchair access", "dogs"
            spoken = (*spellings(field, self.fields.values()), *((one,) for one in counted_in(field)))
            for spelt in () if value.lower().endswith(_ALONE) else spoken:
                self._add(spelt, Term(field.name, value, field.values[value]))
        for value in field.values if affirmed else ():  # "dogs not allowed"
            # "no towbar" refuses a towbar as "without a towbar" does, and not the answer "no"
            for said in (f"{value} {field.label}" if value.lower() != "no" else "", f"{field.label} {value}"):
                if said:
                    self._add(keys(said), Term(field.name, value, field.values[value]))
        for value in field.values if affirmed and undone(field.label) else ():
            if denies(value):  # "unfurnished"
                self._add((undone(field.label),), Term(field.name, value, field.values[value]))
        also = ((value, keys(kind)) for kind, value in freed(field))
        for value, spelt in (*versions(field), *otherwise(field), *also):
            self._add(spelt, Term(field.name, value, field.values[value]))
        for value, count in field.values.items() if holds_contents(field.name) else ():
            for kind in (one for one in INSIDE if counts_as(value, one)):
                self._add((plural(kind),), Term(field.name, value, count))

    def _enter_flag(self, field: Field, term: Term) -> None:
        if denied := undone(field.label):
            self._add((denied,), Term(field.name, "false", 1))
        self._add(keys(field.label), term)
        spelt = keys(flag_name(field.name))
        for name in ((), *map(keys, ALSO_NAMED.get(" ".join(spelt), ()))):
            self._add(name or spelt, term)
        at = next((place for place, word in enumerate(spelt) if word in _TIES or word == "allowed"), 0)
        if at:  # "toxic" of "toxic to cats"
            self._add(spelt[:at], term)

    def _enter_person(self, field: Field, spelt: tuple[str, ...], term: Term) -> None:
        """A name without its titles, `Karl Hoffmann` of `Prof. Karl Hoffmann`, and by the family name."""
        bare = untitled(spelt) if holds_people(field.name) else spelt
        self._add(bare, term)
        if field.nature == "name" or (holds_people(field.name) and all(map(str.isalpha, bare))):
            self._enter_name(bare, term)

    def _enter_name(self, spelt: tuple[str, ...], term: Term) -> None:
        if len(spelt) < 2:
            return
        if len(spelt) == 3:  # "robert deniro"
            self._add((spelt[0], spelt[1] + spelt[2]), term)
        self._people.add(spelt, term)

    def _enter_variants(self, field: Field, spelt: tuple[str, ...], term: Term) -> None:
        for part in map(keys, (*PARTS.split(term.value), *graded_parts(term.value, field))):
            if part and part != spelt:
                self._add(part, term)
        telling = [word for word in spelt if word not in TALK and word not in FUNCTION]
        label = keys(field.label)
        telling = [word for word in telling if singular(word) not in label or len(telling) == len(spelt)]
        if len(telling) == 1 and len(spelt) > 1 and not denies(term.value) and field.label not in _BEFOREHAND:
            self._add((telling[0],), term)
        if field.nature in ("category", "closed"):
            for name in ALSO_CALLED.get(" ".join(spelt), ()):
                self._add(keys(name), term)
        if term.value.isalpha() and term.value.isupper():  # "CDs"
            self._add((f"{spelt[0]}s",), term)
        if len(spelt) >= 3:
            self._add(("".join(word[0] for word in spelt),), term)
        if len(spelt) == 2:
            self._shortened.setdefault((spelt[0][:2], spelt[1][:2]), []).append((spelt, term))
        if len(spelt) == 1 and field.nature == "category":
            self._stems.setdefault(stem(spelt[0]), []).append(term)
        for adjective, countries in DEMONYMS.items():
            if " ".join(spelt) in countries:
                self._add(tuple(adjective.split()), term)

    def _add(self, spelling: tuple[str, ...], term: Term) -> None:
        bare = tuple(singular(word) for word in spelling)
        for key in {spelling, bare, tuple(map(american, bare))}:
            terms = self._exact.setdefault(key, [])
            if term not in terms:
                terms.append(term)

    # -- finding --------------------------------------------------------------------------------------------------

    def _at(self, spoken: Sequence[Word], at: int, free: Sequence[bool]) -> tuple[int, list[Term], bool] | None:
        reach = at
        while reach + 1 < len(spoken) and free[reach + 1] and reach - at + 1 < MAX_WORDS:
            reach += 1
        close = self._close(spoken, at) if reach > at else []
        for last in range(reach, at - 1, -1):
            if last == at and close:
                return at + 1, close, False
            if terms := self._spelt(spoken[at : last + 1]) or (self._labelled(spoken, at) if last == at else []):
                also = [one for one in close if last == at + 1 and self.fields[one.field].nature != "name"]
                # "The United States" of one field, "United States" of another.
                if spoken[at].text == "the" and last > at:
                    also = [*also, *self._spelt(spoken[at + 1 : last + 1])]
                if last == at and not any(self.fields[term.field].nature == "category" for term in terms):
                    also = self._related(spoken[at])
                return last, self._hard_first([*terms, *(term for term in also if term not in terms)]), True
        return self._single(spoken, at)

    def _hard_first(self, terms: list[Term]) -> list[Term]:
        order = {"category": 0, "closed": 1, "flag": 1, "name": 2, "number": 2, "theme": 3}
        return sorted(terms, key=lambda term: order[self.fields[term.field].nature])

    def _related(self, word: Word) -> list[Term]:
        """Categories of the word's family: `romantic` asks for Romance."""
        if not may_stand_alone(word.text):
            return []
        root = stem(word.text)
        return self._stems.get(root, []) if root != word.text else []

    def _spelt(self, run: Sequence[Word]) -> list[Term]:
        if len(run) == 1 and not may_stand_alone(run[0].text):
            return []
        texts = tuple(word.text for word in run)
        bare = tuple(singular(word) for word in texts)
        terms = self._exact.get(texts) or self._exact.get(bare) or self._exact.get(tuple(map(american, bare))) or []
        if not terms and len(texts) > 1:  # "two dogs"
            terms = self._exact.get((str(NUMBERS.get(texts[0])), *texts[1:]), [])
        if not terms and len(texts) == 3:  # "leonardo di caprio"
            terms = self._exact.get((texts[0], texts[1] + texts[2]), [])
        if not terms and any("'" in word for word in texts):  # "Kevin J. O'Connor"
            terms = self._exact.get(tuple(word.replace("'", "") for word in texts)) or []
        named = any(field.label == texts[0] for field in self.fields.values())
        if not terms and len(run) == 1 and texts[0].endswith("ing") and not named:  # "gardening" of "garden"
            terms = [one for one in self._exact.get((texts[0][:-3],), []) if self.fields[one.field].nature == "closed"]
        if len(run) == 1 and not run[0].capital:
            terms = [term for term in terms if self.fields[term.field].nature != "name"]
        return terms

    def _labelled(self, spoken: Sequence[Word], at: int) -> list[Term]:
        """A word that else belongs to talk, where what is around says that it is meant: nothing is, the name of its
        field (`food game`, `May flowering`), `tagged`, `about`, how its field is joined (`to go with game`), an
        article before a kind (`a drink`), or, of a category, the items themselves (`music films`).
        """
        apart = at > 0 and spoken[at].text in FUNCTION and spoken[at].start > spoken[at - 1].end + 1
        label = singular(spoken[at - 1].text) if at and not apart else ""  # "on loan status, in Urdu"
        after = singular(spoken[at + 1].text) if at + 1 < len(spoken) else ""
        terms = self._exact.get((spoken[at].text,), [])
        affirms = spoken[at].text in ("yes", "no")  # answers us, not the question that some field is
        return [
            term
            for term in terms
            if (after == singular(self.fields[term.field].label) and spoken[at].text not in DETERMINERS)
            or (len(spoken) == 1 and self.fields[term.field].nature in ("closed", "category") and not affirms)
            or (self.fields[term.field].nature == "closed" and "only" in (label, after))  # "actually new only"
            or (self.fields[term.field].nature == "closed" and self._beside(term, spoken, at))
            or label in ("tagged", "labelled", "labeled", singular(self.fields[term.field].label))
            or (self.fields[term.field].nature == "category" and after in _THINGS)
            or (self.fields[term.field].nature == "closed" and (label == "about" or self._joined(term, spoken[:at])))
        ]

    def _beside(self, term: Term, spoken: Sequence[Word], at: int) -> bool:
        """Whether a word is one of two values of its field: `new or mint`."""
        near = [spoken[place] for step in (1, -1) for place in (at + 2 * step,) if 0 <= place < len(spoken)
                and spoken[at + step].text == "or"]  # fmt: skip
        return any(one.field == term.field for word in near for one in self._exact.get((word.text,), []))

    def _joined(self, term: Term, spoken: Sequence[Word]) -> bool:
        """Whether a word stands where the values of its field stand."""
        label, before = singular(self.fields[term.field].label), [word.text for word in spoken]
        kind = label in KINDS and before[-1:] in (["a"], ["an"], ["some"])
        return kind or in_time(term.value, before) or follows(label, before)

    def _close(self, spoken: Sequence[Word], at: int) -> list[Term]:
        """Two words that stand for a two-word category (`science fiction`, `Sci-Fi`) or for a name with one typo."""
        one, two = spoken[at], spoken[at + 1]
        if one.text in FUNCTION or two.text in FUNCTION:
            return []
        for spelt, term in self._shortened.get((one.text[:2], two.text[:2]), []):
            if abbreviates(one.text, spelt[0]) and abbreviates(singular(two.text), singular(spelt[1])):
                return [term]
            pairs = ((one.text, spelt[0], two.text, spelt[1]), (two.text, spelt[1], one.text, spelt[0]))
            if any(said == meant and len(name) >= _LONG and slipped(typed, name) for said, meant, typed, name in pairs):
                return [term]  # "public speking"
        if joined := self._exact.get((one.text + singular(two.text),)):
            return joined
        return self._people.by_two_words(spoken, at)

    def _single(self, spoken: Sequence[Word], at: int) -> tuple[int, list[Term], bool] | None:
        word = spoken[at]
        if not may_stand_alone(word.text):
            return None
        if terms := self._related(word):
            return at, terms, False
        if terms := self._misspelt_category(word.text):
            return at, terms, False
        terms = self._people.by_surname(spoken, at)
        return (at, terms, False) if terms else None

    def _misspelt_category(self, word: str) -> list[Term]:
        """The category that a longer word misses by one letter: `commedy`."""
        if len(word) < 6:
            return []
        bare = singular(word)
        return [
            term
            for spelling, term in self._categories
            if spelling[0] == bare[0] and DamerauLevenshtein.distance(bare, spelling, score_cutoff=1) <= 1
        ][:1]

    def terms(self) -> Iterator[Term]:
        """Every term once."""
        for field in self.fields.values():
            yield from (Term(field.name, value, count) for value, count in field.values.items())
