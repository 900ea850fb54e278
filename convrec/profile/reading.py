"""A profile's text back to statements: what a person may write of themselves is as good as what was computed.

Every value of the catalogue and every title that the text names is found, and whether it is liked is read from its
clause. So the text alone can be recommended from, and what somebody changes in it changes what they get (Radlinski et
al. 2022, "On Natural Language User Profiles for Transparent and Scrutable Recommendation").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from convrec.language import AS_ADJECTIVE, OF_WHOM, facet_phrase, plural, short_title, spoken, value_phrase
from convrec.profile.statements import statement_id
from convrec.themes import is_form
from convrec.types import FIRM, Attitude, Evidence, ItemId, Polarity, Statement

if TYPE_CHECKING:
    from convrec.profile.facets import Facets
    from convrec.protocols import Catalogue

_WORD = re.compile(r"[^\W_]+(?:['’.&-]+[^\W_]+)*")
_CLAUSE = re.compile(
    r"[.!?;](?=\s|$)|,? \b(?:but|while|whereas|although|though)\b|\bon the other hand\b|"
    r",? \band (?=(?:you |i )?(?:also )?"
    r"(?:dislik|hat(?:e|ed)\b|lov(?:e|ed)\b|liked?\b|enjoy|avoid|care |can|do(?:n['’]t| not)))|"
    r", and (?=you\b)"
)
_AGAINST = re.compile(
    r"^\W*(?:not|no|never|nor|without|neither)\b(?! (?:only|least))|"
    r"\b(?:dislik\w*|hat(?:e|es|ed|ing)|cold|care (?:very )?little|avoid\w*|no patience|no time|not for you|"
    r"(?:not|never|don['’]t|do not|doesn['’]t|cannot|can['’]t|hardly|rarely|seldom) (?:\w+ ){0,3}?"
    r"(?:like|love|enjoy|care|stand|want|finish|please|appeal|suit|draw|interest)\w*|gives? up|gave up|no longer|"
    r"no more|less (?:of )?(?!than|of late)|nothing (?:with|by|about|from)|tired of|bored|put off|fed up|without)\b"
)
_LOVED = re.compile(r"\b(?:lov(?:e|es|ed)|ador\w+|favou?rites?|get enough)\b")
_TURNED_TO = re.compile(
    r"\b(?:turn(?:s|ing)? to|reach(?:es|ing)? for|com(?:e|es|ing) back to|often (?:choose|pick)|"
    r"choose (?:\w+ )?often|return)\b"
)
_MAKER = re.compile(r"\b(?:by|directed|director|written|wrote|made)\b")
_FIRM = re.compile(
    r"\b(?:no|no more|never|nothing (?:with|by|about|from)|not (?:a single|one|any)|more|only)\b(?! (?:than|of late))"
)
"""An instruction, and not a description."""
_LATELY = re.compile(r"\b(?:(?:most )?recently|lately|of late|latest|last|these days)\b(?!,? (?:more|less|fewer)\b)")
"""What was taken to last, and not what is taken to more or less than before."""
_LONGEST = 12
_STRENGTH: dict[Attitude, float] = {"loved": 0.9, "liked": 0.7, "consumed": 0.5, "dropped": 0.6, "disliked": 0.7}
_ORDER = {"genre": 0, "period": 1, "title": 2}
"""Which facet a word is of where several have it; the others come after these."""


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    said: str
    facets: tuple[tuple[str, str], ...] = ()
    item_ids: tuple[ItemId, ...] = ()


class ProfileReader:
    """Reads texts against one catalogue. Thread-safe: nothing changes after construction."""

    def __init__(
        self, catalogue: Catalogue, facets: Facets, noun: str, *, popularity: Sequence[float] | None = None
    ) -> None:
        """Index titles and values by their words.

        Args:
            catalogue: The items.
            facets: Their features.
            noun: What one item is called, for the sentences of statements.
            popularity: Events per item: of several with one title, the best known is meant; None: the first is.
        """
        self._catalogue, self._noun = catalogue, noun
        self._values: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for facet, value in facets.names:
            for form in _forms(facet, value):
                known = self._values.setdefault(form, [])
                if (facet, value) not in known:
                    known.append((facet, value))
        for known in self._values.values():
            known.sort(key=lambda feature: _ORDER.get(feature[0], len(_ORDER)))
        self._titles = _by_title(catalogue, popularity)
        # `The Boys of St. Vincent` would be cut at its point, and its parts may be titles themselves: `Boys`. So may
        # those of a name: `Michael` of `Michael J. Fox`.
        names = {title for item in catalogue.items for title in (item.title, short_title(item.title))}
        names |= {value for _, value in facets.names}
        cut = sorted((name for name in names if _CLAUSE.search(name[:-1])), key=len, reverse=True)
        self._uncut = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in cut)) if cut else None
        self._ordinary = {_key(word)[0] for word in (noun, plural(noun))}

    def read(self, text: str, own: Iterable[ItemId] = ()) -> tuple[Statement, ...]:
        """Statements of a text in the order in which it makes them, each thing once; the last word counts.

        Titles become statements of likeness. What names nothing of the catalogue becomes a note in the person's own
        words, where it is about liking at all.

        Args:
            text: Of a person, or about one.
            own: Items of their history: of several with one title, theirs is meant.
        """
        mine = frozenset(own)
        made: dict[str, Statement] = {}
        for _, clause in self._clauses(text):
            hits = list(self._named(clause))
            plain = _without_titles(clause, hits).lower()
            attitude = _attitude(plain)
            firm = _FIRM.search(plain) is not None
            lately = _LATELY.search(plain) is not None
            made_of_it = (one for hit in hits for one in self._statements(hit, clause, attitude, firm, mine))
            for statement in (replace(one, recent=lately) for one in made_of_it):
                made.pop(statement.id, None)
                made[statement.id] = statement
        return tuple(made.values())

    def places(self, text: str, facet: str, value: str) -> list[tuple[int, int]]:
        """Where a text names a value, as start and end, in order; a title that has the word in it does not."""
        found = []
        for start, clause in self._clauses(text):
            for hit in self._named(clause):
                if not hit.item_ids and self._meant(hit, clause) == (facet, value):
                    found.append((start + hit.start, start + hit.end))
        return found

    def _clauses(self, text: str) -> Iterator[tuple[int, str]]:
        """Parts of a text of one attitude each, with where they begin; no title is cut."""
        whole = [match.span() for match in self._uncut.finditer(text)] if self._uncut is not None else []
        start = 0
        for match in _CLAUSE.finditer(text):
            if any(first <= match.start() < last for first, last in whole):
                continue
            yield start, text[start : match.start()]
            start = match.end()
        yield start, text[start:]

    def _named(self, clause: str) -> Iterator[_Found]:
        """Titles and values of a clause, the longest first from the left, without overlaps."""
        spans = list(_WORD.finditer(clause))
        words = [match.group().lower().replace("’", "'") for match in spans]
        at = 0
        while at < len(words):
            for length in range(min(_LONGEST, len(words) - at), 0, -1):
                key = tuple(words[at : at + length])
                hit = self._look_up(key, clause, spans[at].start(), spans[at + length - 1].end())
                if hit is not None:
                    yield hit
                    at += length
                    break
            else:
                at += 1

    def _look_up(self, key: tuple[str, ...], clause: str, start: int, end: int) -> _Found | None:
        said = clause[start:end]
        item_ids = self._titles.get(key)
        values = self._values.get(key)
        # A title has its capitals; `crime` is a genre and `Heat` a film, whatever else they are. The first word of a
        # sentence has its capital anyway: `More than most` is not about a film called More.
        written = said[:1].isupper() or (said[:1].isdigit() and len(key) > 1)
        begins = not clause[:start].strip()
        follows = _WORD.match(clause[end:].lstrip())
        if (
            any(facet == "title" for facet, _ in values or ())
            and values
            and follows
            and follows.group().lower() in self._ordinary
        ):
            return _Found(start, end, said, facets=tuple(values))  # `Police Academy films` are a series
        if item_ids and written and (len(key) > 1 or (values is None and not begins)):
            return _Found(start, end, said, item_ids=item_ids)
        if values is not None and not (len(key) == 1 and key[0] in self._ordinary):
            return _Found(start, end, said, facets=tuple(values))
        return None

    def _statements(
        self, hit: _Found, clause: str, attitude: Attitude, firm: bool, own: frozenset[ItemId]
    ) -> Iterator[Statement]:
        polarity: Polarity = "dislike" if attitude in ("disliked", "dropped") else "like"
        strength = FIRM if firm else _STRENGTH[attitude]
        if hit.item_ids:
            item = self._catalogue[next((one for one in hit.item_ids if one in own), hit.item_ids[0])]
            verb = {"loved": "loved", "disliked": "disliked", "dropped": "disliked"}.get(attitude, "liked")
            evidence = (Evidence(item.id, item.label, verb),)
            made = Statement(
                f"likeness:{item.id}", "likeness", item.label, polarity, strength, 1.0, f"You {verb} {item.title}.",
                evidence, 1, origin="edit", attitude=attitude,
            )  # fmt: skip
            yield made
            return
        facet, value = self._meant(hit, clause)
        what = facet_phrase(facet, [value], self._noun)
        verb = "do not care for" if polarity == "dislike" else "like"
        yield Statement(
            statement_id(facet, value), facet, value, polarity, strength, 1.0, f"You {verb} {what}.",
            origin="edit", attitude=attitude,
        )  # fmt: skip

    def _meant(self, hit: _Found, clause: str) -> tuple[str, str]:
        """Which facet a word is of, where several have it: a name after `by` is a maker's, after `with` an actor's."""
        if len(hit.facets) == 1:
            return hit.facets[0]
        before = clause[max(0, hit.start - 24) : hit.start].lower()
        makers = [feature for feature in hit.facets if feature[0] not in ("cast", "actor", "star")]
        players = [feature for feature in hit.facets if feature[0] in ("cast", "actor", "star")]
        if players and makers:
            return makers[0] if _MAKER.search(before) else players[0]
        return hit.facets[0]


def _by_title(catalogue: Catalogue, popularity: Sequence[float] | None) -> dict[tuple[str, ...], tuple[ItemId, ...]]:
    """Items by the words of their titles, also in short; of one title those with the year in it first, then the best
    known.
    """
    rows = np.arange(len(catalogue.items)) if popularity is None else np.argsort(-np.asarray(popularity), kind="stable")
    items = [catalogue.items[row] for row in rows.tolist()]
    labels = [(item.label, item.id) for item in items]
    titles = [(title, item.id) for item in items for title in (item.title, short_title(item.title))]
    found: dict[tuple[str, ...], dict[ItemId, None]] = {}
    for title, item_id in (*labels, *titles):
        found.setdefault(_key(title), {})[item_id] = None
    found.pop((), None)
    return {key: tuple(known) for key, known in found.items()}


def _forms(facet: str, value: str) -> set[tuple[str, ...]]:
    """How a value is said, as words in lower case."""
    texts = {value, spoken(value), value_phrase(facet, value).strip("“”"), value.replace("-", " ")}
    if facet == "genre" and value.lower() in OF_WHOM:
        texts.add(AS_ADJECTIVE[value.lower()])
    if facet == "genre" or facet == "mood" or is_form(value):
        texts |= {plural(text) for text in list(texts) if re.search(r"\w\w$", text)}
    if facet == "period":
        texts = {value, f"the {value}"}
    return {key for text in texts if (key := _key(text)) and not (len(key) == 1 and len(key[0]) < 3)}


def _key(text: str) -> tuple[str, ...]:
    return tuple(match.group().lower().replace("’", "'") for match in _WORD.finditer(text))


def _without_titles(clause: str, hits: Iterable[_Found]) -> str:
    """`You loved 10 Things I Hate About You` says nothing of hate."""
    for hit in hits:
        if hit.item_ids:
            clause = clause[: hit.start] + " " * (hit.end - hit.start) + clause[hit.end :]
    return clause


def _attitude(clause: str) -> Attitude:
    words = clause.lower()
    if _AGAINST.search(words):
        return "disliked"
    if _LOVED.search(words):
        return "loved"
    return "consumed" if _TURNED_TO.search(words) else "liked"
