"""Free words of a wish: what is left when titles, catalogue words, years and talk are taken away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.rules.clauses import CHANGES, NEGATIVE, Clause
from convrec.dialogue.rules.frame import telling
from convrec.dialogue.rules.prices import EXTRA
from convrec.dialogue.rules.wants import Wants, part_of
from convrec.dialogue.sense.hearing import Hearing
from convrec.dialogue.sense.phrases import names_field, phrases
from convrec.dialogue.sense.reading import overlaps
from convrec.dialogue.words.dimensions import degree_of, high_end
from convrec.dialogue.words.english import FUNCTION, INSIDE, PRAISE, VIVID
from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.lexicon import Lexicon, Term
from convrec.dialogue.words.misspelling import slipped
from convrec.dialogue.words.polarity import counts_as, negated
from convrec.dialogue.words.words import Word, keys, singular
from convrec.facts import holds_contents, unit_of
from convrec.feelings import kin
from convrec.language import plural
from convrec.types import Filter

MAX_RUN = 3
_COMPANY = re.compile(
    r"(?:(?:for|with|and|me|my|our|her|his|the|a|an|us|old|little|younger|older|best|dear|two|three|four|five)\s+)*"
    r"(?:me|us|adults?|him|her"
    r"|them|dad|daddy|father|mum|mom|mummy|mother|parents|wife|husband|partner|girlfriend|boyfriend|friends?|mates?"
    r"|sisters?|brothers?|sons?|daughters?|nieces?|nephews?|cousins?|aunt|uncle|boss|colleagues?|coworkers?|roommates?"
    r"|flatmates?|(?:seat )?neighbou?rs?|teammates?|classmates?|visitors|grandma|grandpa|grandmother|grandfather"
    r"|grandparents|nan|gran|in laws|inlaws|guests|family|folks)"
)
"""Company that no item is described by: a wine for `my dad` is any wine."""
_PART = r"(?:weekends?|night|evening|afternoon|morning|day|week|time|around|once)"
_DAY = r"(?:today|tomorrow|tonight|weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)"
_WEATHER = (
    r"(?:rough|hard|tough|bad|busy|stressful|tiring|exhausting|rainy|wet|snowy|stormy|foggy|gr[ae]y|cold|cool|warm|hot"
    r"|sunny|lazy|quiet|slow|long|boring|free)"
)
_KEPT = r"(?:night|evening|afternoon|marathon|club)s?"
_WHERE = re.compile(
    r" (?:(?:sitting |lying )?(?:on|in) (?:a|an|the|my|our) )(?:plane|flight|train|bus|coach|car|couch|sofa|bed)$"
)
"""Where it is used, behind the company or the time: `my seat neighbour on the plane`."""
_WHEN = re.compile(
    rf"(?:(?:for|on|in|at|this|next|the|an?|coming|later)\s+)*(?:{_WEATHER}\s+)*{_DAY}(?:\s+{_PART})*"
    rf"|(?:(?:for|on|in|at|an?|the)\s+)*(?:{_WEATHER}\s+)+{_PART}(?:\s+{_PART})*"
    rf"|(?:(?:for|on|in|at)\s+)?(?:this|next|later)\s+{_PART}(?:\s+{_PART})*"
)
"""When it is for, which no item is described by: `this weekend`, `tomorrow evening`, `friday night`, `rainy sunday`."""
_TAKES = frozenset(("sold", "deal", "done", "agreed"))
_TAILS = re.compile(
    r"night|evening|weekend|day|ending|story|plot|soundtrack|acting|people|music|games|show|series|time|mine|\d{1,4}"
)
"""Words that end a wish begun by another (`twist ending`, `date night`) and are none by themselves."""


def gather_words(
    wants: Wants, text: str, plain: str, spoken: Sequence[Word], clauses: Sequence[Clause], noun: str, *, loose: bool
) -> None:
    """Add the free words of a message as soft wishes and aversions.

    Args:
        wants: What is gathered so far; its `used` places are left out.
        text: The message.
        plain: The same, folded.
        spoken: Its words.
        clauses: Its clauses.
        noun: What one item is called.
        loose: Whether words of a clause without a cue count.
    """
    for clause in clauses:
        if not (loose or clause.wishes or clause.is_fragment(plain)):
            continue
        own = [word for word in spoken if clause.start <= word.start < clause.end]
        for run in _runs(own, plain, wants.used, noun):
            stance, _ = clause.stance(plain, run[0].start, run[-1].end)
            words = text[run[0].start : run[-1].end].lower()
            if _WHEN.fullmatch(words):
                wants.settled.append((run[0].start, run[-1].end))
                continue
            if slot := part_of(stance, soft=True):
                wants.parts.append(Span(run[0].start, run[-1].end, slot))
            if stance in NEGATIVE:
                wants.settled.append((run[0].start, run[-1].end))
                wants.avoid.append(words)
            elif stance in ("allow", "drop"):
                wants.welcome.append(words)
            elif stance != "neutral" and words not in wants.wishes:
                wants.wishes.append(words)


def gather_heard(wants: Wants, text: str, plain: str, hearing: Hearing, standing: Sequence[Filter], noun: str) -> None:
    """Add what the LLM hears as wishes and aversions beside the catalogue's words.

    Args:
        wants: What is gathered so far; its `used` places are left out.
        text: The message.
        plain: The same, folded.
        hearing: What the LLM heard in it.
        standing: Conditions that stand.
        noun: What one item is called.
    """
    likened = [
        Span(span.start, span.end, "mood")
        for span in hearing.items(wants.used)
        if kind_of_thing(plain, span.start, span.end) and text[span.start : span.end].islower()
    ]
    for span in (*hearing.free(wants.used), *likened):
        gap = _GAP.match(plain, span.end)
        if gap and CHANGES.match(plain, gap.end()):
            wants.settled.append((span.start, span.end))
            continue  # "vegetarian, I mean vegan"
        words = _trimmed(_LED_BY.sub("", text[span.start : span.end].lower()), span.slot, noun)
        if not words:
            wants.settled.append((span.start, span.end))
            continue
        if _SUFFERS.match(plain, span.end):  # "lactose intolerant"
            span = replace(span, slot="not")
        wants.parts.append(span)
        wants.trace.append(f"{words!r}: {hearing.who} hears {span.slot}")
        if span.slot == "lift":
            wants.welcome.append(words)
            named = [one for one in standing if singular(words) in (singular(one.said.lower()), one.said.lower())]
            wants.lift(named)
        elif span.slot in ("not", "unmood"):
            wants.settled.append((span.start, span.end))
            wants.avoid.append(words)
        elif words not in wants.wishes and not _of_the_evening(span.slot, words):
            wants.wishes.append(words)


_SUFFERS = re.compile(r"[ -](?:intoleran(?:t|ce)|allerg(?:y|ic|ies))\b")
_GAP = re.compile(r"[\s,.]+")
_LED_BY = re.compile(
    r"^(?:an?|some|any) (?!(?:bit|lot|touch) of\b)|^(?:lots|plenty|a (?:bit|lot|touch|little bit)|loads) of "
)
"""What leads up to a wish: an article, or how much of it."""


def _trimmed(words: str, slot: str, noun: str) -> str:
    """A wish without what items are called before it and the company behind it; empty where nothing is left.

    A `day trip with my gran` and a `present for my boss` are wished for without a word that describes items.
    """
    if slot not in ("mood", "occasion", "want"):
        return words
    things = "|".join(map(re.escape, (noun, plural(noun))))
    words = _MOVED.sub("", words) or words  # "scare me", "make me laugh"
    bare = re.sub(rf"^(?:{things})\s+(?=(?:for|with)\s)", "", words)
    bare = _WHERE.sub("", bare)
    led, tie, company = bare.rpartition(" with " if " for " not in bare else " for ")
    if tie and _COMPANY.fullmatch(company) is not None:
        bare = led
    if re.fullmatch(rf"(?:(?:for|an?|our|the) )*(?:{things}|movies?|films?|games?|books?) {_KEPT}", bare):
        return ""  # "movie night"
    return "" if bare in ("", noun, plural(noun)) or _PRESENT.fullmatch(bare) or _COMPANY.fullmatch(bare) else bare


_MOVED = re.compile(r"^(?:makes?|made|making) (?:me|us|you) |(?<=\w) (?:me|us)(?: up)?$")
"""Says whom a feeling takes hold of."""
_PRESENT = re.compile(r"(?:(?:an?|the|little|small|nice|birthday|christmas|good)\s+)*(?:presents?|gifts?)")
"""What anything may be, whatever it is like."""


def _of_the_evening(slot: str, words: str) -> bool:
    """Whether words tell of the company or the day, or take a card, and nothing of what is wanted."""
    return (
        words in _TAKES
        or _WHEN.fullmatch(words) is not None
        or (slot == "occasion" and _COMPANY.fullmatch(words) is not None)
    )


_STEM = 4
"""Letters that what somebody does and what they are called begin with: `hosted`, `host`."""


def _tells_who(word: str, plain: str, labels: Iterable[str]) -> bool:
    """Whether a word only leads to somebody: `hosted by Ann`, where there are hosts."""
    led = word.endswith("ed") and re.search(rf"\b{re.escape(word)} by\b", plain) is not None
    return led and any(word[:_STEM] == part[:_STEM] for label in labels for part in label.split())


def settled(wants: Wants, plain: str, lexicon: Lexicon, noun: str) -> None:
    """Take out of the wishes what is none: what items are called, names of fields, degrees that became bounds.

    What is refused by a word of longer values (`no dice` of `Dice Rolling`) refuses these.

    Args:
        wants: What is gathered; changed.
        plain: Folded message.
        lexicon: The catalogue's words.
        noun: What one item is called.
    """
    fields = lexicon.fields
    labels = {singular(field.label) for field in fields.values()}
    bound = {one.field for one in wants.filters}
    kept = []
    for wish in dict.fromkeys(without_noun(wish, noun) for wish in phrases(plain, wants.wishes)):
        degree = degree_of(wish, fields)
        silent = all(word in _SAYS_NOTHING and not kin(word) for word in wish.split())
        if silent or names_field(wish, plain, wants.filters, fields):
            continue  # "with a teacher who is good"
        if wish and singular(wish) not in labels and (degree is None or degree.field not in bound):  # "with grape X"
            kept.append(wish)
    wants.wishes = [wish for wish in kept if not _tells_who(wish, plain, labels)]
    wants.avoid = [one for one in wants.avoid if without_noun(one, noun) and not _tells_who(one, plain, labels)]
    _shun_kinds(wants, lexicon)
    for word in [*wants.avoid]:
        if free := lexicon.free_of(word):  # "no gluten" where there is "gluten free"
            wants.avoid.remove(word)
            wants.filters.append(Filter(free[0].field, "any_of", tuple(one.value for one in free), f"no {word}"))
        elif fee := next((one.name for one in fields.values() if _is_fee(one, word)), ""):
            wants.avoid.remove(word)
            wants.filters.append(Filter(fee, "at_most", (0.0,), f"no {word}"))
        elif shunned := [(name, values) for name, field in fields.items() if (values := high_end(field, word))]:
            wants.avoid.remove(word)
            wants.filters += [Filter(name, "none_of", values, f"no {word}") for name, values in shunned]
    refused = {
        plain[part.start : part.end]
        for part in wants.parts
        if part.slot in ("not", "unmood") and not _SOFTLY.search(plain, 0, part.start)
    }
    wants.avoid = [word for word in wants.avoid if singular(word) not in labels]  # "not that brand"
    for word in [one for one in wants.avoid if one in refused]:
        if not (terms := lexicon.containing(word)):
            continue
        wants.avoid.remove(word)
        for name in dict.fromkeys(term.field for term in terms):
            values = tuple(term.value for term in terms if term.field == name)
            wants.filters.append(Filter(name, "none_of", values, f"no {word}"))


def _is_fee(field: Field, word: str) -> bool:
    """Whether a word refuses what comes on top of the price: `no cleaning fee`."""
    named = singular(unit_of(field.name)[0]) == singular(word)
    return named and field.measure == "money" and len(field.numbers) > 0 and bool(EXTRA.search(field.label))


def _shun_kinds(wants: Wants, lexicon: Lexicon) -> None:
    """Refuse what counts as something that is not eaten, by whatever word: `oysters` where no shellfish is wanted."""
    refused = {one.said.split()[-1]: one for one in wants.filters if one.op == "none_of" and one.said}
    for word in dict.fromkeys((*wants.avoid, *refused)):
        terms = (
            [] if word in refused and holds_contents(refused[word].field) else _counting_as(word.split()[-1], lexicon)
        )
        known = {(one.field, value) for one in wants.filters if one.op == "none_of" for value in one.values}
        for name in dict.fromkeys(term.field for term in terms):
            values = tuple(one.value for one in terms if one.field == name and (name, one.value) not in known)
            if values:
                wants.filters.append(Filter(name, "none_of", values, f"no {word.split()[-1]}"))
        # The word stays an aversion: that none of the cards counts as it does not say that it is in none of them.


def _counting_as(word: str, lexicon: Lexicon) -> list[Term]:
    """Words of items that count as something to eat by its everyday word: `oysters` for `shellfish`."""
    kind = singular(word)
    if kind not in INSIDE:
        return []
    asked = (one for one in lexicon.terms() if lexicon.fields[one.field].nature in ("closed", "theme"))
    eaten = (one for one in asked if not negated(one.field) and keys(one.value)[-1:] != ("free",))
    return [one for one in eaten if counts_as(one.value, kind)]


_SAYS_NOTHING = (PRAISE - VIVID) | FUNCTION
"""Words that praise and describe nothing."""


def without_noun(wish: str, noun: str) -> str:
    """A wish without what an item is called: `shoes` wishes nothing of a shoe, `big plant` only that it is big."""
    things = {noun, plural(noun), *((noun.split()[-1], plural(noun.split()[-1])) if noun.split() else ())}
    words = [noun if word not in things and _misspells(word, noun) else word for word in wish.split()]
    while words and (words[-1] in things or " ".join(words) in things):
        words = [] if " ".join(words) in things else words[:-1]
    return " ".join(words)


def _misspells(word: str, noun: str) -> bool:
    also = noun == "film" and len(word) > 4 and slipped(word, "movie")  # "movid", but "move" is a word
    return also or (len(word) > 3 and slipped(word, noun))


def kind_of_thing(plain: str, start: int, end: int) -> bool:
    """Whether words that were heard as a name are of a kind of thing: `like a convent`, `some garden`."""
    led = _INDEFINITE.search(plain, 0, start) is not None
    return led or _INDEFINITE.match(plain[start:end]) is not None


_SOFTLY = re.compile(r"\b(?:less|fewer|too|so|very|that|much)\s+$")
_INDEFINITE = re.compile(r"(?<!\w)(?:an?|some|any) $|^(?:an?|some|any) ")


def _runs(own: Sequence[Word], plain: str, used: Sequence[tuple[int, int]], noun: str) -> list[list[Word]]:
    runs: list[list[Word]] = []
    for word in own:
        tells = telling(word, noun)
        gap = plain[runs[-1][-1].end : word.start] if runs else ""
        follows = bool(runs) and re.fullmatch(r"[ -]", gap) is not None and len(runs[-1]) < MAX_RUN
        if not (tells or (follows and _TAILS.fullmatch(word.text))) or overlaps(word.start, word.end, used):
            continue
        if follows:
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


_LIKENESS_LED = re.compile(
    r"(?:\b(?:something|anything|stuff|things?|ones?|more|much|just|a bit)\s+)*\b(?:like|similar to|such as|of|to)\s+"
    r"(?:the |a )?$"
)
_LED = re.compile(
    r"(?:\b(?:(?:directed|written|made|produced|set|starring|featuring|with|by|from|in|of|actors?|director)\s+)+)$"
)
_MORE = re.compile(r"(?:\b(?:some|any|every)thing|\bmore|\bvery|\breally|\bbit|\bit)\s+$")
_ASKING = re.compile(
    r"^(?=\W*(?:\w[\w']*[^\w']+){0,7}?(?:want|need|like|looking|recommend|suggest|show|give|find|mood|watch|watching|play|got)\b)"
    r"(?:\W*(?:hey|hi|hello|there|so|ok|okay|well|please|can|could|would|will|you|recommend|suggest|show|give|find|get|me"
    r"|us|i|i'd|i'll|i'm|im|we|we'd|want|need|like|love|looking|look|for|to|watch|watching|see|play|feel|have|got|do|know"
    r"|of|in|the mood|maybe|really|just)\b)+\W*",
)


def wish_text(
    text: str,
    plain: str,
    clauses: Sequence[Clause],
    spoken: Sequence[Word],
    cut: Sequence[tuple[int, int]],
    kinds: Sequence[tuple[int, int]],
    noun: str,
) -> str:
    """A description in the person's own words; empty where nothing in it tells items apart.

    Words that act elsewhere (conditions, titles, counts, refusals) are cut; `a western about a lonely sheriff` leaves
    `a film about a lonely sheriff`.

    Args:
        text: The message.
        plain: The same, folded.
        clauses: Its clauses.
        spoken: Its words.
        cut: Places left out: bounds on years and numbers, counts, words that became conditions, titles spoken of.
        kinds: Those of them that stand for the item itself.
        noun: What one item is called.
    """
    gone = [*cut, *(span for clause in clauses for span in _refused(clause, plain))]
    left = [word for word in spoken if not any(start <= word.start < end for start, end in gone)]
    if not any(telling(word, noun) for word in left):
        return ""
    pieces, at = [], 0
    for start, end in sorted(gone):
        if start < at and end <= at:
            continue
        before = text[at : max(start, at)]
        as_noun = (start, end) in kinds and not _MORE.search(before) and not _noun_follows(plain, end, noun, gone)
        pieces.append(before if as_noun else _LED.sub("", _LIKENESS_LED.sub("", before)))
        pieces += [plural(noun) if singular(plain[start:end]) != plain[start:end] else noun] if as_noun else []
        at = max(at, end)
    pieces.append(text[at:])
    words = re.sub(r"\s+([,.!?])", r"\1", " ".join(" ".join(pieces).split()))
    words = re.sub(r"([,.!?])(?:\s*[,.!?])+", r"\1", words)
    words = re.sub(
        r"^(?:\W*\b(?:and|but|or|so|please)\b)+|(?:\b(?:and|but|or|please|with|from|by)\b\W*)+$", "", words.strip()
    )
    return _ASKING.sub("", words).strip(" ,.;!?")


def _noun_follows(plain: str, end: int, noun: str, gone: Sequence[tuple[int, int]]) -> bool:
    """Whether what a word stands before is said: `western films`, `western comedies`."""
    if re.match(rf"[ -]+(?:{re.escape(noun)}|{re.escape(plural(noun))}|movies?|films?|ones?)\b", plain[end:]):
        return True
    return any(0 < start - end <= 2 for start, _ in gone)


_BEFORE = re.compile(r"(?:\b(?:i|we|but|and|so|please|really|just|definitely|oh|well)\b[\s,]*)+$")


def _refused(clause: Clause, plain: str) -> list[tuple[int, int]]:
    spans = []
    for place, cue in enumerate(clause.cues):
        after = clause.cues[place + 1] if place + 1 < len(clause.cues) else None
        if cue.stance in NEGATIVE or cue.stance == "drop":
            end = after.start if after is not None and after.stance in ("want", "like", "allow") else clause.end
            led = _BEFORE.search(plain, 0, cue.start)
            spans.append((led.start() if led else cue.start, end))
    return spans
