"""What a model is told of one item, in a few words, and how its sentence may begin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from convrec.explain.evidence import Fact, Grounds
from convrec.explain.further import cited_by_name
from convrec.explain.naming import named
from convrec.explain.phrases import MAKERS, attitude, extra, fresh, shown, telling, together_or_first
from convrec.language import article, listing, short_title
from convrec.profile.tastes import tastes

Kind = Literal["like", "near", "wish", "history", "statement", "together", "crowd"]
"""The sort of reason: likeness to what was asked for, by facts or by its public alone; a wish in words; the person's
own items; their taste; who chose both; people of like taste."""

_MOST_ASKED = 3
_OPENINGS: dict[Kind, tuple[str, ...]] = {
    "like": ("You", "Like {other},", "{title}"),
    "near": ("{title}", "You"),
    "wish": ("You asked for {other}, and {title}", "{title}, {more},", "You wanted {other}; {title}", "{title}"),
    "history": ("Like {other}, which you {verb},", "{title}", "You"),
    "statement": ("{title}", "You"),
    "together": ("You", "{title}", "Many who"),
    "crowd": ("{title}",),
}
_LONG_OPENINGS: dict[Kind, tuple[str, ...]] = {
    **_OPENINGS,
    "like": ("You asked for something like {other}, and {title}", "Like {other}, {title}", "{title}"),
    "near": ("{title}, {what},", "You asked for something like {other}, and {title}"),
    "history": ("Like {other}, which you {verb}, {title}", "You {verb} {other}, and {title}"),
    "together": ("You {verb} {other}, and many who", "{title}, {what},"),
    "crowd": ("{title}, {what},", "{title}"),
}
"""Those that leave little to write, for sentences that the rest of a list would have to wait for."""
_LONG = 110
"""Characters of a sentence from which on it is waited for; half of them are shorter."""
_AROUND = 35
"""Characters of a sentence besides what it is told, about."""


@dataclass(frozen=True, slots=True)
class Told:
    """The notes of one sentence: training and serving have them from here alone.

    Attributes:
        kind: The sort of reason.
        title: Of the item.
        what: What it is: a phrase with its article; empty where nothing is known.
        reason: The best one.
        other: Titles that the reason names, or what was asked for; empty: none.
        verb: What the person did with those, where they are their own.
        more: What else it is, where `what` is what it has in common with others or what was asked for, and follows
            the noun: `directed by Joel Coen`; empty: nothing that would not be said twice.
    """

    kind: Kind
    title: str
    what: str
    reason: str
    other: str = ""
    verb: str = ""
    more: str = ""

    @property
    def notes(self) -> list[str]:
        """One line a note, as the prompt has them."""
        lines = [f"{self.title}: {self.what}" if self.what else self.title, f"because: {self.reason}"]
        return [*lines, f"also: {self.more}"] if self.more else lines

    @property
    def openings(self) -> list[str]:
        """How the sentence may begin, so that a list does not begin alike throughout."""
        words = {"other": self.other, "title": self.title, "verb": self.verb, "more": self.more, "what": self.what}
        return [each.format(**words) for each in self.ways]

    @property
    def ways(self) -> list[str]:
        """The same without what is put into them."""
        empty = [part for part, words in (("{more}", self.more), ("{what}", self.what)) if not words]
        is_long = sum(map(len, (self.title, self.what, self.other, self.more))) + _AROUND > _LONG
        ways = (_LONG_OPENINGS if is_long else _OPENINGS)[self.kind]
        return [each for each in ways if not any(part in each for part in empty)]


def told(grounds: Grounds, noun: str, verb: str) -> Told | None:
    """What a model is told of one item; None where nothing joins it to the person that it could say.

    Args:
        grounds: The evidence.
        noun: What one item is called.
        verb: What people do with it, past tense.
    """
    if grounds.wishes:
        return _like(grounds, noun) or _wish(grounds, noun)
    return _history(grounds, noun) or _statement(grounds, noun) or _others(grounds, noun, verb)


def _like(grounds: Grounds, noun: str) -> Told | None:
    met = next((one for one in grounds.wishes if one.like), None)
    if met is None:
        return None
    other, shared = met.like[0]
    name, kept = short_title(other.title), telling(shared)
    if kept:
        reason = f"you asked for something like {name}, and each is that"
        title, what = short_title(grounds.item.title), named(kept, noun).phrase
        return Told("like", title, what, reason, name, more=_maker(grounds, kept, noun))
    reason = f"you asked for something like {name}, and it comes near"
    return Told("near", short_title(grounds.item.title), _own(grounds, noun), reason, name)


def _wish(grounds: Grounds, noun: str) -> Told | None:
    """Facts that were asked for; what only a description answers is quoted by template."""
    facts = [one.fact for one in grounds.wishes if one.fact is not None][:_MOST_ASKED]
    if not facts:
        return None
    asked, added = named(facts, noun).phrase, extra(grounds, facts)
    title, more = short_title(grounds.item.title), named(added, noun).after
    # What follows the noun is told apart from what was asked for; another kind, or a tone, stands before it.
    what = asked if more else named([*facts, *added], noun).phrase
    return Told("wish", title, what, f"you asked for {asked}", asked, more=more)


def _history(grounds: Grounds, noun: str) -> Told | None:
    cited, shared = together_or_first(grounds.cited) if grounds.cited else ([], ())
    cited, names = cited_by_name(cited) if cited else ([], [])
    kept = telling(cited[0].shared if len(cited) == 1 else shared) if cited else []
    if not kept:
        return None
    title, other, verb = short_title(grounds.item.title), listing(names), cited[0].opinion.verb
    more = _maker(grounds, kept, noun)
    return Told("history", title, named(kept, noun).phrase, f"you {verb} {other}", other, verb, more)


def _statement(grounds: Grounds, noun: str) -> Told | None:
    if not grounds.statements:
        return None
    first = grounds.statements[:2]
    facts = [(one.facet, one.value) for one in first]
    what = named([*facts, *extra(grounds, facts)], noun).phrase
    taste = tastes(facts, noun)
    return Told("statement", short_title(grounds.item.title), what, f"you {attitude(first)} {taste}")


def _others(grounds: Grounds, noun: str, verb: str) -> Told | None:
    title, own = short_title(grounds.item.title), _own(grounds, noun)
    if grounds.cited and grounds.cited[0].share > 0:
        cited, names = cited_by_name(together_or_first(grounds.cited)[0])
        both = "both" if len(names) > 1 else "it"
        other, did = listing(names), cited[0].opinion.verb
        reason = f"you {did} {other}, and many who {verb} {both} {verb} this"
        return Told("together", title, own, reason, other, did)
    if grounds.liked_by is None:
        return None
    return Told("crowd", title, own, "{} of the {} people closest to your taste liked it".format(*grounds.liked_by))


def _own(grounds: Grounds, noun: str) -> str:
    """What it is in a word or two; empty where it is only known to be one of these things."""
    phrase = named(shown(grounds), noun).phrase
    return "" if phrase == article(noun) else phrase


def _maker(grounds: Grounds, said: Sequence[Fact], noun: str) -> str:
    """Who made it: `directed by Joel Coen`; empty where that is said, speaks against it, or nobody is known."""
    if any(facet in MAKERS for facet, _ in said):
        return ""
    sour = {fact for one in (grounds.soured,) if one is not None for fact in one.shared}
    sour |= {(one.facet, one.value) for one in (grounds.against,) if one is not None}
    made = [fact for fact in fresh(grounds) if fact[0] in MAKERS and fact not in sour]
    return named(made[:1], noun).after if made else ""


def begun(found: Sequence[Told | None]) -> list[list[str]]:
    """Openings of each item of a list, best first: what neighbours begin with comes last.

    The same list always gets the same ones.
    """
    used: dict[str, int] = {}
    chosen = []
    for one in found:
        marks = one.ways if one is not None else []
        order = sorted(range(len(marks)), key=lambda n: used.get(marks[n], 0))
        chosen.append([one.openings[n] for n in order] if one is not None else [])
        for n in order[:1]:
            used[marks[n]] = used.get(marks[n], 0) + 1
    return chosen
