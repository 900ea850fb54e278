"""What a written sentence may draw on, and what it was found to say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from convrec.types import Attitude, Claim, ClaimKind

STRONG = 0.75
"""Strength of a statement from which liking may be called love."""


@dataclass(frozen=True, slots=True)
class Named:
    """An item that a sentence may name.

    Attributes:
        item_id: Which.
        title: Its label; it may be said in any of its shorter forms.
        verb: What the person did with it (`loved`, `liked`, `disliked`, `watched`); empty: nothing, it is new to them.
        facts: `(facet, value)` that may be said of it; None: any that is given.
    """

    item_id: str
    title: str
    verb: str = ""
    facts: frozenset[tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A value that a sentence may mention.

    Attributes:
        facet: Of what kind.
        value: In the catalogue's words, or the person's for a wish.
        kind: What sort of claim it makes.
        subject: What the claim points at.
        liked: Whether it may be called liked, disliked (False), or neither (None).
        strong: Whether it may be called loved.
    """

    facet: str
    value: str
    kind: ClaimKind
    subject: str
    liked: bool | None = None
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """A count that a sentence may mention, as `seven of nine`.

    Attributes:
        part: How many.
        whole: Of how many.
        kind: What sort of claim it makes.
        subject: What the claim points at.
    """

    part: int
    whole: int
    kind: ClaimKind
    subject: str


Drift = Literal["", "more", "less"]


@dataclass(frozen=True, slots=True)
class Material:
    """All that a sentence may draw on.

    Attributes:
        noun: What one item is called.
        verb: What people do with items, in the past tense.
        subject: The item that is written about; None in a profile.
        named: Other items, from the person's history or wish.
        given: Facts, statements and wishes.
        negative: Whether it may speak of dislikes.
        counts: What may be counted; any other number is made up.
        attitude: What the person makes of all that is given, where that is one and the same.
        together: Whether it may say that many who chose the named items chose this one, too.
        drift: Whether it may say that taste has lately turned to this, or from it.
    """

    noun: str
    verb: str
    subject: Named | None = None
    named: tuple[Named, ...] = ()
    given: tuple[Given, ...] = ()
    negative: bool = False
    counts: tuple[Count, ...] = ()
    drift: Drift = ""
    attitude: Attitude | None = None
    together: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence was found to say.

    Attributes:
        claims: Its assertions, supported or not.
        problems: Why it does not pass, in words for whoever tunes a prompt; empty: it passes.
    """

    claims: tuple[Claim, ...]
    problems: tuple[str, ...] = field(default=())

    @property
    def passes(self) -> bool:
        """Whether it says something, and nothing that is not given."""
        return not self.problems and bool(self.claims)
