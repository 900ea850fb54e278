"""A wish in words: the label of a condition, the wish that stands as one phrase."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convrec.days import number_of
from convrec.demonyms import DEMONYMS, is_demonym
from convrec.dialogue.replies.moments_told import moment_label
from convrec.dialogue.words.dimensions import reached, size_of
from convrec.dialogue.words.english import FUNCTION, INSIDE, ORDINALS, SUFFERERS
from convrec.dialogue.words.fields import PARTS, called, holds_people
from convrec.dialogue.words.polarity import denies, negated
from convrec.dialogue.words.words import keys
from convrec.facts import amount_words, holds_contents, tells_harm, unit_of
from convrec.flags import flag_parts, flag_words, holds, tells_absence
from convrec.frames import BESIDE, DEGREES
from convrec.language import distinct, facet_phrase, is_adjective, plural, singular, value_phrase
from convrec.protocols import Catalogue
from convrec.types import Filter, Request

_TIMES = ("runtime", "running", "duration", "length", "minutes", "playtime", "playing")
_LINKS = frozenset(
    {
        *("from", "with", "without", "by", "in", "for", "directed", "set", "made", "to"),
        *("on", "before", "starting", "ending", "open"),
    }
)
_SUPERLATIVE = re.compile(r"(?:most|least) \w+|[\w-]+[- ]rated|(?:\w+est|best|worst)(?: [a-z]+){0,2}")
_ANSWERS = frozenset({"yes", "y", "no", "n", "any"})
_STATES = frozenset({"on", "in", "out", "at", "off"})
"""How values begin that say where a thing is: `on loan`."""
_CLOCK = ("minutes", "hours")
_MONEY = ("euros", "dollars", "pounds", "francs")
_NOUN = "§"
_FEW = 2
"""Things inside that are named one by one."""
_COUNTED = frozenset({"nuts", "eggs", "prawns", "shrimps", "crabs", "lobsters"})
_ABSTRACT = "love"
"""Stands after `about` where a field holds themes, and before the noun where it holds moods."""


def label_of(one: Filter) -> str:
    """A condition in a few words: `Sci-Fi`, `from France`, `no Horror`, `from 1980 on`, `at most 120 minutes`."""
    values = _unversioned([_spelt(value) for value in one.values])
    if moment := moment_label(one) or (_years(one, values) if one.field == "year" else ""):
        return moment
    if (held := holds(values)) is not None:
        return flag_words(one.field, holds=held is (one.op != "none_of"))
    if one.op in ("at_least", "at_most") and _SUPERLATIVE.fullmatch(one.said):
        return f"the {one.said}"
    if one.said in ("free", "not free", "in stock") and one.op in ("at_least", "at_most"):
        return one.said
    if one.op in ("at_least", "at_most"):
        return _bound(one.field, one.op == "at_most", values[0], number_of(one.values[0]))
    if tells_absence(one.field):
        absent = f"{one.field.replace('_', ' ').lower()} {joined(distinct(values), 'and')}"
        return f"not {absent}" if one.op == "none_of" else absent
    if tells_harm(one.field):
        return _harm_label(one, values)
    if one.op == "none_of":
        return _refusal(one, _shortest(distinct(values)))
    if singular(one.field.lower()) in BESIDE:
        return f"with {joined(distinct(values), 'or' if one.op == 'any_of' else 'and')} {one.field.lower()}"
    told = _valued(one.field, distinct(values), "or" if one.op == "any_of" else "and")
    label = one.field.replace("_", " ").lower()
    by_name = _by_name(one)
    if by_name and len(values) > _FEW:
        return label  # "edible", and not all that can be eaten
    if _of_what(one.field, distinct(values)):
        return f"{joined(distinct(values), 'or' if one.op == 'any_of' else 'and')} {label}"
    people = holds_people(one.field)  # "directed by Ann" says what Ann is
    named = one.field != "genres" and not people and (by_name or _terse(values)) and not told.startswith(label)
    return f"{label} {told}" if named else told  # "dogs welcome or on a lead", "changeover Fri"


def _harm_label(one: Filter, values: Sequence[str]) -> str:
    name = one.field.replace("_", " ").lower()
    if one.op == "any_of" and all(map(denies, values)):
        return f"not {name.rpartition(' ')[0]}"
    harmed = f"{name} {joined(distinct(values), 'or')}"
    return f"not {harmed}" if one.op == "none_of" else harmed


def _unversioned(values: list[str]) -> list[str]:
    """Versions of one thing by its name alone: `Android` for `Android 13`, `Android 14` and so on."""
    common = set.intersection(*map(called, values)) if len(values) > 1 else set()
    if not common:
        return values
    name = max(common, key=len)
    parts = (part.strip() for value in values for part in PARTS.split(value))
    return [" ".join(next(part for part in parts if keys(part)[: len(name)] == name).split()[: len(name)])]


def _by_name(one: Filter) -> bool:
    """Whether a condition was said by the name of its field, and by no value of it: `edible`, `no prerequisites`."""
    said = {singular(word) for word in keys(one.said)}
    values = {singular(word) for value in one.values for word in keys(_spelt(value))}
    return bool(said & {singular(word) for word in keys(one.field.replace("_", " "))}) and not said & values


def _of_what(field: str, values: Sequence[str]) -> bool:
    """Whether values say how much and not of what: `little` and `high` of `water`, which makes no plant high."""
    told = all(value in DEGREES or value in FUNCTION for value in values) and not set(values) & _ANSWERS
    return told and field not in ("genres", "year") and not is_adjective(singular(field), values)


def _terse(values: Sequence[str]) -> bool:
    """Whether some value says nothing without the name of its field: `yes`, `3rd`, `Fri`, `first`."""
    return any(
        value.lower() in _ANSWERS or value.lower() in ORDINALS or re.fullmatch(r"\d+\w*|[A-Z][a-z]{1,2}", value)
        for value in values
    )


def _bound(field: str, highest: bool, value: str, amount: float) -> str:
    name, unit = unit_of(field)
    name = name.removeprefix("max ") if unit else name  # the upper end of a range stands for it
    unit = unit or ("minutes" if any(part in name for part in _TIMES) and 5 <= amount < 1000 else "")
    if goal := reached(field):
        away = amount_words(value, unit)
        return f"{goal} within {away}" if highest else f"{goal} at least {away} away"
    if unit and (not name or unit in _CLOCK):
        return f"{'at most' if highest else 'at least'} {amount_words(value, unit)}"
    return f"{name} {'up to' if highest else 'from'} {amount_words(value, unit)}"


def _refusal(one: Filter, values: Sequence[str]) -> str:
    """What is refused, in the person's way of refusing and the catalogue's spelling: `nothing with Will Smith`."""
    said = one.said.lower().split()
    if negated(one.field):
        return f"not {one.field.replace('_', ' ').lower()} {joined(values, 'or')}"
    if said and holds_contents(one.field) and singular(said[-1]) in INSIDE and said[-1] not in SUFFERERS:
        own = {singular(word) for value in values for word in keys(value)}
        if len(values) > _FEW or singular(said[-1]) not in own:  # "no nuts", and not "no almonds, cashews, ..."
            word = singular(said[-1])
            return f"no {plural(word) if plural(word) in _COUNTED else said[-1]}"
    if _of_what(one.field, values):
        return f"no {joined(values, 'or')} {one.field.replace('_', ' ').lower()}"
    link = next((word for word in said[1:] if word in ("with", "by", "from", "about", "in")), "")
    if said[:1] == ["nothing"] and link:
        return f"nothing {link} {joined(values, 'or')}"
    if one.field != "genres" and facet_phrase(one.field, [_ABSTRACT], _NOUN, many=False) == f"{_ABSTRACT} {_NOUN}":
        return f"nothing {joined(values, 'or')}"
    told = _valued(one.field, values, "or")
    label = one.field.replace("_", " ").lower()
    if len(values) > 1 and _by_name(one):
        return f"no {label}"
    if any(value.lower() in ("yes", "y") for value in values):
        return f"without {label}"
    if one.field != "genres" and _terse(values) and not told.startswith(label):
        return f"not {label} {told}"
    if told.split()[0] in _STATES or (told.endswith("ed") and " " not in told):
        return f"not {told}"
    return f"no {told}" if told == joined(values, "or") else f"nothing {told}"


def _valued(field: str, values: Sequence[str], word: str) -> str:
    """Values with the preposition their field goes with: `from France`, `with Will Smith`, or alone."""
    alone = joined(values, word)
    if negated(field):
        return f"{field.replace('_', ' ').lower()} {alone}"
    if all(value.isdecimal() for value in values):  # "size 44" says it, "44" does not
        return f"{' '.join(singular(part) for part in field.replace('_', ' ').split())} {alone}"
    if field == "genres":
        return alone
    phrase = facet_phrase(field, [_NOUN + "v"], _NOUN, many=False)
    told = joined([value_phrase(field, value) for value in values], word)
    link = phrase.removeprefix(_NOUN).removesuffix(_NOUN + "v").strip()
    name = singular(field)
    usual = phrase.startswith(_NOUN) and phrase.endswith(_NOUN + "v") and not link.endswith(name)
    return f"{link} {told}" if usual and link else alone


def _years(one: Filter, values: list[str]) -> str:
    if one.op == "at_least":
        return f"from {values[0]} on"
    if one.op == "at_most":
        return f"up to {values[0]}"
    stretch = values[0] if len(values) == 1 else f"{values[0]} to {values[-1]}"
    return f"not {stretch}" if one.op == "none_of" else stretch


def _spelt(value: str | float) -> str:
    return value if isinstance(value, str) else str(int(value)) if float(value).is_integer() else f"{value:g}"


def _shortest(values: Sequence[str]) -> list[str]:
    """Values without listings of several that one of the others is a part of: `Vietnam`, `Vietnam and Cambodia`."""
    parts = {value: {part.strip().casefold() for part in PARTS.split(value)} for value in values}
    return [one for one in values if not any(other != one and other.casefold() in parts[one] for other in values)]


def joined(parts: Sequence[str], word: str = "and") -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {word} {parts[-1]}"


def groups_of(filters: Sequence[Filter]) -> list[tuple[str, tuple[Filter, ...]]]:
    """Conditions with their labels; bounds of one field are one, and so are refusals of one word on several fields."""
    groups: dict[str, tuple[Filter, ...]] = {}
    for one in filters:
        label = moment_label(one, filters) or _sized(one, filters)
        label = label or _party(one, filters) or _both(one, filters) or label_of(one)
        key = next((known for known in groups if known.casefold() == label.casefold()), None) or next(
            (known for known, own in groups.items() if any(_same_refusal(one, other) for other in own)), label
        )
        groups[key] = (*groups.get(key, ()), one)
    return list(groups.items())


def _same_refusal(one: Filter, other: Filter) -> bool:
    """Whether one word was refused on two fields: who directs is often in the cast as well, nuts are almonds, too."""
    same = [str(value).casefold() for value in one.values] == [str(value).casefold() for value in other.values]
    alike = same or (holds_contents(one.field) or holds_contents(other.field))
    return one.op == other.op == "none_of" and one.said == other.said != "" and alike


def _party(one: Filter, filters: Sequence[Filter]) -> str:
    """How many people, or of which age, an item shall be for, said of a least and a most: `for 2 players`.

    Empty for any other condition.
    """
    words = _words(one)
    if one.op not in ("at_least", "at_most") or words[0] not in _ENDS or len(words) < 2:
        return ""
    about = " ".join(words[1:])
    pair = [each for each in filters if each.said == one.said and _words(each)[1:] == words[1:]]
    ends = {_ENDS[_words(each)[0]]: number_of(each.values[0]) for each in pair}
    if (len(pair) < 2 or set(ends) != {"min", "max"}) and not (about == "age" and one.op == "at_most"):
        return ""
    about = "age" if words[-1] == "age" else "people" if words[-1] in _ROOM else about
    low, high = ends.get("min", ends.get("max", 0.0)), ends.get("max", ends.get("min", 0.0))
    amount = _spelt(low) if low == high else f"{_spelt(low)} to {_spelt(high)}"
    return f"for age {amount}" if about == "age" else f"for {amount_words(amount, about)}"


_ENDS = {"min": "min", "minimum": "min", "max": "max", "maximum": "max"}


def _words(one: Filter) -> list[str]:
    return one.field.lower().replace("_", " ").split()


_ROOM = frozenset({"sleeps", "seats", "capacity", "size", "occupancy"})
"""What ranges of people are called."""


def _both(one: Filter, filters: Sequence[Filter]) -> str:
    """A lowest and a highest bound of one field as one label; empty where there is only one of them."""
    if one.op not in ("at_least", "at_most"):
        return ""
    low = next((each for each in filters if each.field == one.field and each.op == "at_least"), None)
    high = next((each for each in filters if each.field == one.field and each.op == "at_most"), None)
    if low is None or high is None:
        return ""
    least, most = number_of(low.values[0]), number_of(high.values[0])
    if low.said == high.said and (size := size_of(least, most)):
        least = most = size  # "a 13 inch laptop"
    if one.field == "year":
        return _stretch(int(least), int(most))
    name, unit = unit_of(one.field)
    name = name.removeprefix("max ") if unit else name
    unit = unit or ("minutes" if _bound(one.field, True, "", most).endswith("minutes") else name)
    amount = amount_words(_spelt(most), unit)
    about = f"{name} " if name and name != unit and unit not in (*_CLOCK, *_MONEY) else ""
    return f"{about}{amount}" if least == most else f"{about}{_spelt(least)} to {amount}"


def _sized(one: Filter, filters: Sequence[Filter]) -> str:
    """A size that lies between the ends of a range, as it was said: `size 50 ml`; empty for any other condition."""
    first, _, rest = one.field.partition(" ")
    pair = {
        each.field: each for each in filters if each.said == one.said and each.field in (f"min {rest}", f"max {rest}")
    }
    name, unit = unit_of(rest)
    if first not in _ENDS or len(pair) < 2 or not unit or pair[f"max {rest}"].op != "at_least":
        return ""
    size = size_of(float(pair[f"max {rest}"].values[0]), float(pair[f"min {rest}"].values[0]))
    return f"{name} {amount_words(_spelt(size), unit)}".strip() if size else ""


def labels_of(filters: Sequence[Filter]) -> list[str]:
    """Conditions in words, each once."""
    return [label for label, _ in groups_of(filters)]


def _stretch(low: int, high: int) -> str:
    if low == high:
        return f"from {low}"
    if low % 10 == 0 and high == low + 9:
        return f"from the {low}s"
    return f"{low} to {high}"


def kinds_of(filters: Sequence[Filter], noun: str, count: int) -> str:
    """Items that meet some conditions, in words: `French comedy films, at most 111 minutes, no Horror`."""
    national = [one for one in filters if _adjective(one)]
    genres = [one for one in filters if one.field == "genres" and one.op in ("any_of", "all_of")]
    nouns = noun if count == 1 else plural(noun)
    words = [
        joined(
            distinct([value_phrase("genres", _spelt(value)) for value in one.values]),
            "or" if one.op == "any_of" else "and",
        )
        for one in genres
    ]
    head = facet_phrase("genres", [joined(words)], noun, many=count != 1) if words else nouns
    lower = [one for one in filters if one not in national and _before_noun(one)]
    head = " ".join([*(label_of(one) for one in lower), *(_adjective(one) for one in national), head])
    others = [one for one in filters if one not in (*national, *genres, *lower)]
    # Refusals last: what followed one would read as refused as well.
    rest = labels_of(sorted(others, key=lambda one: one.op == "none_of"))
    near = [label for label in rest if label.split()[0] in _LINKS and not (label.startswith("without") and rest[1:])]
    far = [label for label in rest if label not in near]
    return ", ".join([" ".join([head, *near[:1]]), *near[1:], *far])


def _before_noun(one: Filter) -> bool:
    """Whether a condition is said before the noun: `red wines`, and not `Riesling wines`, which may be no adjective."""
    values = [_spelt(value) for value in one.values]
    if holds(values) and one.op != "none_of":
        return flag_parts(one.field)[0] == "before"
    bare = one.field not in ("genres", "year") and one.op == "any_of"
    return (
        bare
        and all(value.islower() or is_demonym(value) for value in values)
        and label_of(one) == joined(distinct(values), "or")
    )


def _adjective(one: Filter) -> str:
    """What comes from a single country is called by an adjective: `French`; empty where there is none."""
    if one.op != "any_of" or len(one.values) != 1 or "countr" not in one.field.lower():
        return ""
    country = str(one.values[0]).casefold()
    found = next((adjective for adjective, countries in DEMONYMS.items() if country in countries), "")
    return found.title()


def soft_of(request: Request, catalogue: Catalogue) -> list[str]:
    """The soft part of a wish in words: moods, likeness, aversions, fame."""
    named = {str(value).casefold() for one in request.filters for value in one.values}
    parts = [f"“{wish}”" for wish in request.wishes[-4:] if wish.casefold() not in named]
    if request.like:
        parts.append("likeness to " + joined([catalogue[one].title for one in request.like[-3:]], "and"))
    return parts


def aversions_of(request: Request) -> list[str]:
    """What is steered clear of, in words."""
    named = {str(value).casefold() for one in request.filters for value in one.values}
    return [f"“{word}”" for word in request.avoid[-4:] if word.casefold() not in named]


def phrase_of(request: Request, catalogue: Catalogue) -> str:
    """The standing wish as one phrase: `Comedy, from the 1980s, no Horror, “funny”`; empty without a wish."""
    parts = labels_of(request.filters) + soft_of(request, catalogue)
    parts += ["less well-known"] if request.novelty >= 0.3 else ["well-known"] if request.novelty <= -0.3 else []
    return ", ".join(parts + [f"not {word}" for word in aversions_of(request)])


_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def counted(count: int) -> str:
    """`five`, `37`, `1,200`."""
    return _COUNTS[count] if 0 <= count < len(_COUNTS) else f"{count:,}"


def things(noun: str, count: int) -> str:
    """`one film`, `five films`."""
    return f"{counted(count)} {noun if count == 1 else plural(noun)}"
