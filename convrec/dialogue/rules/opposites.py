"""Wishes that turn another one round: `funnier` after `darker`, `lighter` after `heavier`, `older` after `newer`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from convrec.dialogue.words.words import words
from convrec.feelings import kin
from convrec.types import Filter

_POLES: tuple[tuple[str, str], ...] = (
    (
        "dark gloomy bleak grim sad depressing tragic heavy serious melancholic melancholy sombre somber moody grave",
        "light lighthearted cheerful happy upbeat uplifting funny fun silly warm feelgood joyful sunny playful hopeful"
        " gentle",
    ),
    ("scary frightening creepy terrifying spooky disturbing", "gentle soothing harmless cosy cozy calm relaxing"),
    (
        "exciting thrilling tense suspenseful gripping wild action-packed",
        "gentle calm soothing relaxing cosy cozy peaceful undemanding",
    ),
    ("violent bloody gory brutal gruesome", "gentle harmless tame peaceful"),
    ("slow slower-paced contemplative meditative quiet calm", "fast fast-paced quick lively action-packed pacy hectic"),
    ("serious deep demanding intellectual", "silly dumb shallow undemanding"),
    ("easy simple effortless accessible undemanding", "hard difficult challenging tough complex complicated"),
    ("realistic grounded believable", "fantastical surreal unrealistic absurd weird"),
    ("cold bitter cynical", "warm heartwarming sweet sentimental tender"),
    ("loud noisy aggressive energetic", "quiet soft mellow calm low-key"),
    ("sweet fruity", "dry bitter sour tart savoury savory salty"),
    ("spicy hot", "mild"),
    ("rich heavy full full-bodied creamy", "light fresh crisp lean"),
    ("big bulky huge large", "small compact tiny slim"),
    ("sturdy heavy", "lightweight light"),
    ("cheap simple", "fancy luxurious elegant"),
    ("romantic", "unromantic"),
)
"""Words of mood and manner that cannot well be asked for at once, one pole and the other."""
_WORDS = frozenset(word for both in _POLES for pool in both for word in pool.split())
_MORE = re.compile(
    r"^(?:(?:something|anything|one|make it|a (?:bit|little|tad)|bit|much|even|way|rather|more|and|but|now|then)\s+)+"
)
_TURNS = (
    (("older", "earlier"), ("newer", "younger", "more recent", "more modern", "later")),
    (("shorter", "quicker"), ("longer",)),
    (("cheaper", "less expensive"), ("more expensive", "dearer", "pricier")),
    (("smaller", "lighter"), ("bigger", "larger", "heavier")),
)
"""Bounds that are said by comparison with what is in view."""


def opposed(one: str, other: str) -> bool:
    """Whether two wishes lie on different poles: `darker` and `something funny`.

    A wish that has words of both poles (`bittersweet`, `darkly funny`) is opposed to neither.
    """
    mine, others = poles(one), poles(other)
    return any((axis, 1 - pole) in others for axis, pole in mine) and not mine & others


def alike(one: str, other: str) -> bool:
    """Whether two wishes have a word in common, compared or not: `darker` and `less dark`."""
    mine, others = ({form for word in words(said) for form in _forms(word.text)} for said in (one, other))
    return bool(mine & others & _WORDS)


def unopposed(standing: Sequence[str], new: Sequence[str]) -> list[str]:
    """Standing wishes that no new one turns round.

    Args:
        standing: Oldest first.
        new: Of the newest message.
    """
    return [one for one in standing if one in new or not any(opposed(one, other) for other in new)]


def cut(text: str, wishes: Sequence[str]) -> str:
    """A text without some wishes; empty where nothing else is left that tells items apart."""
    for wish in wishes:
        text = re.sub(rf"(?<!\w)(?:more |a bit |very )?{re.escape(wish)}(?!\w)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([,.!?;])", r"\1", " ".join(text.split())).strip(" ,.;!?")
    bare = _MORE.sub("", f"{text.lower()} ").strip(" ,.;!?")
    return text if len(bare) > 1 else ""


def turned(standing: Filter, new: Filter) -> bool:
    """Whether a bound said by comparison turns round one that was said so: `older` after `newer`."""
    if standing.field != new.field or standing.op == new.op:
        return False
    return any(
        (_has(standing.said, one) and _has(new.said, other)) or (_has(standing.said, other) and _has(new.said, one))
        for one, other in _TURNS
    )


@cache
def poles(wish: str) -> frozenset[tuple[int, int]]:
    """Axes that a wish has a word of, each with the pole (0 or 1); an axis with words of both is left out."""
    said = {form for word in words(wish) for form in _forms(word.text)}
    said |= {one for form in said for one in kin(form)}
    said |= {form.replace(" ", "-") for form in (wish.lower(), _MORE.sub("", f"{wish.lower()} ").strip())}
    found = {
        (axis, pole) for axis, both in enumerate(_POLES) for pole, pool in enumerate(both) if said & set(pool.split())
    }
    return frozenset((axis, pole) for axis, pole in found if (axis, 1 - pole) not in found)


def _forms(word: str) -> set[str]:
    """A word and what it may be made of: `funnier` of `funny`, `sadder` of `sad`, `darkly` of `dark`."""
    forms = {word, word.removesuffix("ly")}
    for ending in ("er", "est"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)]
            forms |= {base, base + "e"}
            if base.endswith("i"):
                forms.add(base[:-1] + "y")
            if base[-1] == base[-2]:
                forms.add(base[:-1])
    return forms


def _has(said: str, any_of: Sequence[str]) -> bool:
    """Whether words are one of these and no more, so that they say no year or number of their own."""
    bare = _MORE.sub("", said.lower().strip())
    return bare in any_of or said.lower().strip() in any_of
