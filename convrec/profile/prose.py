"""A profile as prose from its statements alone: shown without a language model, and what its text falls back on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from convrec.grounding import STRONG
from convrec.grounding.material import Drift
from convrec.language import capital, listing, plural, short_title, singular, tidy, value_phrase
from convrec.profile.latest import FACET as LATEST
from convrec.profile.latest import sentence as newest
from convrec.profile.tastes import tastes
from convrec.types import Attitude, Evidence, Statement

LEAST_WORDS = 60
MOST_WORDS = 120

_MAKERS = ("director", "author", "artist", "creator", "developer", "writer", "composer", "designer")
_PLAYERS = ("cast", "actor", "star")
_MATTER = ("theme", "topic", "subject", "keyword", "tag")
_TONES = ("mood", "tone")
_GROUPS = {
    **dict.fromkeys(("genre", "title"), "kind"),
    **dict.fromkeys(_TONES, "tone"),
    # Apart: in one breath, a model soon calls an actor a director.
    **dict.fromkeys(_MAKERS, "makers"),
    **dict.fromkeys(_PLAYERS, "players"),
    **dict.fromkeys(_MATTER, "matter"),
    **dict.fromkeys(("period", "likeness", LATEST), ""),
}
"""Facets that go into one sentence; those not named here go together as `rest`, each of `""` by itself."""
_MOST = {"period": 2, "likeness": 1, "rest": 2}
_IN_A_SENTENCE = 3
_GOOD = ("loved", "liked")


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence of a profile.

    Attributes:
        text: The sentence.
        statements: What it says, all of one attitude; its words come from nowhere else.
        titles: Items it names.
    """

    text: str
    statements: tuple[Statement, ...]
    titles: tuple[Evidence, ...] = ()


def tones_alone(statements: Sequence[Statement]) -> bool:
    """Whether it is only about how things are (`dark`), and not against it."""
    return all(singular(one.facet) in _TONES and one.polarity == "like" for one in statements)


def phrase(statements: Sequence[Statement], noun: str) -> str:
    """What several statements are about, as one noun phrase; tones that are liked stand without their noun."""
    if tones_alone(statements):
        return listing([value_phrase(one.facet, one.value) for one in statements])
    return tastes([(one.facet, one.value) for one in statements], noun)


def stance(statement: Statement) -> Attitude:
    """How the person stands to it, where events do not tell: as polarity and strength say."""
    if statement.attitude is not None:
        return statement.attitude
    if statement.polarity == "dislike":
        return "disliked"
    return "loved" if statement.strength >= STRONG else "liked"


def stance_of(statements: Sequence[Statement]) -> Attitude:
    """What can be said of all of them: of some that are loved and some that are liked, that they are liked."""
    found = {stance(one) for one in statements}
    return found.pop() if len(found) == 1 else "disliked" if "disliked" in found else "liked"


def _side(statement: Statement) -> str:
    attitude = stance(statement)
    return "good" if attitude in _GOOD else attitude if attitude == "consumed" else "bad"


def drift(statement: Statement) -> Drift:
    """`more`, `less` or nothing: than before."""
    return "more" if statement.recent else "less" if statement.faded else ""


def passages(statements: Sequence[Statement], noun: str) -> list[Passage]:
    """The profile sentence by sentence, 60 to 120 words where there is that much to say.

    The same statements always give the same words; different people get different turns of phrase.
    """
    if not statements:
        return []
    return _Writer(statements, noun).write()


def nothing_known(noun: str) -> str:
    """The text of a profile without statements."""
    return f"Nothing is known of your taste yet. Name a {noun} or two that you liked, or say what you are after."


def template(statements: Sequence[Statement], noun: str) -> str:
    """The profile's text.

    Returns:
        60 to 120 words addressed to the person; fewer where little is known; a sentence that says so where nothing is.
    """
    written = passages(statements, noun)
    if not written:
        return nothing_known(noun)
    return " ".join(passage.text for passage in written)


class _Writer:
    def __init__(self, statements: Sequence[Statement], noun: str) -> None:
        self._noun = noun
        self._nouns = plural(noun)
        self._computed = [one for one in statements if one.origin == "log"]
        self._own = [one for one in statements if one.origin != "log"]
        self._seed = blake2b("".join(one.id for one in statements).encode(), digest_size=8).digest()
        self._turn = 0
        self._named: set[str] = set()
        self._used: set[str] = set()

    def write(self) -> list[Passage]:
        said = [_tidied(passage) for passage in self._said()]
        # The newest come last, and before all others to their titles and their room.
        last = [_tidied(self._latest(one)) for one in self._computed if one.facet == LATEST]
        kept: list[Passage] = []
        words = sum(len(passage.text.split()) for passage in last)
        for passage in (*said, *map(_tidied, map(self._passage, self._groups()))):
            length = len(passage.text.split())
            if words + length <= MOST_WORDS:
                kept.append(passage)
                words += length
        return [*kept, *last]

    def _groups(self) -> list[list[Statement]]:
        """Statements that go into one sentence; what is liked most first, then what is not, then the rest."""
        groups: dict[tuple[str, str, str], list[Statement]] = {}
        for one in (one for one in self._computed if one.facet != LATEST):
            name = _GROUPS.get(singular(one.facet), "rest") or singular(one.facet)
            # What is not liked is said in one breath, whatever it is.
            key = ("", "bad", "") if _side(one) == "bad" else (name, _side(one), drift(one))
            if len(groups.setdefault(key, [])) < _MOST.get(name, _IN_A_SENTENCE):
                groups[key].append(one)
        found = list(groups.values())
        liked = [group for group in found if group[0].facet != "likeness" and group[0].polarity == "like"]
        lead = ([group for group in liked[:3] if _GROUPS.get(singular(group[0].facet)) == "kind"] or liked)[:1]
        sour = [group for group in found if group[0].polarity == "dislike"][:1]
        rest = [group for group in found if group not in lead and group not in sour]
        return [*lead, *rest[:2], *sour, *rest[2:]]

    def _pick(self, variants: Sequence[str]) -> str:
        """One of the variants by the person's seed; the same turn of phrase comes twice only when all have come."""
        self._turn += 1
        fresh = [one for one in variants if one not in self._used] or variants
        chosen = fresh[self._seed[self._turn % len(self._seed)] % len(fresh)]
        self._used.add(chosen)
        return chosen

    def _examples(self, statements: Sequence[Statement], most: int) -> tuple[Evidence, ...]:
        """Items not named before, about which the same was thought."""
        fresh: dict[str, Evidence] = {}  # by title as said: editions of one thing are named once
        depth = max((len(one.evidence) for one in statements), default=0)
        for place in range(depth):
            for one in statements:
                if place < len(one.evidence) and one.evidence[place].item_id not in self._named:
                    fresh.setdefault(short_title(one.evidence[place].title), one.evidence[place])
        found = list(fresh.values())
        first = [one for one in found if one.verb == found[0].verb][:most] if found else []
        self._named.update(one.item_id for one in first)
        return tuple(first)

    def _said(self) -> Iterator[Passage]:
        for one in self._own:
            text = one.text.rstrip(".") + "."
            yield Passage(f"In your own words: {text}" if one.facet == "note" else text, (one,))

    def _passage(self, said: Sequence[Statement]) -> Passage:
        if said[0].facet == "likeness":
            return self._likeness(said[0])
        titles = self._examples(said, 3 if len(said) > 1 and said[0].polarity == "like" else 2)
        return Passage(self._sentence(said, titles), tuple(said), titles)

    def _sentence(self, said: Sequence[Statement], titles: Sequence[Evidence]) -> str:
        attitude = stance_of(said)
        what, tones = phrase(said, self._noun), tones_alone(said)
        lately = {"more": ", lately more than before", "less": ", lately less than before"}.get(drift(said[0]), "")
        tail = f": you {titles[0].verb} {listing([short_title(one.title) for one in titles])}" if titles else ""
        return (
            self._pick(self._frames(attitude, tones=tones)).format(what=what, What=capital(what)) + lately + tail + "."
        )

    def _frames(self, attitude: Attitude, *, tones: bool) -> Sequence[str]:
        if attitude in ("disliked", "dropped"):
            return ("You rarely finish {what}",) if attitude == "dropped" else (
                "You care little for {what}", "{What} mostly leave you cold",
            )  # fmt: skip
        if tones:
            return (
                (f"You like your {self._nouns} {{what}}",)
                if attitude in _GOOD
                else (f"The {self._nouns} you choose are often {{what}}",)
            )
        if attitude == "consumed":
            return ("You keep turning to {what}", "You often turn to {what}")
        return (
            "You are most at home with {what}", "Your taste runs to {what}", "More than most, you go for {what}",
            "You have a weakness for {what}", "You return to {what}",
        )  # fmt: skip

    def _latest(self, said: Statement) -> Passage:
        self._named.update(one.item_id for one in said.evidence)
        frames = ("Most recently you {did} {titles}", "Of late you {did} {titles}", "Lately you {did} {titles}")
        text = said.text if said.locked else newest(said.evidence, self._pick(frames))
        return Passage(text, (said,), said.evidence)

    def _likeness(self, said: Statement) -> Passage:
        shown = said.evidence[:3]
        # Two editions of one thing are named once.
        once = {short_title(one.title): one for one in reversed(shown) if one.item_id not in self._named}
        fresh = tuple(reversed(once.values()))
        self._named.update(one.item_id for one in fresh)
        if not fresh or len(fresh) == len(shown):
            return Passage(said.text, (said,), fresh)
        return Passage(
            f"You also {fresh[0].verb} {listing([short_title(one.title) for one in fresh])}.", (said,), fresh
        )


def _tidied(passage: Passage) -> Passage:
    return replace(passage, text=tidy(passage.text))
