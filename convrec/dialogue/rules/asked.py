"""Questions in a message: why, what about, who, when, how long, what do you know about me."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from convrec.days import MONTHS
from convrec.dialogue.rules.party import ages_of, people_of
from convrec.dialogue.rules.references import Reference
from convrec.dialogue.rules.titles import Mention
from convrec.dialogue.understanding import Question, QuestionKind
from convrec.dialogue.words.dimensions import degree_of, reached
from convrec.dialogue.words.english import FUNCTION
from convrec.dialogue.words.fields import Field, former
from convrec.dialogue.words.words import akin
from convrec.facts import unit_of
from convrec.types import ItemId

_KINDS: tuple[tuple[QuestionKind, str], ...] = (
    ("profile", r"what (?:do|did) you (?:know|think|remember|have|learn\w*) (?:about|of|on) me|what(?:'s"
     r"| is) my taste|my profile"
     r"|(?:my|see|show)(?: \w+)? (?:preferences|tastes?)|what do i (?:like|love|hate)|what have i (?:watched"
     r"|liked|rated|seen|played|bought)"
     r"|what kind of (?:\w+ )?do i like|who am i"),
    ("wish", r"what (?:did|have) i (?:ask|say|said|asked)|(?:my|which|what|current|active"
     r"|show)(?: \w+){0,3} filters?\b"
     r"|what are you (?:filtering|looking for|searching)"),
    ("help", r"^\W*/?(?:help|start|info|commands|instructions)\W*$|what (?:can|do) you do|how (?:does|do) (?:this"
     r"|it|you) work"
     r"|how (?:can|do) i use|what should i (?:say|write|type)|what can i (?:say|ask)"
     r"|can you help(?! (?:me|us) (?:to )?(?:find|choose|pick|decide|select))"),
    ("why", r"\bwhy\b(?! not)|how come|what makes (?:you|it|this|that|them)|explain (?:this|that|the|your|these"
     r"|why)|reason for"),
    ("about", r"what(?:'s| is| are| was) (?:(?!the best|a good|some)[^?.!]){0,60}\babout\b|what(?: does|'s) (?:it"
     r"|that|this) (?:like|mean)"
     r"|tell me (?:more|about|the details?|a bit)|more (?:info\w*|details?) ?|(?:the )?(?:plot|synopsis"
     r"|story ?line|summary)\b(?= ?(?:of|\?|$|please))"
     r"|what happens in|describe|^\W*details?\W*$|never heard of|refresh me"),
)  # fmt: skip
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_FACTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"who (?:has |had )?(?:directed|made|shot)|who(?:'s| is| was) the (?:director|maker)|which director"
     r"|directed by who",
     ("direct", "maker", "creator", "author", "developer", "artist", "producer", "brand", "manufactur")),
    (r"who(?:'s|s| is| are| was) (?:it|this|that|they|these|§+|(?:the )?\w+(?: one)?) by\b|by whom"
     r"|who(?:'s|s| is| was) behind",
     ("artist", "author", "maker", "creator", "direct", "host", "brand", "develop", "producer", "writ")),
    (r"how(?:'s|s| is| are| was| were) .{0,40}\b(?:rated|reviewed)\b|what(?:'s|s| is)(?: the| its)? (?:score|rating)",
     ("rating", "score", "stars")),
    (r"who (?:wrote|writes)|who(?:'s| is| was) the (?:writer|author)", ("writ", "author", "screenplay")),
    (r"who (?:stars?|plays|acts|acted|is in|was in|are in|else is)|who's in"
     r"|who(?:'s| is| are| were| was) (?:the |its )?(?:main |lead )?(?:actors?|actress(?:es)?|stars?|cast)\b"
     r"|who(?:'s|s| is| was) (?:that|the) "
     r"(?:guy|girl|man|woman|lady|actor|actress|person)|which actors?|the cast\b|what actors?"
     r"|who's (?:the )?(?:star|lead)", ("cast", "actor", "star", "performer")),
    (r"who (?:published|developed|produced|makes|produces)", ("publish", "develop", "produc", "brand", "maker")),
    (r"how long (?:is|are|was|were)\b", ("runtime", "duration", "length", "minutes", "pages", "hours", "time", "days")),
    (r"how long(?! (?:is|are|was|were)\b)|what(?:'s| is) the (?:length|running time|runtime|duration)"
     r"|how many (?:minutes|hours)", ("runtime", "duration", "length", "minutes", "hours", "days", "weeks", "time")),
    (r"how (?:old is|new is)|what year|which year|when (?:was|is|did|were)|how recent", ("year", "date", "released")),
    (r"what(?:'s| is| are)(?: there)? in (?:it|this|that|them|those|§+|the \w+(?: one)?)(?=\W*$)"
     r"|what (?:does|do) (?:it|this|that|they|§+|the \w+(?: one)?) contain"
     r"|what(?:'s| is) (?:it|this|that|§+) made (?:of|from)"
     r"|\ballergens?\b|\bingredients?\b",
     ("contain", "ingredient", "allergen", "compos", "material")),
    (r"how much(?! (?:time|space))|(?:does|do) .{1,40} cost\b|what(?:'s| is) the price|how expensive"
     r"|what (?:does|did) (?:it|this|that|they|§+|the \\w+(?: one)?) cost", ("price", "cost")),
    (r"(?:what|which) (?:genre|kind|type|sort)|what(?:'s| is) the genre", ("genres", "categor", "style", "type")),
    (r"sold out|(?:out of|in) stock|how many (?:copies|are left|do you have left)|still (?:available|there)\\b",
     ("stock", "quantity", "inventory", "copies")),
    (r"(?:what|which) language|is (?:it|this|that) in \w+(?= ?\?)|subtitle", ("language",)),
    (r"(?:what|which) country|where (?:is|was) (?:it|this|that|§) (?:from|made|shot)|where does (?:it|this|that"
     r"|§) come from", ("countr", "region", "origin")),
    (r"where (?:is|was|does) (?:it|this|that|§) (?:set|take place|play)", ("place", "setting", "location")),
)  # fmt: skip
_CHECK = re.compile(
    r"^(?:(?:but|and|so|hm+|ok|okay|well),? )*(?:is|are|was|were|does|do)"
    r" (?:it|this|that|they|these|§+|the \w+(?: one)?)(?!\w)"
)
_HOW = re.compile(
    r"\b(?:how (?P<word>(?!old|long|much|many|good|new|recent)[a-z]{3,}) (?:is|are|was|does|do|did|will|can)\b"
    r"|(?:how much|what) (?:does|do) (?:\S+ ){1,3}?(?P<weigh>weigh)\b)"
)
_WHO = re.compile(r"\bwho(?:'s| is| was| are| were)?(?: the| its| their)? (?P<verb>[a-z]{4,})\b")
_HAVE = re.compile(
    r"\b(?:do|have) you (?:have|got|know|heard of|heard|carry|sell)\b[^?.!]*[?.!]*\s*$|\bis § (?:in|available|part)"
)
_NOT_HERE = re.compile(
    r"trailer|where can i (?:watch|buy|find|see|stream|get)|on (?:netflix|hulu|amazon|disney)|available on|cinema"
    r"|theat(?:er|re)"
)
_ASKS = re.compile(
    r"^(?:\W|and |so |but |ok |okay |well )*(?:who|what|when|where|why|which|how|is|are|was|were|does|do|did|has"
    r"|have|can|could|will|would)\b"
)


def questions_in(
    plain: str,
    mentions: Sequence[Mention],
    references: Sequence[Reference],
    in_view: Sequence[ItemId],
    focus: ItemId | None,
    fields: Mapping[str, Field],
) -> list[Question]:
    """What a folded text asks, at most one question of a kind.

    Args:
        plain: Folded text.
        mentions: Titles named in it.
        references: Items pointed at in it.
        in_view: The items of the newest cards.
        focus: The item spoken of last.
        fields: The catalogue's fields.
    """
    pointed = dict.fromkeys(one for ref in references for one in ref.item_ids)
    subject = tuple(one.item_id for one in mentions) or tuple(pointed)
    masked = _masked(plain, mentions)
    found: list[Question] = []
    if match := None if _measured(masked, fields) else _HOW.search(masked):
        degree = degree_of("heavy" if match["weigh"] else match["word"], fields)
        if degree is not None:
            return [Question("fact", _about(subject, focus, in_view), (degree.field,), match.group())]
    if names := _for_whom(masked, fields) or _named(masked, fields) or _measured(masked, fields):
        return [Question("fact", _about(subject, focus, in_view), names, masked.strip())]
    for pattern, prefixes in _FACTS:
        if match := re.search(pattern, masked):
            names = tuple(name for prefix in prefixes for name in fields if prefix in name.lower())
            if "price" in prefixes:
                names += tuple(name for name, field in fields.items() if field.measure == "money" and name not in names)
                past = _BEFORE.search(masked) is not None
                names = tuple(one for one in names if former(fields[one]) is past) or names
            if "contain" in prefixes and not names:
                continue
            found.append(Question("fact", _about(subject, focus, in_view), names, match.group()))
    if not found and (match := _WHO.search(masked)):
        names = tuple(name for name, field in fields.items() if field.values and _does(match["verb"], field.label))
        found += [Question("fact", _about(subject, focus, in_view), names, match.group())] if names else []
    for kind, regex in _PATTERNS:
        match = regex.search(masked)
        if match and not (found and kind == "about"):
            ids = _about(subject, focus, in_view) if kind in ("why", "about") else ()
            found.append(Question(kind, ids, (), match.group()))
    if found:
        return found
    return _others(masked, subject, focus, in_view, fields)


_BEFORE = re.compile(r"\b(?:before|old|original(?:ly)?|used to|previous(?:ly)?|regular|reduced|was)\b")
"""Asks for a price that is no longer paid."""
_OPENLY = re.compile(
    r"^(?:[^?.!]{1,40}, )?(?:\W|and |so |but |ok |okay |well |hm+ )*(?P<ask>who|what|when|where|which|how)(?:'s|s)?\b"
    r"(?! about\b| come\b)"
    r"(?P<rest>[^?.!\d]*)[?.! ]*$"
)
_AWAY = re.compile(r"\b(?:far|close|near|long|distance|away|walk|drive)\b")
_LITTLE = frozenset({"the", "of", "to", "in", "on", "at", "for", "from", "per", "a", "an", "is", "min", "max", "by"})


def _named(masked: str, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The fields whose name a question has in it: `how much is the cleaning fee`, `when is it due back`, `what age`."""
    match = _OPENLY.match(masked)
    if match is None:
        return ()
    said = [word for word in re.findall(r"[^\W\d_]+", match["rest"]) if word not in _LITTLE]
    best: tuple[int, str] = (0, "")
    for name, field in fields.items():
        goal = reached(name) if field.nature == "number" else None
        if goal and _AWAY.search(match["rest"]) and all(_kin(word, said) for word in goal.split()):
            return (name,)
        own = [word for word in (unit_of(name)[0] or field.label).split() if word not in _LITTLE]
        if field.nature == "flag" or goal is not None or field.measure == "year" or not own:
            continue
        if said[:1] == ["many"] and (len(own) < 2 or field.nature != "number"):
            continue  # "how many hours is it per week", but "how many have a towbar" counts items
        dated = field.nature == "told" or (field.several and set(field.values) <= set(MONTHS))
        leads = match["ask"] == "when" and dated and _kin(own[-1], said)
        leads = leads or (match["ask"] in ("what", "which") and said[:1] and _kin(own[-1], said[:1]))
        leads = leads or (match["ask"] == "how" and said[:1] == ["much"] and _kin(own[-1], said[1:2]))
        if (len(own) > 1 and all(_kin(word, said) for word in own)) or (leads and (len(own) == 1 or own[-1] == "age")):
            best = max(best, (len(own), name), key=lambda one: one[0])
    if not best[1] and said[:1] == ["many"]:  # "how many km has the first"
        counted = tuple(name for name in fields if unit_of(name)[1] in said[1:2] and reached(name) is None)
        called = {name.removeprefix("min ").removeprefix("max ") for name in counted}
        return counted if len(called) == 1 else ()
    called_so = unit_of(best[1])[0]
    alike = tuple(name for name in fields if called_so and unit_of(name)[0] == called_so)  # in mAh, in Wh
    return alike or ((best[1],) if best[1] else ())


_HOW_OLD = re.compile(r"\bhow old (?:do|does|must|should|need)\b|\b(?:from )?(?:what|which) age\b")
_HOW_MANY = re.compile(r"\bhow many (?:people|persons?|players?|guests?|of us)\b")


def _for_whom(masked: str, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The fields that tell for how many people items are, or of which age: `how many people can play it?`."""
    ends = ages_of(fields) if _HOW_OLD.search(masked) else people_of(fields) if _HOW_MANY.search(masked) else ()
    return tuple(name for name in ends if name)


_HOW_IS = re.compile(
    r"\bhow (?P<how>big|large|small|long|good|strong|fast|heavy|high|much|many)(?: [a-z]+)? (?:is|are|does|do|has|have)"
    r" (?:the |its |their )?(?P<rest>[^?.!]+)"
)
_LASTS = frozenset(("long",))


def _measured(masked: str, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The fields that a question with an adjective speaks of by a word of their names: `how big is the screen`."""
    match = _HOW_IS.search(masked)
    said = [word for word in re.findall(r"[^\W\d_]{3,}", match["rest"]) if word not in FUNCTION] if match else []
    names = [
        name
        for name, field in fields.items()
        if field.measure != "year"
        and any(_kin(word, said) for word in (unit_of(name)[0] or field.label).split() if len(word) >= _WORD)
    ]
    lasting = [name for name in names if match and match["how"] in _LASTS and fields[name].measure == "minutes"]
    return tuple(lasting or names)


_WORD = 3
"""Letters of a word of a name that stands for all of it."""


def _kin(word: str, said: Sequence[str]) -> bool:
    """Whether a word of a name is said, in whatever form: `closes` of `when does the kitchen close`."""
    return any(akin(word, one) for one in said)


def _others(
    masked: str,
    subject: tuple[ItemId, ...],
    focus: ItemId | None,
    in_view: Sequence[ItemId],
    fields: Mapping[str, Field],
) -> list[Question]:
    if match := _NOT_HERE.search(masked):
        return [Question("unknown", _about(subject, focus, in_view), (), match.group())]
    for name, field in fields.items():
        label = re.escape(re.sub(r"(?<!s)s$", "", field.label))
        if match := re.search(rf"(?:what|which)(?:'s| is| are)? (?:the |its |their )?{label}s?\b", masked):
            return [Question("fact", _about(subject, focus, in_view), (name,), match.group())]
    if subject and "§" in masked and (match := _HAVE.search(masked)):
        return [Question("have", subject, (), match.group())]
    if "?" in masked and _CHECK.match(masked.strip()) and (focus or subject or len(in_view) == 1):
        if names := _spoken_of(masked, fields):
            return [Question("fact", _about(subject, focus, in_view), names, masked.strip())]
        return [Question("unknown", _about(subject, focus, in_view), (), masked.strip())]
    return []


def _spoken_of(masked: str, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """The field by whose name something is asked about: `does it need much water?`; empty where it is not one."""
    said = re.findall(r"[^\W\d_]{4,}", masked)
    names = tuple(name for name, field in fields.items() if field.label in said)
    return names if len(names) == 1 else ()


def _does(verb: str, label: str) -> bool:
    """Whether somebody who does something is called so: who `hosts` is a `host`, who `narrated` is the `narrator`."""
    return any(akin(word, verb) for word in label.split() if len(word) > 3)


def checks(plain: str) -> bool:
    """Whether a text asks if something holds of an item in view: `is the first one in English?`."""
    return "?" in plain and _CHECK.match(plain.strip()) is not None


def asks_openly(plain: str) -> bool:
    """Whether a text is worded as a question."""
    return "?" in plain or _ASKS.match(plain) is not None


def _about(subject: tuple[ItemId, ...], focus: ItemId | None, in_view: Sequence[ItemId]) -> tuple[ItemId, ...]:
    if subject:
        return subject
    return (focus,) if focus is not None else tuple(in_view)


def _masked(plain: str, mentions: Sequence[Mention]) -> str:
    for one in sorted(mentions, key=lambda one: -one.start):
        plain = plain[: one.start] + "§" + plain[one.end :]
    return plain
