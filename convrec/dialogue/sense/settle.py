"""From what was found in a message to what it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.rules.acts import (
    acts_in,
    corrects_in,
    diversity_in,
    fresh_in,
    joins_in,
    keeps,
    novelty_in,
    opens_with_ok,
    spoken_for,
)
from convrec.dialogue.rules.clue import COMMON
from convrec.dialogue.rules.dropping import places
from convrec.dialogue.rules.opinions import REFUSED, TURNED_DOWN, Opinion
from convrec.dialogue.rules.wants import LOOSE_WORDS, Wants
from convrec.dialogue.sense.doing import acts_heard
from convrec.dialogue.sense.hearing import ITEMS, SURE, Hearing
from convrec.dialogue.sense.loose import kind_of_thing, wish_text
from convrec.dialogue.sense.reading import Reading, overlaps
from convrec.dialogue.state import State
from convrec.dialogue.understanding import Act, Feedback, ProfileEdit, Question, Understanding
from convrec.dialogue.words.english import ORDINALS
from convrec.dialogue.words.lexicon import Found
from convrec.dialogue.words.words import singular
from convrec.types import ItemId

NAMED = 0.35
"""Chance of a span from which words with capitals are taken for the name of an item; others from `SURE` on."""
_THINGS = (
    "film", "movie", "game", "book", "one", "thing", "title", "item", "director", "actor", "actress", "author", "brand",
    "maker", "label", "series", "genre", "kind", "country", "colour", "color",
)  # fmt: skip

Opinions = Sequence[tuple[tuple[ItemId, ...], Opinion]]

_UNMET = re.compile(
    r"\b(?:not too long|(?:under|less than|at most|over|longer than|shorter than) (?:\w+|\d+)(?: and a half)?"
    r" (?:hours?|minutes?))\b"
)
_UNKNOWN_TITLE = re.compile(
    r"\b(?:like|similar to) (?:the (?:film|movie|game|book) )?((?:[A-Z][\w':-]*)(?: (?:[A-Z][\w':-]*|of|the|and"
    r"|\d+))*)"
)
_ORDER: tuple[Act, ...] = (
    "undo", "reset", "edit", "ask", "again", "feedback", "accept", "reject", "answer", "inform", "more", "surprise",
    "recommend", "yes", "no", "bye", "thank", "greet", "smalltalk", "other",
)  # fmt: skip


def settle(
    reading: Reading,
    wants: Wants,
    opinions: Opinions,
    questions: Sequence[Question],
    state: State,
    noun: str,
    edits: tuple[ProfileEdit, ...] = (),
    *,
    hearing: Hearing | None = None,
) -> Understanding:
    """What a message means.

    Args:
        reading: What was found in it.
        wants: Its conditions and wishes.
        opinions: What it says of the items it names or points at.
        questions: What it asks.
        state: What stood before it.
        noun: What one item is called.
        edits: What it corrects in the profile.
        hearing: What the LLM heard; None: it was not asked.
    """
    hearing = hearing or Hearing(None)
    feedback = _feedback(opinions, reading, state)
    by_rules = acts_in(reading.masked)
    acts = by_rules if hearing.tagged is None else acts_heard(by_rules, hearing.tagged.acts)
    if (wants.filters or wants.wishes) and "reset" not in by_rules:
        acts = [act for act in acts if act != "reset"]  # what adds a condition begins nothing anew
    if _beyond(reading, state) or _GIVES.match(reading.plain):
        questions = ()  # of a card that is not there; "give me both" asks nothing
    if keeps(reading.masked):
        acts = ["accept", *(act for act in acts if act != "bye")]  # "save it for later" is no farewell
    missing = _missing(reading, hearing, noun)
    strange = [one for one in missing if one.startswith("“")]
    if strange and questions and not reading.targets() and all(one.kind in _OF_ITEMS for one in questions):
        questions = (Question("have", said=strange[0].strip("“”")),)  # of what is not here, and of no card
        missing = tuple(one for one in missing if one not in strange)
    turned = [one for ids, said in opinions if len(ids) == 1 and said.strength in (TURNED_DOWN, REFUSED) for one in ids]
    unlike = tuple(dict.fromkeys((*(one.item_id for one in feedback if one.strength <= -0.3), *turned)))
    meaning = Understanding(
        acts=("other",),
        filters=tuple(dict.fromkeys(wants.filters)),
        lifted=tuple(wants.lifted),
        joins=joins_in(reading.plain),
        fresh=fresh_in(reading.plain) and not reading.references and any(one.op == "any_of" for one in wants.filters),
        corrects=hearing.does("correct") or corrects_in(reading.plain),
        wishes=tuple(dict.fromkeys(wants.wishes)),
        avoid=tuple(dict.fromkeys(wants.avoid)),
        welcome=tuple(dict.fromkeys(wants.welcome)),
        like=tuple(one for one in _likes(reading, wants, opinions, feedback, questions) if one not in unlike),
        unlike=unlike,
        feedback=feedback,
        mentions=reading.mentions,
        referred=tuple(dict.fromkeys(one for ref in reading.references for one in ref.item_ids)),
        questions=tuple(questions),
        accepted=_accepted(opinions, acts, feedback, reading, state),
        unclear=_unclear(reading, feedback, acts, state, hearing, named=bool(strange)),
        k=reading.count[0] if reading.count else None,
        novelty=_novelty(reading.plain, hearing),
        diversity=0.6 if hearing.first("varied") else diversity_in(reading.plain),
        missing=missing,
        edits=edits,
        trace=tuple(wants.trace),
    )
    text = "" if questions else _text(reading, wants, meaning, noun)
    if len(meaning.accepted) > 1 and _GIVES.match(reading.plain):
        acts = [act for act in acts if act not in ("recommend", "more")]  # "give me both" wants no others
    return replace(meaning, acts=_acts(meaning, reading.plain, acts, state), text=text)


def _novelty(plain: str, hearing: Hearing) -> float | None:
    """How far from the well-known it wants to go, by the LLM where it hears that."""
    if hearing.first("obscure"):
        return 0.6
    return -0.6 if hearing.first("known") else novelty_in(plain)


def _likes(
    reading: Reading, wants: Wants, opinions: Opinions, feedback: Sequence[Feedback], questions: Sequence[Question]
) -> tuple[ItemId, ...]:
    """Items that more of the kind is wanted of: said so, or named as a wish with nothing said of them."""
    like = [one for ids, said in opinions if said.likeness for one in ids]
    if not questions:
        like += [one.item_id for one in reading.mentions if _bare(reading, one.item_id, one.start, opinions)]
        if (wants.filters or wants.wishes or wants.avoid) and not feedback:
            silent = [ids for ids, said in opinions if said == Opinion(said=said.said)]
            like += [ids[0] for ids in silent if len(ids) == 1]
    return tuple(dict.fromkeys(like))


def _bare(reading: Reading, item_id: ItemId, start: int, opinions: Opinions) -> bool:
    said = next(one for ids, one in opinions if ids == (item_id,))
    silent = said.strength is None and not (said.seen or said.wanted or said.unseen)
    talk = "have you" in reading.plain[max(0, start - 30) : start]
    return silent and not talk and (len(reading.spoken) <= LOOSE_WORDS or said.likeness)


def _accepted(
    opinions: Opinions, acts: Sequence[Act], feedback: Sequence[Feedback], reading: Reading, state: State
) -> tuple[ItemId, ...]:
    accepted = tuple(dict.fromkeys(one for ids, said in opinions if said.wanted for one in ids))
    if not accepted and any(not ref.item_ids and _COUNTS.search(ref.said) for ref in reading.references):
        return ()  # "the fifth", where there are four
    places = [ref for ref in reading.references if _PLACED.match(ref.said)] or reading.references
    pointed = {one for ref in places for one in ref.item_ids}
    if _GIVES.match(reading.plain) and state.last_shown and not feedback and not reading.mentions:
        some = tuple(one for one in state.last_shown if one in pointed)
        return some if 1 < len(some) < len(state.last_shown) or "both" not in reading.plain else _both(state)
    if "accept" in acts and not accepted and state.focus and not feedback and not reading.mentions:
        return (state.focus,)
    if _TAKES.search(reading.plain) and not accepted and len(pointed) == 1:
        return tuple(pointed)  # "the first one sounds good, I'll take it"
    return accepted


def _text(reading: Reading, wants: Wants, meaning: Understanding, noun: str) -> str:
    conditions = {one.said for one in wants.filters}  # what became no condition stays in the words
    cut = [(years.start, years.end) for years in reading.years if years.said in conditions]
    cut += [(amount.start, amount.end) for amount in reading.amounts]
    cut += [(moment.start, moment.end) for moment in reading.moments]
    cut += [*reading.unpriced, *([(reading.count[1], reading.count[2])] if reading.count else [])]
    cut += [*spoken_for(reading.masked), *reading.chatter, *places(reading.plain), *wants.settled]
    judged = {*meaning.like, *meaning.unlike, *meaning.accepted, *(one.item_id for one in meaning.feedback)}
    cut += [(start, end) for start, end, ids in reading.targets() if judged & set(ids)]
    return wish_text(reading.text, reading.plain, reading.clauses, reading.spoken, cut, wants.kinds, noun)


def _missing(reading: Reading, hearing: Hearing, noun: str) -> tuple[str, ...]:
    """What is asked for or spoken of that the catalogue does not have; names stand in quotes, as they are written."""
    missing = []
    if reading.years and not reading.known_years:
        missing.append("years")
    if reading.unpriced:
        missing.append("prices")
    if not reading.amounts and _UNMET.search(reading.plain):
        missing.append("lengths")
    unknown = _UNKNOWN_TITLE.search(reading.text)
    places = [(mention.start, mention.end) for mention in reading.mentions]
    places += [(found.start, found.end) for found in reading.found]
    if unknown and not overlaps(unknown.start(1), unknown.end(1), places):
        missing.append(f"“{unknown.group(1)}”")
    taken = [(mention.start, mention.end) for mention in reading.mentions]
    taken += [(reference.start, reference.end) for reference in reading.references]
    taken += [(moment.start, moment.end) for moment in reading.moments]
    for span in hearing.items(taken, least=NAMED):
        said = _name(reading, span, noun, hearing.sureness(span))
        known = any(overlaps(span.start, span.end, [place]) for place in _mostly(reading, span))
        if said and not known:
            missing.append(f"“{said}”")
    bare = [one.strip("“”").casefold() for one in missing]
    return tuple(dict.fromkeys(one for one, own in zip(missing, bare, strict=True)
                               if not any(own != other and own in other for other in bare)))  # fmt: skip


def _mostly(reading: Reading, span: Span) -> list[tuple[int, int]]:
    """Catalogue words that are most of a span."""
    return [
        (one.start, one.end)
        for one in reading.found
        if one.start < span.end and one.end > span.start and not _beside(reading, span, one)
    ]


def _beside(reading: Reading, span: Span, found: Found) -> bool:
    """Whether a span says more than a word of the catalogue, as a title does: `American Pie` is no American."""
    rest = [word for word in reading.spoken if span.start <= word.start < span.end
            and not found.start <= word.start < found.end]  # fmt: skip
    return any(word.text not in COMMON and singular(word.text) not in _THINGS for word in rest)


def _name(reading: Reading, span: Span, noun: str, sure: float) -> str:
    """The words of a span that was heard as an item, where they can be a name; else empty."""
    inside = [word for word in reading.spoken if span.start <= word.start < span.end]
    telling = [word for word in inside if word.text not in COMMON and singular(word.text) not in (noun, *_THINGS)]
    capitals = sum(word.capital for word in inside)
    next_word = next((word.text for word in reading.spoken if word.start >= span.end), "")
    led = [inside[-1].text] if inside else []
    if inside and not capitals and any(singular(one) in ("one", noun, *_THINGS) for one in (*led, next_word)):
        return ""  # "the cheaper one", "the corny movies"
    if not capitals and kind_of_thing(reading.plain, span.start, span.end):
        return ""
    if not telling or (sure < SURE and capitals < 2) or all(len(word.text) < 3 for word in telling):
        return ""
    said = reading.text[inside[0].start : inside[-1].end]
    return _YEAR_BEHIND.sub(r"\1)", said)


def _feedback(opinions: Opinions, reading: Reading, state: State) -> tuple[Feedback, ...]:
    """What is said of items; a verdict without a name goes to the item spoken of, if there is one."""
    said: dict[ItemId, Feedback] = {}
    for ids, one in opinions:
        if one.wanted or one.unseen or (one.strength is None and not one.seen) or (one.likeness and not one.strength):
            continue
        if one.strength == TURNED_DOWN or (one.strength == REFUSED and len(ids) == 1):
            continue  # "not these", "nothing like that" ask for others and judge none
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


def _judges_nothing(reading: Reading, hearing: Hearing, acts: Sequence[Act]) -> bool:
    """Whether `it` is judged before anything was spoken of."""
    judged = [one for one in reading.references if hearing.slot(one.start, one.end) in ITEMS]
    return bool(reading.references) and (
        bool(judged) or "reject" in acts or _bare_verdict(_without_it(reading.plain)) is not None
    )


def _unclear(
    reading: Reading, feedback: Sequence[Feedback], acts: Sequence[Act], state: State, hearing: Hearing, *, named: bool
) -> bool:
    """Whether `it` is judged while several items are in view, or none; `named`: a title that is not here is named."""
    if _beyond(reading, state):
        return True
    if any(ref.other and not ref.item_ids for ref in reading.references):
        return len(state.last_shown) > 1 and not reading.mentions
    if _GIVES.match(reading.plain) and "both" in reading.plain:
        return not feedback and not _accepted((), (), (), reading, state)
    if not state.shown and not state.focus and not reading.mentions and not reading.found:
        return _judges_nothing(reading, hearing, acts)
    pointless = any(not ref.item_ids for ref in reading.references) or not reading.references
    if feedback or reading.found or reading.mentions or not pointless or len(state.last_shown) < 2 or state.focus:
        return False
    if not named and any(hearing.slot(one.start, one.end) in _JUDGED for one in reading.references):
        return True  # "I've seen this film and loved it"
    verdict = _bare_verdict(_without_it(reading.plain))
    return verdict is not None or (
        "reject" in acts and any(ref.said in ("it", "that", "this") for ref in reading.references)
    )


def _beyond(reading: Reading, state: State) -> bool:
    """Whether a card is pointed at by a place that no card has: the fifth of four."""
    if not state.last_shown or reading.mentions:
        return False
    return any(not ref.item_ids and _COUNTS.search(ref.said) for ref in reading.references)


def _both(state: State) -> tuple[ItemId, ...]:
    """The two that `both` means: those just compared, or the only two in view; empty: there are no such two."""
    asked = [one.item_ids for one in state.latest.questions if len(one.item_ids) == 2] if state.latest else []
    return asked[0] if asked else state.last_shown if len(state.last_shown) == 2 else ()


def _without_it(plain: str) -> str:
    return re.sub(r"\b(?:it|this|that)(?: (?:one|movie|film))?\b", "", plain).strip()


_OF_ITEMS = ("about", "fact", "unknown")
_JUDGED = frozenset(("loved", "liked", "ok", "disliked", "hated"))
_COUNTS = re.compile(rf"\b(?:{'|'.join(ORDINALS)}|number|nr|\d+)\b|#")
_YEAR_BEHIND = re.compile(r"(\((?:18|19|20)\d\d)\b.*$")
"""Where a title ends that has its year behind it."""
_PLACED = re.compile(r"(?:the )?(?:first|last)\b")
_GIVES = re.compile(
    r"^\W*(?:(?:ok|okay|yes|yeah|fine|alright|good|great|perfect|then|please|well|so)\W+)*"
    r"(?:(?:give|get) me |(?:i|we)(?:'ll| will)? (?:have |take |want )|let's (?:take|have|get) |i'd like |take |add )?"
    r"(?:both|(?:both of )?the (?:first|last) (?:two|three|2|3)|all (?:of them|two|three))(?: of (?:them|those|these))?"
    r"(?: (?:then|please|thanks|pls|ones))*\W*$"
)
"""Takes several of the cards: `fine, give me both`."""
_TAKES = re.compile(
    r"\b(?:i'll|i will|let's|i'm going to|gonna) (?:take|watch|try|go (?:with|for)|play|read|buy|get|order)\b"
    r"|^\W*(?:ok|okay|yes|alright|fine|good|great|perfect|deal|then)\W+(?:then )?the \w+(?: one)?"
    r"(?: it is| then| please)?\W*$"
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


def _acts(meaning: Understanding, plain: str, found: Sequence[Act], state: State) -> tuple[Act, ...]:
    """Which acts a message performs, once its content is known."""
    acts: set[Act] = set(found)
    says = meaning.says_something
    if says and opens_with_ok(plain):
        acts.discard("yes")  # "ok, but nothing old" takes no offer
    given: tuple[tuple[Act, bool], ...] = (
        ("edit", bool(meaning.edits)),
        ("ask", bool(meaning.questions)),
        ("feedback", bool(meaning.feedback)),
        ("accept", bool(meaning.accepted)),
        ("inform", says),
        ("answer", state.pending is not None and (says or bool(acts & {"yes", "no", "surprise"}))),
    )
    acts |= {act for act, holds in given if holds}
    if not meaning.accepted and (says or not state.shown):
        acts.discard("accept")
    if says and not meaning.feedback:
        acts -= {"reject", "smalltalk", "surprise"}
    if meaning.questions and not meaning.filters:
        acts -= {"recommend", "smalltalk", "more"}
    return tuple(sorted(acts or {"other"}, key=_ORDER.index))
