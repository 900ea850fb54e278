"""What stands in a message, before any of it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from convrec.dialogue.rules.amounts import Amount
from convrec.dialogue.rules.clauses import Clause
from convrec.dialogue.rules.frame import Frame
from convrec.dialogue.rules.moments import Moment
from convrec.dialogue.rules.references import Reference
from convrec.dialogue.rules.titles import Mention
from convrec.dialogue.rules.years import Years
from convrec.dialogue.words.lexicon import Found
from convrec.dialogue.words.words import Word
from convrec.types import ItemId


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a message.

    Attributes:
        text: The message, mended.
        plain: The same, folded; as long as the text.
        spoken: Its words.
        mentions: Titles named in it.
        amounts: Bounds on number facts.
        years: Stretches of years.
        moments: Days and times of day that ask for something here.
        count: How many items it asks for, with the place; None: not said.
        references: Items it points at.
        found: Catalogue words.
        clauses: Its clauses.
        chatter: Places that speak of the person.
        loose: Whether words without a cue are wishes.
        known_years: Whether the catalogue has years.
        unpriced: Places that ask for prices where the catalogue has none.
    """

    text: str
    plain: str
    spoken: tuple[Word, ...]
    mentions: tuple[Mention, ...]
    amounts: tuple[Amount, ...]
    years: tuple[Years, ...]
    count: tuple[int, int, int] | None
    references: tuple[Reference, ...]
    found: tuple[Found, ...]
    clauses: tuple[Clause, ...]
    chatter: tuple[tuple[int, int], ...]
    loose: bool
    known_years: bool = True
    unpriced: tuple[tuple[int, int], ...] = ()
    moments: tuple[Moment, ...] = ()

    @property
    def masked(self) -> str:
        """The folded text with `§` for every title, as long as the text."""
        plain = self.plain
        for one in self.mentions:
            plain = plain[: one.start] + "§" * (one.end - one.start) + plain[one.end :]
        return plain

    def frame(self, noun: str) -> Frame:
        """Tells requests from descriptions in it."""
        used = [
            *((mention.start, mention.end) for mention in self.mentions),
            *((amount.start, amount.end) for amount in self.amounts),
            *((years.start, years.end) for years in self.years),
            *((moment.start, moment.end) for moment in self.moments),
            *((found.start, found.end) for found in self.found),
        ]
        return Frame(self.plain, self.spoken, self.clauses, used, noun)

    def targets(self) -> list[tuple[int, int, tuple[ItemId, ...]]]:
        """Every place that names or points at items, in order."""
        named = [(one.start, one.end, (one.item_id,)) for one in self.mentions]
        pointed = [(one.start, one.end, one.item_ids) for one in self.references if one.item_ids]
        return sorted(named + pointed)


def inside(start: int, end: int, places: Sequence[tuple[int, int]]) -> bool:
    """Whether a place is a piece of one of the others, and not the whole of it."""
    return any(low <= start and end <= high and high - low > end - start for low, high in places)


def overlaps(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a place shares a letter with any of some places."""
    return any(start < stop and end > begin for begin, stop in spans)
