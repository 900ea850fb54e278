"""Words for people: plurals, lists, articles, and how a facet of an item is put into a phrase.

Nothing here knows a catalogue: nouns come from the settings, values from the items.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from convrec.demonyms import is_demonym
from convrec.flags import flag_parts, flag_phrase, flag_words, holds, tells_absence
from convrec.frames import BESIDE, COUNTED, DEGREES, FRAMES, KINDS, MORE_FRAMES, PROPERTIES, QUALITIES, UNCOUNTED, USES
from convrec.themes import CAPITALS, is_bare, is_form, is_the_one, is_told_of

_NATIONAL = re.compile(r"(?:ese|ish|ian|ican|orean|erman|rench|reek)$")
_UNSAID = frozenset({"", "unknown", "none", "n/a", "na", "nan", "null", "other", "misc", "various", "-"})

_ALL = {**FRAMES, **MORE_FRAMES}
_BEFORE = frozenset({"genre", "mood", "tone", "title"})
_ABOUT = frozenset({"theme", "topic", "subject"})
_WITH_ARTICLE = re.compile(r"(?:Kingdom|States|Union|Republic|Islands|Emirates|Netherlands|Philippines)$")
_COMMON = frozenset({"genre", "mood", "tone", "theme", "topic", "subject", "keyword", "tag"})


_PROSE = 7
"""Words of a value from which, where most values are as long, it is running text."""
_REMEMBERED = 8192
"""Words whose forms are kept: a catalogue says the same few thousand again and again."""


@lru_cache(_REMEMBERED)
def plural(noun: str) -> str:
    """The plural of an English noun.

    >>> plural("film"), plural("story"), plural("dish"), plural("series")
    ('films', 'stories', 'dishes', 'series')
    """
    if noun.endswith("series"):
        return noun
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(?:s|x|z|ch|sh)$", noun) else "s")


@lru_cache(_REMEMBERED)
def singular(name: str) -> str:
    """A fact's name in the singular, lower case: `themes` and `Theme` are the same facet.

    >>> singular("Themes"), singular("countries"), singular("cast"), singular("genres")
    ('theme', 'country', 'cast', 'genre')
    >>> singular("status"), singular("dishes"), singular("main dishes")
    ('status', 'dish', 'main dish')
    """
    name = name.strip().lower().replace("_", " ")
    if name.endswith("ies") and len(name) > 4 and not name.endswith("series"):
        return name[:-3] + "y"
    if name.endswith(("ches", "shes", "xes", "sses")):
        return name[:-2]
    kept = name.endswith(("ss", "us", "is", "series")) or len(name) < 4
    return name[:-1] if name.endswith("s") and not kept else name


def listing(words: Sequence[str], last: str = "and") -> str:
    """Several words as people list them.

    >>> listing(["a", "b", "c"]), listing(["a", "b"]), listing(["a"])
    ('a, b and c', 'a and b', 'a')
    """
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def distinct(values: Sequence[str]) -> list[str]:
    """Values without those that differ in case or a hyphen only."""
    seen: dict[str, str] = {}
    for value in values:
        seen.setdefault(value.casefold().replace("-", " "), value)
    return list(seen.values())


def ordinal(place: int) -> str:
    """A place in a ranking.

    >>> ordinal(1), ordinal(12), ordinal(23), ordinal(101)
    ('1st', '12th', '23rd', '101st')
    """
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


_VOWEL = re.compile(r"(?!(?:use|usa|usu|uni(?!nf|nt|nh|nsp)|euro|one\b|once\b|uk\b))[aeiou]", re.IGNORECASE)


def article(word: str) -> str:
    """The word with its indefinite article.

    >>> article("action film"), article("war film"), article("RPG"), article("Xbox 360 game")
    ('an action film', 'a war film', 'an RPG', 'an Xbox 360 game')
    """
    spelled = re.match(r"[A-Z]{2,}\b|X(?![aeiou])", word) is not None
    vowel = word[:1] in "AEFHILMNORSX" if spelled else _VOWEL.match(word) is not None
    return f"{'an' if vowel else 'a'} {word}"


def capital(sentence: str) -> str:
    """The sentence with a capital at its start."""
    return sentence[:1].upper() + sentence[1:]


def tidy(sentence: str) -> str:
    """The sentence with one mark at its end, where a title brought its own.

    >>> tidy("You liked Who Framed Roger Rabbit?."), tidy("You liked M.A.S.H..")
    ('You liked Who Framed Roger Rabbit?', 'You liked M.A.S.H.')
    >>> tidy("You loved When Harry Met Sally... and Ghost."), tidy("You liked When Harry Met Sally....")
    ('You loved When Harry Met Sally... and Ghost.', 'You liked When Harry Met Sally...')
    """
    sentence = re.sub(r"\.{2,}", lambda dots: "..." if len(dots.group()) > 2 else ".", sentence)
    return re.sub(r"(?<=[!?…])\.(?=$|\s)", "", sentence)


def said(value: str) -> bool:
    """Whether a catalogue's value says anything (`unknown` and `(no genres listed)` do not)."""
    return value.strip().lower() not in _UNSAID and not value.startswith("(")


def is_prose(values: Sequence[str]) -> bool:
    """Whether the values of a fact are running text, which names nothing: mostly long, and nearly each another.

    >>> is_prose(["rice fried with prawns, egg and peanuts", "layers of thin pastry with pistachios"])
    True
    >>> is_prose(["Paris, Rome and Los Angeles", "Paris"])
    False
    """
    lengths = sorted(len(value.split()) for value in values)
    different = len({value.casefold() for value in values})
    return bool(lengths) and lengths[len(lengths) // 2] >= _PROSE and different >= 0.8 * len(values)


@lru_cache(_REMEMBERED)
def spoken(value: str) -> str:
    """A common word as it stands inside a sentence; names, acronyms and nationalities keep their capitals.

    >>> spoken("Sci-Fi"), spoken("Science Fiction"), spoken("RPG"), spoken("Nintendo DS"), spoken("Italian")
    ('sci-fi', 'science fiction', 'RPG', 'Nintendo DS', 'Italian')
    >>> spoken("Christmas"), spoken("Cold War"), spoken("War"), spoken("Native Americans")
    ('Christmas', 'Cold War', 'war', 'Native Americans')
    """
    parts = re.split(r"[\s/&-]+", value)
    if CAPITALS.search(value) or any(
        re.search(r"\d|[a-z][A-Z]|[A-Z]{2}", part) or _NATIONAL.search(part) for part in parts
    ):
        return value
    return value.lower()


@lru_cache(_REMEMBERED)
def value_phrase(facet: str, value: str) -> str:
    """A facet's value as said inside a sentence: genres in lower case, decades and eras with their article.

    >>> value_phrase("genre", "Film-Noir"), value_phrase("period", "1980s"), value_phrase("cast", "Uma Thurman")
    ('film noir', 'the 1980s', 'Uma Thurman')
    """
    name = singular(facet)
    if _is_flag(name, [value]):
        return flag_words(facet, holds=value.lower() == "true")
    if name in ("period", "time", "era"):
        needs = re.search(r"^\d{3,4}s\b|century$|future$|past$|present$|age$|ages$|years$", value)
        return f"the {value}" if needs and not value.startswith(("the ", "a ")) else value
    if name in ("country", "place", "location") and _WITH_ARTICLE.search(value) and "the " not in value:
        return f"the {value}"
    if name in ("keyword", "tag", *PROPERTIES):
        return f"“{value}”"
    if name in QUALITIES and value.lower() in DEGREES and name not in ("strength", "colour", "color"):
        return f"{value}-{name}"
    if name not in _COMMON:
        return value
    # `A film noir` is two words, `a two-player game` and `a role-playing game` are not.
    return re.sub(r"\b(film|music)-(?=\w)", r"\1 ", spoken(value)) if name == "genre" else spoken(value)


def facet_phrase(facet: str, values: Sequence[str], noun: str, *, many: bool = True) -> str:
    """What the values of one facet mean of items.

    >>> facet_phrase("genres", ["War", "Sci-Fi"], "film"), facet_phrase("genre", ["Film-Noir"], "film")
    ('war and sci-fi films', 'film noir')
    >>> facet_phrase("director", ["Agnès Varda"], "film"), facet_phrase("weight", ["heavy"], "tool", many=False)
    ('films directed by Agnès Varda', 'tool with heavy weight')
    >>> facet_phrase("cuisine", ["Thai"], "recipe"), facet_phrase("narrator", ["Stephen Fry"], "book")
    ('Thai recipes', 'books with Stephen Fry as narrator')
    >>> facet_phrase("themes", ["heist", "loneliness"], "film")
    'heist films and films about loneliness'
    >>> facet_phrase("theme", ["literary adaptation"], "film"), facet_phrase("theme", ["fish out of water"], "film")
    ('literary adaptations', 'films about a fish out of water')
    >>> facet_phrase("grinder", ["True"], "machine"), facet_phrase("organic", ["True"], "wine")
    ('machines with a grinder', 'organic wines')
    """
    name = singular(facet)
    nouns = plural(noun) if many else noun
    if _is_flag(name, values):
        return flag_phrase(facet, nouns, holds=bool(holds(values)), many=many)
    if name in _ABOUT:
        words = [value_phrase(facet, value) for value in values]
        forms = [plural(word) if many else word for word in words if is_form(word)]
        return listing([*forms, *_about([word for word in words if not is_form(word)], nouns)])
    words = [value_phrase(facet, value) for value in values]
    if name in BESIDE:
        return f"{nouns} with {listing(words)} {name if name in UNCOUNTED else plural(name)}"
    if name in _BEFORE or is_adjective(name, values):
        return _before(words, noun, nouns)
    return f"{nouns} {tail(name, words)}"


def is_adjective(name: str, values: Sequence[str]) -> bool:
    """Whether the values of a fact stand before the noun: qualities, kinds, and where something is from.

    Args:
        name: Of the fact, in the singular.
        values: Of it.
    """
    if name in QUALITIES or name in KINDS:
        return True
    return name not in _ALL and name not in BESIDE and bool(values) and all(map(is_demonym, values))


def is_framed(name: str) -> bool:
    """Whether a fact, by its name in the singular, has words of its own that join it to the noun."""
    return name in _ALL


def kind_order(name: str, values: Sequence[str]) -> tuple[bool, bool]:
    """The order of what stands before the noun: `a Thai fusion breakfast recipe`."""
    return not all(map(is_demonym, values)), name in USES


def _is_flag(name: str, values: Sequence[str]) -> bool:
    is_named = name in _ALL and name not in PROPERTIES
    return not is_named and name not in QUALITIES | KINDS and holds(values) is not None


_NAME = re.compile(r"(?:[A-Z][\w'’.-]*|[A-Z]\.)(?: (?:[a-z]{1,3} )?[A-Z][\w'’.-]*)+")


_AMOUNT = re.compile(r"\d+\+?(?:\s?(?:[-–]|to)\s?\d+\+?)?")


_SET = re.compile(r"^set in (?=(?:across|around|near|on|at|aboard|between|along|beneath|under|outside|throughout)\b)")
"""Before a place that says itself how one is there."""


def tail(name: str, words: Sequence[str]) -> str:
    """A fact as it follows the noun: a name by the part that it plays, anything else before the name of the fact.

    >>> tail("director", ["Agnès Varda"]), tail("narrator", ["Stephen Fry"]), tail("frame", ["carbon"])
    ('directed by Agnès Varda', 'with Stephen Fry as narrator', 'with carbon frame')
    >>> tail("boiler", ["steel", "copper"]), tail("voltage", ["9 V"])
    ('with steel and copper boilers', 'with voltage 9 V')
    >>> tail("player", ["2-4"]), tail("cup", ["1"]), tail("trait", ["“hardy”"])
    ('for 2-4 players', 'with 1 cup', 'described as “hardy”')
    >>> tail("place", ["across America"]), tail("place", ["on a ship"]), tail("place", ["Rome"])
    ('set across America', 'set on a ship', 'set in Rome')
    """
    if tells_absence(name) or re.search(r"\w[ _](?:for|to|from)$", name):  # "good for bathrooms"
        return f"{name.replace('_', ' ').lower()} {listing(words)}"
    if name in _ALL:
        return _SET.sub("set ", _ALL[name].format(values=listing(words), nouns="").strip())
    if re.fullmatch("released|published|issued|updated|opened|founded|recorded", name):
        return f"{name} {listing(words, 'or')}"  # "released weekly"
    called = name if len(words) == 1 else plural(name)
    if name in COUNTED and all(map(_AMOUNT.fullmatch, words)):
        return f"{COUNTED[name]} {listing(words, 'or')} {name if words == ['1'] else plural(name)}"
    if all(map(_NAME.fullmatch, words)):
        return f"with {listing(words)} as {called}"
    if any(word[:1].isdigit() for word in words):
        return f"with {called} {listing(words)}"
    return f"with {listing(words)}" if words[-1].lower().endswith(name) else f"with {listing(words)} {called}"


def _about(words: Sequence[str], nouns: str) -> list[str]:
    """`about` goes with plurals, abstract words and phrases; a bare singular stands before the noun: `heist films`."""
    about = [word for word in words if is_told_of(word)]
    before = [word for word in words if word not in about]
    parts = [f"{listing(before)} {nouns}"] if before else []
    return [*parts, *([f"{nouns} about {listing([subject(word) for word in about])}"] if about else [])]


def subject(word: str) -> str:
    """A theme after `about`.

    >>> subject("heist"), subject("loneliness"), subject("father and son"), subject("World War II")
    ('a heist', 'loneliness', 'father and son', 'World War II')
    >>> subject("supernatural"), subject("Vietnam War"), subject("obsession")
    ('the supernatural', 'the Vietnam War', 'obsession')
    """
    if is_the_one(word):
        return f"the {word}"
    return word if is_bare(word) else article(word)


def _before(words: Sequence[str], noun: str, nouns: str) -> str:
    """Words before the noun, which is not said twice: `war films and film noir`."""
    whole = [word for word in words if _says(word, noun)]
    rest = [word for word in words if word not in whole]
    return listing([*([f"{listing(rest)} {nouns}"] if rest else []), *whole])


def _says(word: str, noun: str) -> bool:
    return bool({noun, plural(noun)} & set(re.split(r"\W+", word.lower())))


def noun_phrase(parts: Sequence[tuple[str, Sequence[str]]], noun: str) -> str:
    """One item by several facets, with its article.

    >>> noun_phrase([("genre", ["Crime"]), ("mood", ["dark"]), ("director", ["Joel Coen"])], "film")
    'a dark crime film directed by Joel Coen'
    >>> noun_phrase([("title", ["Nintendo DS"])], "game"), noun_phrase([("genre", ["Film-Noir"])], "film")
    ('a Nintendo DS game', 'a film noir')
    >>> noun_phrase([("genre", ["Comedy", "Drama"]), ("theme", ["heist", "revenge"])], "film")
    'a comedy and drama film about a heist and revenge'
    """
    flags = [(facet, holds(values)) for facet, values in parts if _is_flag(singular(facet), values)]
    plain = [(facet, values) for facet, values in parts if not _is_flag(singular(facet), values)]
    given = [(singular(facet), [value_phrase(facet, value) for value in values]) for facet, values in plain]
    given = [(name, [subject(word) for word in words] if name == "theme" else words) for name, words in given]
    of_kind = [(name, words) for name, words in given if name not in QUALITIES and is_adjective(name, words)]
    of_kind.sort(key=lambda part: kind_order(*part))
    order = {"mood": 0, "tone": 0, "genre": 1, "title": 2, **dict.fromkeys(QUALITIES, 0)}
    before = sorted((part for part in given if part[0] in order), key=lambda part: order[part[0]])
    moods = [listing(words) for name, words in before if order[name] == 0]
    kinds = [listing(words) for name, words in before if order[name] > 0]
    said = [flag_parts(facet)[1] for facet, held in flags if held and flag_parts(facet)[0] == "before"]
    head = " ".join([*moods, *said, *(listing(words) for _, words in of_kind), *kinds])
    if not kinds or not _says(kinds[-1], noun):
        head = f"{head} {noun}".strip()
    after = [tail(name, words) for name, words in given if name not in order and not is_adjective(name, words)]
    after += [
        flag_phrase(facet, "", holds=bool(held)).strip()
        for facet, held in flags
        if not held or flag_parts(facet)[0] != "before"
    ]
    return " ".join([article(head), *after])


@lru_cache(_REMEMBERED)
def short_title(title: str, cap: int = 52) -> str:
    """A title as people say it: alternates in brackets and product details cut, always a beginning of the title.

    >>> short_title("First Strike (Police Story 4: First Strike) (Ging chaat goo si 4: Ji gaan daan yam mo)")
    'First Strike'
    >>> short_title("Alien"), short_title("(500) Days of Summer")
    ('Alien', '(500) Days of Summer')
    """
    head = re.split(r"\s[(\[]", title.strip(), maxsplit=1)[0].rstrip(" -–,;:")
    for separator in (r"\s[-–—]\s", ": "):
        if len(head) > cap:
            head = re.sub(r"\s(?:or|and|of|the|a|an|for|with)$", "", re.split(separator, head, maxsplit=1)[0])
    if len(head) > cap:
        head = head[:cap].rsplit(" ", 1)[0].rstrip(" -–,;:") + "…"
    return head or title


AS_ADJECTIVE = {
    "romance": "romantic", "animation": "animated", "children": "children’s", "kids": "kids’", "history": "historical",
    "biography": "biographical", "tragedy": "tragic", "satire": "satirical",
}  # fmt: skip
"""Kinds as they are said before another: `a romantic comedy`."""
OF_WHOM = frozenset({"children", "kids"})
"""Those that never stand before a noun as they are."""
_ROLE = {
    "period": {"from", "in", "of"}, "place": {"in"}, "location": {"in"}, "theme": {"about", "of", "with"},
    **{name: {"from", "in", "by"} for name in ("region", "origin", "appellation", "city", "producer", "manufacturer")},
    **{name: {"of", "with"} for name in ("flavour", "flavor", "aroma", "note")},
    **{name: {"from", "of", "with"} for name in ("grape", "variety", "varietal", "material")},
    "setting": {"in"}, **{name: {"with", "of", tie} for name, tie in COUNTED.items()},
}  # fmt: skip
"""Prepositions besides those of the frames."""
_LINKS = frozenset({"by", "with", "about", "in", "from", "for", "of", "to", "like"})


def fits_role(facet: str, link: str) -> bool:
    """Whether a value of the facet may follow the preposition: a director comes after `by`, an actor after `with`.

    >>> fits_role("director", "by"), fits_role("cast", "by"), fits_role("cast", "with"), fits_role("genre", "a")
    (True, False, True, True)
    """
    name = singular(facet)
    if link not in _LINKS or name in _BEFORE or name in QUALITIES or name in KINDS:
        return True
    own = re.search(r"(\w+) \{values\}", _ALL.get(name, ""))
    usual = {own[1]} if own and name in FRAMES else {"with", "of", *(own.groups() if own else ())}
    return link in _ROLE.get(name, usual)


def is_common(facet: str) -> bool:
    """Whether the facet's values are common words rather than names."""
    return singular(facet) in _COMMON
