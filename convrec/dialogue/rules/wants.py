"""Conditions and soft wishes from the catalogue's words in a message, by where the speaker stands to each."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from convrec.dialogue.readers.slots import Span
from convrec.dialogue.rules.clauses import CHANGES, NEGATIVE, Clause, Stance, needless
from convrec.dialogue.rules.frame import Frame
from convrec.dialogue.rules.meant import FREE_OF, alike, exact, named_beside, refused, tied
from convrec.dialogue.rules.opinions import ALL_KNOWN
from convrec.dialogue.sense.hearing import Hearing
from convrec.dialogue.words.dimensions import SUPERLATIVE
from convrec.dialogue.words.english import SUFFERERS
from convrec.dialogue.words.fields import Field, holds_people
from convrec.dialogue.words.lexicon import Found, Term
from convrec.dialogue.words.polarity import denies, is_somebody, needed, turned_by_name, wider
from convrec.dialogue.words.words import akin, keys, singular
from convrec.facts import holds_contents, tells_harm
from convrec.flags import tells_absence
from convrec.frames import KINDS
from convrec.types import Filter

_TOGETHER = re.compile(
    r"\s*(?:-|with|mixed with|plus|meets|that(?:'s| is) also|and also|film|movie)?\s*(?:a |an |some |elements of )*"
)
_ABOUT = re.compile(r"(?:\W+[a-z]+)?\W+about\W+", re.IGNORECASE)
"""Between two themes of one item: `a kids podcast about science`."""
_BOTH = re.compile(r"(?:\W+(?:and|&|plus|as well as|with)\b)?\W*(?:also )?(?:an? |the |some )*", re.IGNORECASE)
_MADE = re.compile(r"(?:directed|made|written|produced|by|director|author|from)\W+(?:\w+\W+){0,2}$")
_BESIDE = re.compile(r"subtitle|dubbed|caption")
_LANGUAGE = re.compile(r"language|subtitle|spoken|taught|audio|dubbed|_in$")
"""What names of fields have in them that tell the language that is spoken, one that it comes with, and any."""
_LEARNT = re.compile(
    r"\b(?:learn|study|practi[sc]e|improve|speak|teach me|learning|studying)(?: some| better| more| my)? $"
)
_TOO_FOR = re.compile(r"\btoo (?:[a-z]+ ){1,2}for (?:(?:my|our|the|his|her|their|an?|little|small|young) )*$")
_MAY = re.compile(r"[ -](?:allowed|welcome|friendly|permitted)\b")
_OF_PEOPLE = re.compile(
    r"(?:\b(?:is|am|are)|'s|'re|'m) (?:in|on|using) (?:an?|her|his|my|their) $"
    r"|\b(?:uses?|needs?) (?:an?|her|his|my|their) $"
)
"""Leads to what somebody has to do with: `she's in a wheelchair`."""
_NONE_WITH = re.compile(r"\bno (?:[a-z]+ ){1,3}(?:with|in|by|from) (?:an? |the )?$")
_ANEW = re.compile(r", (?P<word>[a-z]{4,}) $")
_MOST = re.compile(rf"\b(?:the|your) (?:{SUPERLATIVE}|next)(?: [a-z-]+)? $")
_ENDS = re.compile(r"(?: (?:please|thanks|then|you have|there is|ones?))*\W*$")
_MAKERS = ("direct", "writ", "author", "maker", "producer", "creator", "develop", "brand", "artist")
LOOSE_WORDS = 9
"""In a message of up to so many words a catalogue word is a wish even without a word that says so."""


@dataclass(slots=True)
class Wants:
    """What a message wants and refuses, gathered piece by piece.

    Attributes:
        filters: Conditions.
        lifted: Standing conditions taken back.
        wishes: Soft wishes.
        avoid: Soft aversions.
        welcome: Words no longer averse to.
        trace: What decided, one line a finding.
        used: Places that have been read.
        settled: Those of them that became conditions or took one back.
        kinds: Those of the settled ones that stand for the item itself: `a western`.
        parts: Words with the part they play.
    """

    filters: list[Filter] = field(default_factory=list)
    lifted: list[Filter] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)
    avoid: list[str] = field(default_factory=list)
    welcome: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    used: list[tuple[int, int]] = field(default_factory=list)
    settled: list[tuple[int, int]] = field(default_factory=list)
    kinds: list[tuple[int, int]] = field(default_factory=list)
    parts: list[Span] = field(default_factory=list)

    def lift(self, filters: Sequence[Filter]) -> bool:
        """Take conditions back, each once; whether there is one."""
        self.lifted += [one for one in filters if one not in self.lifted]
        return bool(filters)


def gather(
    wants: Wants,
    plain: str,
    found: Sequence[Found],
    clauses: Sequence[Clause],
    fields: Mapping[str, Field],
    standing: Sequence[Filter],
    frame: Frame,
    hearing: Hearing,
    *,
    loose: bool,
) -> None:
    """Turn catalogue words into conditions and wishes.

    Args:
        wants: What is gathered so far; added to.
        plain: Folded message.
        found: Catalogue words in it, in order.
        clauses: Its clauses.
        fields: The catalogue's fields.
        standing: Conditions that stand.
        frame: Tells requests from descriptions.
        hearing: What the LLM heard.
        loose: Whether a word without a cue is a wish (short messages, answers to a question of ours).
    """
    wanted: list[tuple[Found, list[Term]]] = []
    telling = _unnamed(found, fields)
    wants.used += [(one.start, one.end) for one in found if one not in telling]
    for one in telling:
        clause = clause_at(clauses, one.start)
        by_rules, led = clause.stance(plain, one.start, one.end)
        nature = fields[one.terms[0].field].nature
        stance = hearing.stance(one.start, one.end, by_rules)
        heard = hearing.wish(one.start, one.end, sorts=nature in ("closed", "flag"))
        stance = _plainly(one, plain, by_rules, led, fields) or stance
        led = led if stance == by_rules else one.start
        wants.used.append((one.start, one.end))
        wants.trace.append(
            f"{one.said!r}: {stance} {', '.join(f'{term.field}={term.value}' for term in one.terms[:3])}"
        )
        against = [filter_ for filter_ in standing if _names(filter_, one)]
        if slot := part_of(stance, soft=nature == "theme"):
            wants.parts.append(Span(one.start, one.end, slot))
        asked = frame.asks(one.start, one.end) if heard is None else heard
        asked = asked or (stance in NEGATIVE and _refuses_maker(one, plain, led, fields))
        if stance in NEGATIVE and not asked and not any(_spares(term, plain, one.start) for term in one.terms):
            wants.avoid.append(one.terms[0].value)
        elif stance in ("refuse", "dislike"):
            wants.filters += refused(one, plain, led, fields)
        elif stance == "less":
            wants.avoid.append(one.terms[0].value)
        elif stance in ("allow", "drop"):
            wants.settled.append((one.start, one.end))
            _take_back(wants, one, against, stance, standing)
        elif stance != "neutral":
            terms = _chosen(one, plain, fields)
            meant = heard or loose or stance in ("want", "like") or clause.wishes or clause.is_fragment(plain)
            needs = any(
                needed(fields[term.field], one.said) or is_somebody(fields[term.field], plain, one.start)
                for term in one.terms
            )
            asked = asked or (needs and _OF_PEOPLE.search(plain, 0, one.start) is not None)
            if not terms or not (meant or needs) or not asked:
                wants.wishes.append(one.said.lower() if needs else one.terms[0].value)
            else:
                wanted.append((one, terms))
                wants.settled.append((one.start, one.end))
                wants.kinds += [(one.start, one.end)] if _is_kind(one, terms, fields) else []
    grouped = _grouped(_newest(wanted, plain), plain, fields)
    wants.filters += _kept_beside(grouped, standing, wants.lifted, plain, fields)
    wants.filters += grouped
    own = {one.field for one in wants.filters if one.op == "any_of" and tells_absence(one.field)}
    # "fragrance free" after "no sulfates" is both
    wants.filters += [one for one in standing if one.field in own and one.op == "any_of" and one not in wants.lifted]
    wants.filters = turned_by_name(list(dict.fromkeys(wants.filters)), plain)


def _plainly(one: Found, plain: str, by_rules: Stance, led: int, fields: Mapping[str, Field]) -> Stance | None:
    """Where the speaker stands to a word where what is around says it plainly, whatever the LLM hears; None: not so."""
    if needless(plain, one.start, one.end) or (by_rules == "want" and (led == one.start or CHANGES.match(plain, led))):
        return by_rules  # "no, actually X" reads like a refusal to the LLM, and "forget Y, X" like one of both
    if by_rules == "plain" and _ENDS.match(plain, one.end) and _MOST.search(plain, 0, one.start):
        return "want"  # "the earliest workshop"
    anew = _ANEW.search(plain, led, one.start) if by_rules in ("refuse", "dislike") else None
    if anew and any(akin(keys(term.field)[-1], anew["word"]) for term in one.terms):
        return "want"  # "nothing before 2020, released daily"
    if by_rules in ("refuse", "dislike") and _NONE_WITH.search(plain, 0, one.start):
        return by_rules  # "no homes with a bath"
    if by_rules in ("plain", "want", "like") and any(_spares(term, plain, one.start) for term in one.terms):
        return "refuse"  # "safe for cats", "I have a dog"
    if by_rules in NEGATIVE and _TOO_FOR.search(plain, 0, one.start):
        return "neutral"  # "too scary for my kids" has nothing against what is for kids
    if ALL_KNOWN.search(plain, 0, one.start):
        return "refuse"
    if FREE_OF.match(plain, one.end):
        return by_rules  # "gluten free", "lactose intolerant"
    if one.said.lower() in SUFFERERS:
        return "refuse" if any(holds_contents(term.field) for term in one.terms) else "want"
    if by_rules in ("plain", "want") and any(is_somebody(fields[term.field], plain, one.start) for term in one.terms):
        return "want"  # "I'm vegan"
    may = _MAY.match(plain, one.end) or _MAY.search(one.said.lower())
    return "want" if may and by_rules in ("plain", "want") else None  # "dogs allowed"


_REFUSES = re.compile(
    r"(?:not|no|nothing|none|without|never|except|avoid|skip|isn't|aren't|minus)(?: (?:anything|something|any|one|made"
    r"|hosted|directed|written|sung|played|published|released|of|an?))*(?P<tie> (?:from|by|on))?(?: the)? ?"
)
_PLACES = re.compile(r"countr|language|place|setting|subtitle|spoken|origin|region|city|town")


def _refuses_maker(one: Found, plain: str, led: int, fields: Mapping[str, Field]) -> bool:
    """Whether who makes things is refused in so many words, wherever it stands: `something that keeps my skin soft not
    from Nivea`. In a description `not from Germany` tells of people, and refuses nothing.
    """
    words = _REFUSES.fullmatch(plain, led, one.start)
    if words is None:
        return False
    return any(
        holds_people(term.field)
        or any(word in term.field.lower() for word in _MAKERS)
        or (
            words["tie"] is not None
            and fields[term.field].nature == "closed"
            and term.value[:1].isupper()
            and _PLACES.search(term.field.lower()) is None
        )
        for term in one.terms
    )


def _spares(term: Term, plain: str, start: int) -> bool:
    """Whether somebody that things may harm is spoken of, and not by the name of that (`toxic to cats`)."""
    harmful = tells_harm(term.field) and not denies(term.value)
    return harmful and not any(akin(keys(term.field)[0], word) for word in keys(plain[:start]))


def _unnamed(found: Sequence[Found], fields: Mapping[str, Field]) -> list[Found]:
    """Words of the catalogue without those that name the field of another: `flowering in May` asks for no `flowers`."""
    harmful = [one for one in found if tells_harm(one.terms[0].field)]
    somebody = [one for one in harmful if one.terms[0].value.lower().startswith(singular(one.said.lower()))]
    # "toxic" alone speaks of everybody, "toxic to cats" of cats
    found = [one for one in found if one not in harmful or not somebody or one in somebody]
    labels = {term.field: keys(fields[term.field].label) for one in found for term in one.terms}

    def names(one: Found) -> bool:
        own = {term.field for term in one.terms}
        said = keys(one.said)
        others = (label for name, label in labels.items() if name not in own and len(label) == 1)
        return len(said) == 1 and any(akin(label[0], said[0]) for label in others)

    return [one for one in found if not names(one)]


def _newest(wanted: list[tuple[Found, list[Term]]], plain: str) -> list[tuple[Found, list[Term]]]:
    """What is wanted once a change of mind is heeded: of `a red wine, no wait, white` the white."""
    turns = [match.end() for match in CHANGES.finditer(plain) if match.start() > 0]
    if not turns:
        return wanted
    after = {terms[0].field for one, terms in wanted if one.start >= turns[-1]}
    return [(one, terms) for one, terms in wanted if one.start >= turns[-1] or terms[0].field not in after]


def part_of(stance: Stance, *, soft: bool) -> str:
    """The part that a word plays by where the speaker stands to it; empty: none.

    Args:
        stance: As the clause says.
        soft: Whether the word is of mood and theme.
    """
    if stance in NEGATIVE:
        return "unmood" if soft or stance == "less" else "not"
    if stance in ("allow", "drop"):
        return "lift"
    return "" if stance == "neutral" else "mood" if soft else "want"


def clause_at(clauses: Sequence[Clause], place: int) -> Clause:
    """The clause a place lies in (or the last one before it)."""
    before = [clause for clause in clauses if clause.start <= place]
    return before[-1] if before else clauses[0]


def _is_kind(found: Found, terms: Sequence[Term], fields: Mapping[str, Field]) -> bool:
    """Whether the words name the item itself (`westerns`) and are no adjective of it (`French`, `romantic`)."""
    said = singular(found.said.lower().split()[-1])
    kinds = [term for term in terms if fields[term.field].nature == "category"]
    return any(said == singular(term.value.lower().split()[-1]) for term in kinds)


def _names(standing: Filter, found: Found) -> bool:
    values = {str(value).casefold() for value in standing.values}
    return any(term.field == standing.field and term.value.casefold() in values for term in found.terms)


def _take_back(
    wants: Wants, found: Found, against: Sequence[Filter], stance: Stance, standing: Sequence[Filter]
) -> None:
    refused = [one for one in against if one.op == "none_of"]
    flagged = found.terms[0].value in ("true", "false")  # "explicit is ok" asks for nothing
    wants.welcome += [term.value for term in found.terms]
    if stance == "drop":
        wants.lift(against)
    elif refused:
        wants.lift([_part(one, found) for one in refused])
    elif stance == "allow" and (beside := _beside(found, standing)):
        wants.filters.append(beside)
    elif stance == "allow" and not standing and not flagged:
        wants.wishes.append(found.terms[0].value)


def _beside(found: Found, standing: Sequence[Filter]) -> Filter | None:
    """What was asked for with what is fine as well: `hybrid would be ok too`, where electric was wanted."""
    for one in standing:
        more = tuple(term.value for term in found.terms if term.field == one.field and term.value not in one.values)
        if one.op == "any_of" and more:
            return replace(one, values=(*one.values, *more), said=f"{one.said}, {found.said}")
    return None


def _part(standing: Filter, found: Found) -> Filter:
    """The part of a refusal that a word takes back."""
    named = {term.value.casefold() for term in found.terms}
    return replace(standing, values=tuple(value for value in standing.values if str(value).casefold() in named))


def _chosen(found: Found, plain: str, fields: Mapping[str, Field]) -> list[Term]:
    """The terms of the one field that a wanted word is a condition on; none: it is a wish only."""
    hard = [term for term in found.terms if fields[term.field].hard and not tells_absence(term.field)]
    named = [term for term in hard if alike(term.value) == alike(found.said)]
    if named:  # who wants nuts wants what is called so, and who refuses them refuses almonds, too
        hard = [term for term in hard if not holds_contents(term.field) or term in named]
    if not hard:
        return []
    names = list(dict.fromkeys(term.field for term in hard))
    if _LEARNT.search(plain[: found.start]) and all(_LANGUAGE.search(name.lower()) for name in names):
        return []  # a course of Spanish may be held in English
    names = (
        named_beside(names, plain, found)
        or tied(names, plain, found.start)
        or sorted(names, key=lambda name: _BESIDE.search(name.lower()) is not None)
    )
    made = _MADE.search(plain[max(0, found.start - 40) : found.start]) is not None
    if len(names) > 1 and fields[hard[0].field].nature == "name":
        makers = [name for name in names if any(word in name.lower() for word in _MAKERS)]
        pool = makers if made and makers else [name for name in names if name not in makers] or names
        if not made and makers and _bulk(hard, makers) > 3 * _bulk(hard, pool):
            pool = makers
        names = sorted(pool, key=lambda name: -_bulk(hard, [name]))
    return exact([term for term in hard if term.field == names[0]], found.said)


def _bulk(terms: Sequence[Term], names: Sequence[str]) -> int:
    return sum(term.count for term in terms if term.field in names)


def _grouped(wanted: Sequence[tuple[Found, list[Term]]], plain: str, fields: Mapping[str, Field]) -> list[Filter]:
    """Conditions of each field: words side by side (`romantic comedy`) hold together, others are alternatives.

    Of what items have several of at once, `a pool and a sauna` are both asked for.
    """
    filters: list[Filter] = []
    for name in dict.fromkeys(terms[0].field for _, terms in wanted):
        own = [(found, terms) for found, terms in wanted if terms[0].field == name]
        both = fields[name].several and fields[name].nature == "closed"
        others = [found for found, terms in wanted if both and terms[0].field != name]
        joint = _BOTH if both else _TOGETHER
        together = len(own) > 1 and all(
            joint.fullmatch(between := _without(plain, one.end, two.start, others))
            or (both and _ABOUT.fullmatch(between))
            for (one, _), (two, _) in pairwise(own)
        )
        if together:
            filters += [Filter(name, "any_of", wider(_values(terms), fields[name]), found.said) for found, terms in own]
        else:
            values = tuple(dict.fromkeys(value for _, terms in own for value in _values(terms)))
            values = wider(values, fields[name])
            filters.append(Filter(name, "any_of", values, ", ".join(found.said for found, _ in own)))
    return filters


def _without(plain: str, start: int, end: int, others: Sequence[Found]) -> str:
    """What stands between two words, what is asked for of other fields left out: `dual SIM phone with NFC`."""
    between = [(one.start, one.end) for one in others if start <= one.start and one.end <= end]
    for first, last in between:
        plain = plain[:first] + " " * (last - first) + plain[last:]
    return re.sub(r" {2,}", " ", plain[start:end])


def _kept_beside(
    new: Sequence[Filter], standing: Sequence[Filter], lifted: Sequence[Filter], plain: str, fields: Mapping[str, Field]
) -> list[Filter]:
    """What was asked for before of a field that items have several words of: `with parking` after `with wifi`."""
    if _IN_PLACE.search(plain):
        return []
    own = {one.field for one in new if fields[one.field].several and fields[one.field].nature == "closed"}
    own = {name for name in own if singular(name.lower()) not in KINDS and _LANGUAGE.search(name.lower()) is None}
    said = {value for one in new for value in one.values}
    return [
        one
        for one in standing
        if one.field in own and one.op == "any_of" and one not in lifted and not said & set(one.values)
    ]


_IN_PLACE = re.compile(r"\b(?:instead|rather|actually|change|switch|forget|drop|not|no)\b|^\W*or\b")
"""Says that what comes stands in place of what was."""


def _values(terms: Sequence[Term]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(term.value for term in terms))
