"""From a message and where it stands to what it means: rules over the catalogue's own words, no model needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from convrec.dialogue.acts import acts_in, diversity_in, joins_in, novelty_in, spoken_for
from convrec.dialogue.amounts import Amount, amounts_in, how_many
from convrec.dialogue.asked import asks_openly, questions_in
from convrec.dialogue.clauses import Clause, clauses
from convrec.dialogue.lexicon import Found, Lexicon
from convrec.dialogue.loose import gather_words, wish_text
from convrec.dialogue.opinions import Opinion, opinion
from convrec.dialogue.references import Reference, references_in
from convrec.dialogue.state import State
from convrec.dialogue.titles import Mention, TitleLinker
from convrec.dialogue.understanding import Act, Feedback, Question, Understanding
from convrec.dialogue.wants import LOOSE_WORDS, Wants, clause_at, gather
from convrec.dialogue.words import Word, folded, mended, words
from convrec.dialogue.years import Years, years_in
from convrec.protocols import Catalogue, ChatModel
from convrec.types import ItemId

_YEAR_BEFORE = re.compile(r"\b(?:from|in|of|before|after|since|until|around|year)\s+$")
_ANY_YEAR = re.compile(
    r"\b(?:any (?:year|decade|era|age|period)|(?:no matter|doesn't matter|don't care)(?: \w+){0,2} (?:when|old|year)"
    r"|(?:drop|remove|forget|clear|lose)(?: about)?(?: the| my)? (?:years?|decades?|dates?)(?: filters?)?)\b"
)
_ANY_KIND = re.compile(
    r"\b(?:any genre|(?:drop|remove|forget|clear|lose)(?: about)?(?: the| my)? (?:genres?)(?: filters?)?)\b"
)
_DROP_LAST = re.compile(r"\b(?:drop|remove|forget|lose|undo|clear) (?:that|the last)(?: (?:filter|one|condition))\b")
_UNMET = re.compile(
    r"\b(?:not too long|(?:under|less than|at most|over|longer than|shorter than) (?:\w+|\d+)(?: and a half)? (?:hours?|minutes?))\b"
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was found in a message, before any of it is judged."""

    text: str
    plain: str
    spoken: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    amounts: tuple[Amount, ...]
    years: tuple[Years, ...]
    count: tuple[int, int, int] | None
    references: tuple[Reference, ...]
    found: tuple[Found, ...]
    clauses: tuple[Clause, ...]
    loose: bool

    @property
    def masked(self) -> str:
        """The folded text with `§` for every title, as long as the text."""
        plain = self.plain
        for one in self.mentions:
            plain = plain[: one.start] + "§" * (one.end - one.start) + plain[one.end :]
        return plain


class Understander:
    """Reads messages against one catalogue; holds nothing of any conversation, so threads may share it."""

    def __init__(
        self,
        catalogue: Catalogue,
        noun: str = "item",
        *,
        popularity: Mapping[ItemId, float] | None = None,
        model: ChatModel | None = None,
    ) -> None:
        """Build the lexicon and the title index.

        Args:
            catalogue: Whose words and titles messages are read against.
            noun: What one item is called.
            popularity: Decides between items of one title; higher is likelier.
            model: Kept for a tuned reader of messages; the rules do not use it.
        """
        self.catalogue = catalogue
        self.noun = noun.lower()
        self.model = model
        self.lexicon = Lexicon(catalogue)
        self.titles = TitleLinker(catalogue, popularity, self._everyday_words())
        years = self.lexicon.fields.get("year")
        self._years = years.numbers if years is not None else np.zeros(0)

    def understand(self, text: str, state: State) -> Understanding:
        """What a message means where it stands.

        Args:
            text: The message.
            state: What stands before it.
        """
        reading = self._read(mended(text), state)
        wants = self._wants(reading, state)
        opinions = [(item_ids, self._opinion(reading, start, end)) for start, end, item_ids in _targets(reading)]
        questions = questions_in(
            reading.plain, reading.mentions, reading.references, state.last_shown, state.focus, self.lexicon.fields
        )
        return self._settled(reading, wants, opinions, questions, state)

    # -- reading --------------------------------------------------------------------------------------------------

    def _everyday_words(self) -> frozenset[str]:
        """Words of genres and themes are not titles by themselves."""
        spellings = (term.value for term in self.lexicon.terms() if self.lexicon.fields[term.field].nature != "name")
        return frozenset(word.text for value in spellings for word in words(value))

    def _read(self, text: str, state: State) -> _Reading:
        plain, spoken = folded(text), words(text)
        mentions = tuple(one for one in self.titles.find(text, spoken) if self._is_title(one, text, plain))
        named = [(one.start, one.end) for one in mentions]
        amounts = tuple(
            one for one in amounts_in(plain, self.lexicon.fields.values()) if not _overlaps(one.start, one.end, named)
        )
        blocked = named + [(one.start, one.end) for one in amounts]
        in_view = _pointed_years(self.catalogue, plain, state, mentions)
        years = years_in(plain, self._years if len(self._years) else _ANY_YEARS, in_view, blocked)
        blocked += [(one.start, one.end) for one in years]
        count = how_many(plain, self.noun, blocked)
        taken = blocked + ([(count[1], count[2])] if count else [])
        references = tuple(references_in(plain, self.noun, state.last_shown, state.focus, taken))
        found = tuple(self.lexicon.find(text, spoken, taken))
        loose = len(spoken) <= LOOSE_WORDS or (state.pending is not None and len(spoken) <= 2 * LOOSE_WORDS)
        return _Reading(
            text, plain, tuple(spoken), mentions, amounts, tuple(years), count, references, found,
            tuple(clauses(plain, named)), loose,
        )  # fmt: skip

    def _is_title(self, mention: Mention, text: str, plain: str) -> bool:
        """Whether a mention is not rather a genre (`musical`) or a year (`from 2012`)."""
        said = text[mention.start : mention.end]
        if said.isdecimal() and _YEAR_BEFORE.search(plain[: mention.start]):
            return False
        spoken = words(said)
        hits = self.lexicon.find(said, spoken)
        covers = len(hits) == 1 and hits[0].first == 0 and hits[0].last == len(spoken) - 1
        if not covers or '"' in said or "(" in said:
            return True
        nature = self.lexicon.fields[hits[0].terms[0].field].nature
        return nature == "theme" and (said[:1].isupper() or (mention.score == 1.0 and len(spoken) > 1))

    # -- judging --------------------------------------------------------------------------------------------------

    def _wants(self, reading: _Reading, state: State) -> Wants:
        wants = Wants()
        standing = state.request.filters
        if not reading.clauses:
            return wants
        wants.used += [(one.start, one.end) for one in reading.mentions]
        self._numbers(wants, reading)
        if _ANY_YEAR.search(reading.plain):
            wants.lift([one for one in standing if one.field == "year"])
        if _ANY_KIND.search(reading.plain):
            wants.lift([one for one in standing if one.field == "genres"])
        if _DROP_LAST.search(reading.plain) and standing:
            wants.lift(standing[-1:])
        gather(wants, reading.plain, reading.found, reading.clauses, self.lexicon.fields, standing, loose=reading.loose)
        wants.used += [(one.start, one.end) for one in reading.references]
        wants.used += spoken_for(reading.masked)
        if not asks_openly(reading.plain) or reading.found or "recommend" in acts_in(reading.masked):
            gather_words(
                wants, reading.text, reading.plain, reading.spoken, reading.clauses, self.noun, loose=reading.loose
            )
        return wants

    def _numbers(self, wants: Wants, reading: _Reading) -> None:
        for amount in reading.amounts:
            wants.filters += amount.filters
            wants.used.append((amount.start, amount.end))
            wants.trace.append(
                f"{amount.said!r}: number {[(one.field, one.op, one.values[0]) for one in amount.filters]}"
            )
        for years in reading.years:
            stance, _ = clause_at(reading.clauses, years.start).stance(reading.plain, years.start, years.end)
            wants.used.append((years.start, years.end))
            refused = stance in ("refuse", "dislike") and not years.said.startswith(("not", "no"))
            if len(self._years) and stance not in ("drop", "allow", "neutral"):
                wants.filters += years.filters(refused=refused)
                wants.trace.append(f"{years.said!r}: years {years.low} to {years.high}{' refused' if refused else ''}")

    def _opinion(self, reading: _Reading, start: int, end: int) -> Opinion:
        clause = clause_at(reading.clauses, start)
        spans = [
            (one.start - clause.start, one.end - clause.start)
            for one in (*reading.mentions, *reading.references)
            if clause.start <= one.start < clause.end
        ]
        inside = reading.plain[clause.start : clause.end]
        for one in reading.found:  # "comedies like Airplane!" asks for likeness as "films like Airplane!" does
            if clause.start <= one.start < one.end <= start:
                length = one.end - one.start
                at = one.start - clause.start
                inside = (
                    inside[:at] + "movies".ljust(length)[:length] + inside[at + length :] if length >= 6 else inside
                )
        return opinion(inside, start - clause.start, end - clause.start, spans, self.noun)

    def _settled(
        self,
        reading: _Reading,
        wants: Wants,
        opinions: Sequence[tuple[tuple[ItemId, ...], Opinion]],
        questions: Sequence[Question],
        state: State,
    ) -> Understanding:
        feedback = _feedback(opinions, reading, state)
        like = [one for ids, said in opinions if said.likeness for one in ids]
        asking = bool(questions)
        like += [
            mention.item_id
            for mention in reading.mentions
            if not asking and self._bare(reading, mention, opinions) and mention.item_id not in like
        ]
        if not asking and (wants.filters or wants.wishes) and not feedback:
            like += [one for ids, said in opinions if said == Opinion(said=said.said) for one in ids if len(ids) == 1]
        unlike = [one.item_id for one in feedback if one.strength <= -0.3]
        accepted = [one for ids, said in opinions if said.wanted for one in ids]
        found_acts = acts_in(reading.masked)
        if "accept" in found_acts and not accepted and state.focus and not feedback and not reading.mentions:
            accepted = [state.focus]
        missing = self._missing(reading)
        meaning = Understanding(
            acts=("other",),
            filters=tuple(dict.fromkeys(wants.filters)),
            lifted=tuple(wants.lifted),
            joins=joins_in(reading.plain),
            wishes=tuple(dict.fromkeys(wants.wishes)),
            avoid=tuple(dict.fromkeys(wants.avoid)),
            welcome=tuple(dict.fromkeys(wants.welcome)),
            like=tuple(one for one in dict.fromkeys(like) if one not in unlike),
            unlike=tuple(dict.fromkeys(unlike)),
            feedback=feedback,
            mentions=reading.mentions,
            referred=tuple(dict.fromkeys(one for ref in reading.references for one in ref.item_ids)),
            questions=tuple(questions),
            accepted=tuple(dict.fromkeys(accepted)),
            unclear=_unclear(reading, feedback, found_acts, state),
            k=reading.count[0] if reading.count else None,
            novelty=novelty_in(reading.plain),
            diversity=diversity_in(reading.plain),
            text=self._text(reading) if not asking else "",
            missing=missing,
            trace=tuple(wants.trace),
        )
        return _with_acts(meaning, found_acts, state, asks_openly(reading.plain))

    def _bare(
        self, reading: _Reading, mention: Mention, opinions: Sequence[tuple[tuple[ItemId, ...], Opinion]]
    ) -> bool:
        """Whether a title is named as a wish with nothing said of it: `Alien`, `films like Alien and Aliens`."""
        said = next(one for ids, one in opinions if ids == (mention.item_id,))
        silent = said.strength is None and not (said.seen or said.wanted or said.unseen)
        talk = "have you" in reading.plain[max(0, mention.start - 30) : mention.start]
        return silent and not talk and (len(reading.spoken) <= LOOSE_WORDS or said.likeness)

    def _text(self, reading: _Reading) -> str:
        cut = [(one.start, one.end) for one in (*reading.years, *reading.amounts)]
        cut += [(reading.count[1], reading.count[2])] if reading.count else []
        cut += spoken_for(reading.masked)
        return wish_text(reading.text, reading.plain, reading.clauses, reading.spoken, cut, self.noun)

    def _missing(self, reading: _Reading) -> tuple[str, ...]:
        missing = []
        if reading.years and not len(self._years):
            missing.append("years")
        if not reading.amounts and _UNMET.search(reading.plain):
            missing.append("lengths")
        unknown = re.search(
            r"\b(?:like|similar to) (?:the (?:film|movie|game|book) )?((?:[A-Z][\w':-]*)(?: (?:[A-Z][\w':-]*|of|the|and|\d+))*)",
            reading.text,
        )
        if unknown and not any(
            _overlaps(*unknown.span(1), [(one.start, one.end)]) for one in (*reading.mentions, *reading.found)
        ):
            missing.append(f"“{unknown.group(1)}”")
        return tuple(missing)


_ANY_YEARS = np.asarray([1950.0, 2000.0, 2020.0])


def _targets(reading: _Reading) -> list[tuple[int, int, tuple[ItemId, ...]]]:
    named = [(one.start, one.end, (one.item_id,)) for one in reading.mentions]
    pointed = [(one.start, one.end, one.item_ids) for one in reading.references if one.item_ids]
    return sorted(named + pointed)


def _pointed_years(catalogue: Catalogue, plain: str, state: State, mentions: Sequence[Mention]) -> list[int]:
    """Years of the items a message speaks of, or else of those in view, for `newer` and `older`."""
    pointed = [one for ref in references_in(plain, "", state.last_shown, state.focus) for one in ref.item_ids]
    ids = [one.item_id for one in mentions] or pointed or list(state.last_shown)
    return [year for one in ids if (year := catalogue[one].year) is not None]


def _overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start < stop and end > begin for begin, stop in spans)


def _feedback(
    opinions: Sequence[tuple[tuple[ItemId, ...], Opinion]], reading: _Reading, state: State
) -> tuple[Feedback, ...]:
    """What is said of items; a verdict without a name goes to the item spoken of, if there is one."""
    said: dict[ItemId, Feedback] = {}
    for ids, one in opinions:
        if one.wanted or one.unseen or (one.strength is None and not one.seen) or (one.likeness and not one.strength):
            continue
        for item_id in ids:
            said[item_id] = Feedback(item_id, one.strength or 0.0, one.seen, one.said)
    subject = state.focus or (state.last_shown[0] if len(state.last_shown) == 1 else None)
    if not said and subject is not None and not reading.mentions and not reading.found:
        strength = _bare_verdict(reading.plain)
        if strength is not None:
            said[subject] = Feedback(
                subject, strength, "seen" in reading.plain or "watched" in reading.plain, reading.text
            )
    return tuple(said.values())


def _unclear(reading: _Reading, feedback: Sequence[Feedback], acts: Sequence[Act], state: State) -> bool:
    """Whether `it` is judged while several items are in view."""
    pointless = any(not ref.item_ids for ref in reading.references) or not reading.references
    if feedback or reading.found or reading.mentions or not pointless or len(state.last_shown) < 2 or state.focus:
        return False
    verdict = _bare_verdict(re.sub(r"\b(?:it|this|that)(?: (?:one|movie|film))?\b", "", reading.plain).strip())
    return verdict is not None or (
        "reject" in acts and any(ref.said in ("it", "that", "this") for ref in reading.references)
    )


_BARE = (
    (re.compile(r"^\W*(?:yes\W+|no\W+|yeah\W+)?(?:i )?(?:really |absolutely |just )*(?:love[d]?|adore[d]?)\W*$"), 1.0),
    (re.compile(r"^\W*(?:yes\W+|yeah\W+)?(?:i )?(?:really |quite )*(?:like[d]?|enjoy(?:ed)?)\W*$"), 0.7),
    (re.compile(r"^\W*(?:no\W+)?(?:i )?(?:hate[d]?)\W*$"), -1.0),
    (re.compile(r"^\W*(?:no\W+)?(?:i )?(?:dislike[d]?|(?:did|do)(?:n't| not)(?: really)? like)\W*$"), -0.7),
    (
        re.compile(
            r"^\W*(?:(?:yes|yeah|no|sorry)\W+)?(?:i(?:'ve| have)? )?(?:already )?(?:seen|watched|saw|played|read)\W*$"
        ),
        0.0,
    ),
    (re.compile(r"^\W*(?:not (?:a |really a )?fan|not for me|no good)\W*$"), -0.6),
)


def _bare_verdict(plain: str) -> float | None:
    return next((strength for pattern, strength in _BARE if pattern.match(plain)), None)


def _with_acts(meaning: Understanding, found: Sequence[Act], state: State, asks: bool) -> Understanding:
    """Settle which acts a message performs once its content is known."""
    acts = set(found)
    if meaning.questions:
        acts.add("ask")
    if meaning.feedback:
        acts.add("feedback")
    if meaning.accepted:
        acts.add("accept")
    elif meaning.says_something or not state.shown:
        acts.discard("accept")
    if meaning.says_something and not meaning.feedback:
        acts -= {"reject", "smalltalk", "surprise"}
    if meaning.says_something:
        acts.add("inform")
    if state.pending is not None and (meaning.says_something or acts & {"yes", "no", "surprise"}):
        acts.add("answer")
    if meaning.questions and not meaning.filters:
        acts -= {"recommend", "smalltalk", "more"}
    if not acts:
        acts.add("other")
    order = (
        "undo", "reset", "ask", "again", "feedback", "accept", "reject", "answer", "inform", "more", "surprise",
        "recommend", "yes", "no", "bye", "thank", "greet", "smalltalk", "other",
    )  # fmt: skip
    ranked: tuple[Act, ...] = tuple(sorted(acts, key=order.index))
    return Understanding(**{**_fields(meaning), "acts": ranked})


def _fields(meaning: Understanding) -> dict[str, object]:
    return {name: getattr(meaning, name) for name in meaning.__dataclass_fields__}
