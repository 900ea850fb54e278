"""A profile as prose from its statements alone: shown without a language model, and what its text falls back on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from convrec.language import capital, facet_phrase, listing, plural, short_title, singular, tidy, value_phrase
from convrec.types import Evidence, Statement

LEAST_WORDS = 60
MOST_WORDS = 120

_PEOPLE = ("director", "author", "artist", "creator", "developer", "writer", "composer", "designer", "cast", "actor")
_MATTER = ("theme", "topic", "subject", "keyword", "tag")
_TONES = ("mood", "tone")


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a profile.

    Attributes:
        text: The sentence.
        statements: What it says; its words come from nowhere else.
        titles: Items it names.
    """

    text: str
    statements: tuple[Statement, ...]
    titles: tuple[Evidence, ...] = ()


def passages(statements: Sequence[Statement], noun: str) -> list[Passage]:
    """The profile sentence by sentence, 60 to 120 words where there is that much to say.

    The same statements always give the same words; different people get different turns of phrase.
    """
    if not statements:
        return []
    return _Writer(statements, noun).write()


def template(statements: Sequence[Statement], noun: str) -> str:
    """The profile's text.

    Returns:
        60 to 120 words addressed to the person; fewer where little is known; a sentence that says so where nothing is.
    """
    written = passages(statements, noun)
    if not written:
        return f"Nothing is known of your taste yet. Name a {noun} or two that you liked, or say what you are after."
    return " ".join(passage.text for passage in written)


class _Writer:
    def __init__(self, statements: Sequence[Statement], noun: str) -> None:
        self._noun = noun
        self._nouns = plural(noun)
        self._likes = [one for one in statements if one.polarity == "like" and one.origin == "log"]
        self._dislikes = [one for one in statements if one.polarity == "dislike" and one.origin == "log"]
        self._own = [one for one in statements if one.origin != "log"]
        self._seed = blake2b("".join(one.id for one in statements).encode(), digest_size=8).digest()
        self._turn = 0
        self._named: set[str] = set()
        self._led: set[str] = set()

    def write(self) -> list[Passage]:
        kept: list[Passage] = []
        words = 0
        for passage in map(_tidied, self._all()):
            length = len(passage.text.split())
            if words + length > MOST_WORDS:
                continue
            kept.append(passage)
            words += length
        said = {one.id for passage in kept for one in passage.statements}
        for one in (*self._likes, *self._dislikes):
            length = len(one.text.split())
            if words >= LEAST_WORDS:
                break
            if one.id not in said and one.facet != "likeness" and words + length <= MOST_WORDS:
                kept.append(Passage(one.text, (one,), one.evidence[:2]))
                words += length
        return kept

    def _all(self) -> Iterator[Passage]:
        yield from self._said()
        parts: tuple[Callable[[], Passage | None], ...] = (
            self._lead,
            self._tones,
            self._people,
            self._sour,
            self._period,
            self._likeness,
            self._matter,
            self._rest,
        )
        for part in parts:
            if (passage := part()) is not None:
                yield passage

    def _pick(self, variants: Sequence[str]) -> str:
        self._turn += 1
        return variants[self._seed[self._turn % len(self._seed)] % len(variants)]

    def _of(self, facets: Sequence[str], most: int) -> list[Statement]:
        fitting = (one for one in self._likes if singular(one.facet) in facets and one.id not in self._led)
        return list(fitting)[:most]

    def _phrase(self, statements: Sequence[Statement]) -> str:
        """Several statements as one noun phrase, facet by facet."""
        by_facet: dict[str, list[str]] = {}
        for one in statements:
            by_facet.setdefault(one.facet, []).append(one.value)
        return listing([facet_phrase(facet, values, self._noun) for facet, values in by_facet.items()])

    def _examples(self, statements: Sequence[Statement], most: int = 3) -> tuple[str, tuple[Evidence, ...]]:
        """What was made of items not named before: `you loved A, B and C`."""
        fresh: dict[str, Evidence] = {}  # by title as said: editions of one thing are named once
        depth = max((len(one.evidence) for one in statements), default=0)
        for place in range(depth):
            for one in statements:
                if place < len(one.evidence) and one.evidence[place].item_id not in self._named:
                    fresh.setdefault(short_title(one.evidence[place].title), one.evidence[place])
        found = list(fresh.values())
        first = [one for one in found if one.verb == found[0].verb][:most] if found else []
        self._named.update(one.item_id for one in first)
        if not first:
            return "", ()
        return f"you {first[0].verb} {listing([short_title(one.title) for one in first])}", tuple(first)

    def _said(self) -> Iterator[Passage]:
        for one in self._own:
            text = one.text.rstrip(".") + "."
            yield Passage(f"In your own words: {text}" if one.facet == "note" else text, (one,))

    def _lead(self) -> Passage | None:
        said = self._of(("genre", "title"), 3) or self._likes[:1]
        said = [one for one in said if one.facet != "likeness"]
        if not said:
            return None
        self._led.update(one.id for one in said)
        what = self._phrase(said)
        examples, titles = self._examples(said)
        judged = bool(titles) and titles[0].verb in ("loved", "liked")
        if judged:
            text = self._pick(
                (
                    f"You are most at home with {what}: {examples}.",
                    f"Your taste runs to {what}; {examples}.",
                    f"More than most, you go for {what}: {examples}.",
                )
            )
        elif examples:
            text = self._pick(
                (f"You keep turning to {what}: {examples}.", f"Again and again it is {what}: {examples}.")
            )
        else:
            text = f"Your taste runs to {what}."
        return Passage(text, tuple(said), titles)

    def _tones(self) -> Passage | None:
        said = self._of(_TONES, 3)
        if not said:
            return None
        words = listing([value_phrase(one.facet, one.value) for one in said])
        _, titles = self._examples(said, 2)
        tail = f", as with {listing([short_title(one.title) for one in titles])}" if titles else ""
        text = self._pick(
            (f"You like them {words}{tail}.", f"What is {words} tends to please you{tail}.")
            if _judged(titles)
            else (f"Often they are {words}{tail}.",)
        )
        return Passage(text, tuple(said), titles)

    def _people(self) -> Passage | None:
        said = self._of(_PEOPLE, 3)
        if not said:
            return None
        examples, titles = self._examples(said, 2)
        tail = f": {examples}" if examples else ""
        what = self._phrase(said)
        text = self._pick((f"You have a weakness for {what}{tail}.", f"You return to {what}{tail}."))
        return Passage(text, tuple(said), titles)

    def _period(self) -> Passage | None:
        said = sorted(self._of(("period",), 2), key=lambda one: one.value)
        if not said:
            return None
        decades = listing([value_phrase("period", one.value) for one in said])
        variants = [f"{capital(self._nouns)} from {decades} draw you more than most.", f"You lean towards {decades}."]
        if len(said) == 1:
            variants.append(f"If there is a time that is yours, it is {decades}.")
        text = self._pick(variants)
        return Passage(text, tuple(said))

    def _matter(self) -> Passage | None:
        said = self._of(_MATTER, 3)
        if not said:
            return None
        examples, titles = self._examples(said, 2)
        tail = f" ({examples})" if examples else ""
        return Passage(self._pick((f"You come back to {self._phrase(said)}{tail}.",)), tuple(said), titles)

    def _likeness(self) -> Passage | None:
        said = self._of(("likeness",), 1)
        if not said:
            return None
        shown = said[0].evidence[:3]
        fresh = tuple(one for one in shown if one.item_id not in self._named)
        if not fresh or len(fresh) == len(shown):
            self._named.update(one.item_id for one in fresh)
            return Passage(said[0].text, tuple(said), fresh) if fresh else None
        self._named.update(one.item_id for one in fresh)
        titles = listing([short_title(one.title) for one in fresh])
        return Passage(f"You also {fresh[0].verb} {titles}.", tuple(said), fresh)

    def _rest(self) -> Passage | None:
        known = {*_PEOPLE, *_MATTER, *_TONES, "genre", "title", "period", "likeness"}
        said = [one for one in self._likes if singular(one.facet) not in known][:2]
        if not said:
            return None
        return Passage(f"You also have a liking for {self._phrase(said)}.", tuple(said))

    def _sour(self) -> Passage | None:
        said = self._dislikes[:2]
        if not said:
            return None
        examples, titles = self._examples(said, 2)
        tail = f" ({examples})" if examples else ""
        what = self._phrase(said)
        text = self._pick((f"You care little for {what}{tail}.", f"{capital(what)} mostly leave you cold{tail}."))
        return Passage(text, tuple(said), titles)


def _tidied(passage: Passage) -> Passage:
    return replace(passage, text=tidy(passage.text))


def _judged(titles: Sequence[Evidence]) -> bool:
    return bool(titles) and titles[0].verb in ("loved", "liked")
