"""From a message and where it stands to what it means: rules over the catalogue's own words, no model needed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np

from convrec.dialogue.readers.slots import Parse, Span
from convrec.dialogue.readers.tagger import Reader
from convrec.dialogue.readers.typed import read_as_typed
from convrec.dialogue.rules.acts import acts_in, praises_us, spoken_for
from convrec.dialogue.rules.amounts import Amount, amounts_in, how_many, unpriced
from convrec.dialogue.rules.asked import asks_openly, questions_in
from convrec.dialogue.rules.asked_when import when_in
from convrec.dialogue.rules.chatter import chatter_in
from convrec.dialogue.rules.checking import check_in
from convrec.dialogue.rules.clauses import clauses
from convrec.dialogue.rules.commands import Command, command_in, counts
from convrec.dialogue.rules.dropping import offer_taken, places, taken_back
from convrec.dialogue.rules.extremes import extremes_in, gather_extremes
from convrec.dialogue.rules.foreign import gather_foreign
from convrec.dialogue.rules.half_remembered import refusing_tail, told_by_plot, with_refused
from convrec.dialogue.rules.opinions import Opinion, opinion
from convrec.dialogue.rules.outside import Outside, other_goods, outside_in
from convrec.dialogue.rules.pointing import means_kinds, named_cards, of_named, spoken_of, subjects_of, years_of
from convrec.dialogue.rules.profile_edits import edits_in
from convrec.dialogue.rules.references import references_in
from convrec.dialogue.rules.restated import restated_in
from convrec.dialogue.rules.timing import filters_of, timed_in
from convrec.dialogue.rules.titles import Mention, TitleLinker
from convrec.dialogue.rules.wants import LOOSE_WORDS, Wants, clause_at, gather
from convrec.dialogue.rules.years import years_in
from convrec.dialogue.sense.compounds import Compounds
from convrec.dialogue.sense.doing import answerable, questions_heard
from convrec.dialogue.sense.hearing import Hearing
from convrec.dialogue.sense.loose import gather_heard, gather_words, settled
from convrec.dialogue.sense.numbers import gather_numbers
from convrec.dialogue.sense.parsing import apart, blended, parse_of
from convrec.dialogue.sense.reading import Reading, inside, overlaps
from convrec.dialogue.sense.same import asked_of, gather_same
from convrec.dialogue.sense.settle import settle
from convrec.dialogue.sense.story import is_story
from convrec.dialogue.sense.times import gather_moments
from convrec.dialogue.sense.title_or_word import is_title
from convrec.dialogue.sense.topics import turned, turns
from convrec.dialogue.sense.two_wishes import is_due, parted, put_off
from convrec.dialogue.sense.unsaid import unsaid
from convrec.dialogue.state import State
from convrec.dialogue.talk import request_from
from convrec.dialogue.twins import twins_of
from convrec.dialogue.understanding import ProfileEdit, Question, Understanding
from convrec.dialogue.way_out import given_way
from convrec.dialogue.words.calendar import calendar_in, weekdays_in
from convrec.dialogue.words.lexicon import Lexicon
from convrec.dialogue.words.polarity import is_somebody, needed
from convrec.dialogue.words.vocabulary import Vocabulary
from convrec.dialogue.words.words import Word, folded, mended, words
from convrec.language import plural
from convrec.protocols import Catalogue, Encoder
from convrec.types import ItemId, Request

LEAST_KNOWN = 0.1
"""Where fewer items have a year, a wish for years would lose nearly all that fit, and is answered as unknown."""
_ANY_YEARS = np.asarray([1950.0, 2000.0, 2020.0])
"""Stand in for a catalogue without years, so that a wish for years is noticed and can be answered."""


class Understander:
    """Reads messages against one catalogue; holds nothing of any conversation, so threads may share it."""

    def __init__(
        self,
        catalogue: Catalogue,
        noun: str = "item",
        verb: str = "tried",
        popularity: Mapping[ItemId, float] | None = None,
        *,
        tagger: Reader | None = None,
        encoder: Encoder | None = None,
        now: datetime | None = None,
    ) -> None:
        """Build the lexicon and the title index.

        Args:
            catalogue: Whose words and titles messages are read against.
            noun: What one item is called.
            verb: What people did with it.
            popularity: Decides between items of one title; higher is likelier.
            tagger: The LLM as a reader of messages; None: the rules decide alone.
            encoder: Tells which compound of the catalogue two words mean; None: none.
            now: What is taken for the time; None: when a message was sent.
        """
        self.catalogue = catalogue
        self.noun = noun.lower()
        self.verb = verb.lower()
        self.popularity: Mapping[ItemId, float] = popularity or {}
        self.tagger = tagger
        self._clock = now
        self.twins = twins_of(catalogue)
        self.lexicon = Lexicon(catalogue)
        self._compounds = Compounds(self.lexicon, encoder)
        self.calendar = calendar_in(self.lexicon.fields)
        self._weekdays = weekdays_in(self.lexicon.fields)
        names = [field.name for field in self.lexicon.fields.values() if field.nature == "name"]
        self.vocabulary = Vocabulary(catalogue, names)
        self.titles = TitleLinker(catalogue, popularity, self._everyday_words())
        years = self.lexicon.fields.get("year")
        known = years is not None and len(years.numbers) >= LEAST_KNOWN * len(catalogue)
        self._years = years.numbers if years is not None and known else np.zeros(0)

    def understand(self, text: str, state: State) -> Understanding:
        """What a message means where it stands.

        Args:
            text: The message.
            state: What stands before it.
        """
        typed, text = text, mended(text)
        if plot := told_by_plot(text, self.noun, in_view=bool(state.last_shown)):
            tail = refusing_tail(text)
            meant = self._meaning(tail, state) if tail else plot
            own = told_by_plot(text.removesuffix(tail), self.noun, in_view=bool(state.last_shown))
            return with_refused(own, meant, text) if own and any(one.op == "none_of" for one in meant.filters) else plot
        waiting = folded(state.later)
        if is_due(folded(text), waiting, pointed=len(state.last_shown) > 1):
            meaning = self._meaning(mended(state.later), state)
            return replace(meaning, acts=tuple(dict.fromkeys(("reset", *meaning.acts))), later="")
        if (parts := parted(folded(text))) is not None:
            meaning = self._meaning(text[: parts[0]], state)
            tagged = read_as_typed(self.tagger, typed, text)
            spans = meaning.parse.spans if meaning.parse is not None else ()
            parse = blended(tagged, Parse(text, spans, meaning.parse.acts if meaning.parse is not None else ("other",)))
            return replace(meaning, later=put_off(text[parts[1] :]), parse=parse)
        plain = folded(text)
        meaning = turned(self._meaning(text, state, typed), plain, state, self.lexicon)
        meaning = unsaid(meaning, plain, state, lambda: (one.said for one in self.lexicon.find(text, words(text))))
        return given_way(meaning, plain, state, self.catalogue)

    def _meaning(self, text: str, state: State, typed: str | None = None) -> Understanding:
        """Of a mended message with one wish; `typed`: as it was before."""
        tagged = read_as_typed(self.tagger, typed or text, text)
        hearing = Hearing(None if tagged is None or is_story(tagged) else tagged)
        reading = self._read(text, state, hearing)
        if outside := self._outside(reading):
            said = f"none of our business: {outside}"
            return Understanding(("other",), outside=outside, trace=(said,), parse=Parse(text, (), ("other",)))
        pointed = [item_id for ref in reading.references for item_id in ref.item_ids]
        if edits := edits_in(reading.plain, reading.found, reading.mentions, pointed):
            return self._edited(reading, edits, state, hearing)
        if command := command_in(reading, self.lexicon.fields, self.noun, state, self.catalogue):
            return self._commanded(reading, command, state, hearing)
        wants = self._wants(reading, state, hearing)
        opinions = [
            (item_ids, self._heard(reading, hearing, start, end, item_ids))
            for start, end, item_ids in reading.targets()
        ]
        questions = self._questions(reading, state, hearing)
        near = [one for one in (*pointed, state.focus, *state.last_shown) if one is not None]
        if asked := self._asked_when(reading, state):
            questions, wants = [asked], Wants()
        elif check := check_in(reading, self.lexicon.fields, self.noun, questions, near, state.focus):
            questions, wants = [check], Wants()  # "is the first one in English?" wants nothing
        elif (wants.filters or reading.found) and counts(reading.plain):
            of = (
                ()
                if wants.filters
                else tuple((term.field, term.value) for one in reading.found for term in one.terms[:1])
            )
            questions = [Question("count", said=reading.plain, wanted=of)]  # "how many are there without nuts?"
        wants.wishes = [self.vocabulary.meant(wish) for wish in wants.wishes]
        meaning = self._without_strangers(
            settle(reading, wants, opinions, questions, state, self.noun, hearing=hearing)
        )
        parse = parse_of(reading, wants.parts, opinions, meaning)
        return replace(meaning, parse=blended(hearing.tagged, parse), trace=(*meaning.trace, *hearing.lines()))

    def _without_strangers(self, meaning: Understanding) -> Understanding:
        """Without wishes for names that no description has: what is chosen for them is chosen by chance."""
        names = {one.strip("“”").casefold() for one in meaning.missing if one.startswith("“")}
        strange = [wish for wish in meaning.wishes if wish.casefold() in names and not self.vocabulary.speaks_of(wish)]
        if not strange:
            return meaning
        wishes = tuple(wish for wish in meaning.wishes if wish not in strange)
        return replace(meaning, wishes=wishes, text=meaning.text if wishes or meaning.filters else "")

    def _commanded(self, reading: Reading, command: Command, state: State, hearing: Hearing) -> Understanding:
        """A message that is an instruction or a bare question as a whole: no word of it is a wish."""
        meaning = settle(_bare(reading), Wants(), [], command.questions, state, self.noun)
        about = [one for question in command.questions for one in question.item_ids]
        tagged = hearing.tagged if hearing.does(command.label) else None
        parse = blended(tagged, Parse(reading.text, (), (command.label,)))
        meaning = replace(meaning, acts=command.acts, mentions=reading.mentions, text="", parse=parse)
        return replace(meaning, referred=tuple(about), unlike=command.unlike, k=command.k or meaning.k,
                       accepted=command.accepted or meaning.accepted)  # fmt: skip

    def _outside(self, reading: Reading) -> Outside:
        """What it is about that is none of a recommender's business."""
        called = re.compile(rf"\b(?:{re.escape(self.noun)}|{re.escape(plural(self.noun))}|movies?|films?|something)\b")
        about_items = called.search(reading.plain) is not None
        if not reading.mentions and not reading.found and other_goods(reading.plain, self.noun):
            return "goods"
        return outside_in(reading.masked, named=bool(reading.mentions), about_items=about_items)

    def _edited(
        self, reading: Reading, edits: tuple[ProfileEdit, ...], state: State, hearing: Hearing
    ) -> Understanding:
        """A message that corrects the profile: its words are about what was, and are no wish."""
        meaning = settle(_bare(reading), Wants(), [], [], state, self.noun, edits)
        said = tuple(f"{one.said!r}: profile {one.action} {one.facet}={one.value}" for one in edits)
        places = [(one.start, one.end) for one in reading.mentions] + [(one.start, one.end) for one in reading.found]
        parse = Parse(reading.text, apart(Span(*place, "lift") for place in places), ("inform",))
        parse = blended(hearing.tagged, parse)
        return replace(meaning, acts=("edit",), mentions=reading.mentions, text="", parse=parse, trace=said)

    def request_from(self, talk: str | Sequence[Mapping[str, object]]) -> Request:
        """A request from a message, or from a talk between people (see `convrec.dialogue.talk`)."""
        return request_from(talk, self)

    def _questions(self, reading: Reading, state: State, hearing: Hearing) -> list[Question]:
        fields, taken = self.lexicon.fields, offer_taken(reading.plain, state.request.filters)
        if taken or (turns(reading.plain) and not reading.targets()):
            return []  # "Drop sold out" asks nothing, and "and about Japan?" asks for what is about it
        by_rules = questions_in(
            reading.plain, reading.mentions, reading.references, state.last_shown, state.focus, fields
        )
        if hearing.tagged is None:
            return by_rules
        about = [ids for start, end, ids in reading.targets() if hearing.slot(start, end) == "about"]
        subject = tuple(one for ids in about or [ids for _, _, ids in reading.targets()] for one in ids)
        subject = subject or ((state.focus,) if state.focus is not None else tuple(state.last_shown))
        named = tuple(one.item_id for one in reading.mentions)
        openly = asks_openly(reading.plain)
        asked = questions_heard(by_rules, hearing.tagged.acts, subject, hearing.said("field"), fields, named,
                                hearing.said("about"), openly=openly)  # fmt: skip
        return asked if subject or openly or not reading.found else answerable(asked, by_rules)

    def _asked_when(self, reading: Reading, state: State) -> Question | None:
        today = self.now(state).date()
        told = [one for each in reading.moments for one in filters_of(each, self.calendar, self.lexicon.fields, today)]
        if any(one.shut for one in reading.moments):  # "is it closed on Tuesdays?"
            told = [replace(one, op="none_of") if one.field == self.calendar.hours else one for one in told]
        named = [one.item_id for one in reading.mentions]
        return when_in(
            reading.masked, self.calendar, self.lexicon.fields, reading.moments, told, reading.references, named,
            state.last_shown, state.focus,
        )  # fmt: skip

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Titles named in a text, in order."""
        text = mended(text)
        return tuple(self._titles(text, folded(text), words(text), Hearing(None)))

    def now(self, state: State) -> datetime:
        """What `tonight` and `next week` are counted from."""
        sent = datetime.now(UTC) if state.sent is None else datetime.fromtimestamp(state.sent, UTC)
        return self._clock or sent.astimezone()

    def _everyday_words(self) -> frozenset[str]:
        """Words of genres and themes are not titles by themselves."""
        spellings = (term.value for term in self.lexicon.terms() if self.lexicon.fields[term.field].nature != "name")
        return frozenset(word.text for value in spellings for word in words(value))

    def _read(self, text: str, state: State, hearing: Hearing) -> Reading:
        plain, spoken = folded(text), words(text)
        mentions = self._mentions(text, plain, spoken, hearing)
        named = [(one.start, one.end) for one in mentions]
        names = [(hit.start, hit.end) for hit in self.lexicon.find(text, spoken) if hit.sure]
        moments = tuple(
            one
            for one in timed_in(plain, self.calendar, self.now(state), named, self._weekdays)
            if not inside(one.start, one.end, names)
        )
        timed = [(one.start, one.end) for one in moments]
        amounts = tuple(
            one
            for one in amounts_in(plain, self.lexicon.fields.values(), self._numbers_in_view(plain, state, mentions))
            if not overlaps(one.start, one.end, [*named, *timed])
            and not inside(one.start, one.end, names)  # "Martin Short"
        )
        if not amounts and (again := restated_in(plain, state.request.filters, self.lexicon.fields)):
            amounts = (Amount(*again),)
        blocked = named + timed + [(one.start, one.end) for one in amounts]
        in_view = years_of(self.catalogue, plain, state, mentions)
        years = years_in(plain, self._years if len(self._years) else _ANY_YEARS, in_view, blocked)
        blocked += [(one.start, one.end) for one in years]
        count = how_many(plain, self.noun, blocked) or hearing.count(blocked)
        taken = blocked + ([(count[1], count[2])] if count else [])
        references = tuple(
            of_named(one, plain, mentions, state)
            for one in references_in(plain, self.noun, state.last_shown, state.focus, taken)
        )
        references += named_cards(plain, self.noun, state, self.catalogue, references)
        whole = [(one.start, one.end) for one in amounts if one.names_field or any(map(str.isdigit, one.said))]
        parts = tuple(clauses(plain, named + timed + whole))  # "not more than 25 euros" refuses nothing after it
        chatter = chatter_in(plain, parts)
        found = tuple(
            one
            for one in self.lexicon.find(
                text, spoken, [*taken, *((ref.start, ref.end) for ref in references if ref.by_place)]
            )
            if not overlaps(one.start, one.end, chatter)
            or any(needed(self.lexicon.fields[term.field], one.said) for term in one.terms)
            or any(is_somebody(self.lexicon.fields[term.field], plain, one.start) for term in one.terms)
        )
        found = self._compounds.joined(text, spoken, found)
        references = tuple(one for one in references if not means_kinds(one, plain, found))
        loose = len(spoken) <= LOOSE_WORDS or (state.pending is not None and len(spoken) <= 2 * LOOSE_WORDS)
        return Reading(
            text, plain, tuple(spoken), mentions, amounts, tuple(years), count, references, found,
            parts, tuple(chatter), loose, len(self._years) > 0, unpriced(plain, self.lexicon.fields, found), moments,
        )  # fmt: skip

    def _mentions(self, text: str, plain: str, spoken: Sequence[Word], hearing: Hearing) -> tuple[Mention, ...]:
        """Titles by the rules that the LLM does not hear as something else, and what it alone hears as one."""
        found = self._titles(text, plain, spoken, hearing)
        taken = [(one.start, one.end) for one in found]
        taken += [(one.start, one.end) for one in references_in(plain, self.noun, (), None)]
        for span in hearing.items(taken):
            hit = self.titles.one(text[span.start : span.end])
            if hit is not None:
                found.append(replace(hit, start=span.start, end=span.end, said=text[span.start : span.end]))
        return tuple(sorted(found, key=lambda one: one.start))

    def _titles(self, text: str, plain: str, spoken: Sequence[Word], hearing: Hearing) -> list[Mention]:
        """Titles by the rules; a piece of something longer in the catalogue is that: `Samuel L. Jackson`."""
        found = [one for one in self.titles.find(text, spoken) if is_title(one, text, plain, self.lexicon, hearing)]
        longer = [(hit.start, hit.end) for hit in self.lexicon.find(text, spoken) if hit.sure] if found else []
        return [one for one in found if not inside(one.start, one.end, longer)]

    def _numbers_in_view(self, plain: str, state: State, mentions: Sequence[Mention]) -> dict[str, list[float]]:
        """Numbers by field of the items spoken of, for `shorter` and `cheaper`."""
        items = [self.catalogue[one] for one in spoken_of(plain, state, mentions)] if state.last_shown else []
        names = [field.name for field in self.lexicon.fields.values() if field.nature == "number"]
        return {
            name: [float(value) for item in items if isinstance(value := item.facts.get(name), int | float)]
            for name in names
        }

    def _wants(self, reading: Reading, state: State, hearing: Hearing) -> Wants:
        wants = Wants()
        standing = state.request.filters
        if not reading.clauses or wants.lift(offer_taken(reading.plain, standing)):
            return wants
        wants.used += [(one.start, one.end) for one in reading.mentions]
        frame = reading.frame(self.noun)
        extremes = list(extremes_in(reading.plain, self.lexicon.fields, self.noun))
        wants.used += [(one.start, one.end) for one in extremes]
        gather_numbers(wants, reading, frame, hearing, standing)
        today = self.now(state).date()
        gather_moments(wants, reading, hearing, standing, self.lexicon.fields, self.calendar, today)
        wants.lift(taken_back(reading.plain, standing, self.lexicon.fields))
        gather(
            wants, reading.plain, reading.found, reading.clauses, self.lexicon.fields, standing, frame, hearing,
            loose=reading.loose,
        )  # fmt: skip
        gather_foreign(wants, reading.plain, self.lexicon.fields, standing, self.noun)
        gather_extremes(wants, extremes, self.catalogue, standing, today)
        wants.used += [*((one.start, one.end) for one in reading.references), *reading.unpriced]
        subjects = subjects_of(reading, state, self.catalogue)
        gather_same(wants, reading.plain, subjects, self.lexicon.fields, self.noun, asked_of(state))
        wants.used += [*spoken_for(reading.masked), *reading.chatter, *places(reading.plain)]
        if hearing.tagged is not None:
            gather_heard(wants, reading.text, reading.plain, hearing, standing, self.noun)
        elif not asks_openly(reading.plain) or reading.found or "recommend" in acts_in(reading.masked):
            gather_words(
                wants, reading.text, reading.plain, reading.spoken, reading.clauses, self.noun, loose=reading.loose
            )
        settled(wants, reading.plain, self.lexicon, self.noun)
        return wants

    def _heard(self, reading: Reading, hearing: Hearing, start: int, end: int, item_ids: Sequence[ItemId]) -> Opinion:
        """What is said of items, by the LLM and the rules."""
        if praises_us(reading.plain, reading.masked, start, end):
            return Opinion()
        return hearing.opinion(start, end, self._opinion(reading, start, end), several=len(item_ids) > 1)

    def _opinion(self, reading: Reading, start: int, end: int) -> Opinion:
        clause = clause_at(reading.clauses, start)
        places = [(one.start, one.end) for one in reading.mentions]
        places += [(ref.start, ref.end) for ref in reading.references]
        spans = [(a - clause.start, b - clause.start) for a, b in places if clause.start <= a < clause.end]
        inside = reading.plain[clause.start : clause.end]
        for one in reading.found:  # "comedies like Airplane!" asks for likeness as "films like Airplane!" does
            if clause.start <= one.start < one.end <= start:
                length = one.end - one.start
                at = one.start - clause.start
                inside = (
                    inside[:at] + "movies".ljust(length)[:length] + inside[at + length :] if length >= 6 else inside
                )
        return opinion(inside, start - clause.start, end - clause.start, spans, self.noun)


def _bare(reading: Reading) -> Reading:
    """Without anything that could become a wish."""
    return replace(reading, found=(), mentions=(), references=(), amounts=(), years=(), clauses=())
