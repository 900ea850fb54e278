"""What a visitor has on their desk beside the talk: their events, the open tab, a search, a file that waits."""

from __future__ import annotations

from dataclasses import dataclass, field

from convrec.types import Interaction, ItemId

from .diary import PAGE, Reading
from .kept import Kept

MOST_TEXT = 2_000_000
"""Characters of a file."""
MOST_PARTS = 64


@dataclass(slots=True)
class Desk:
    """The state of the side, for one visitor as one user.

    Attributes:
        kept: Their events.
        unsaid: Items whose verdicts of this talk were taken back.
        tab: Which pane is open.
        top: The ten best as they were shown last; empty before.
        query: What is searched for in the history.
        only: Which kind of events it shows.
        shown: How many.
        file: The sending whose parts are coming in.
        parts: Those that have come, by number.
        reading: A file that was read and waits for a yes.
        leaving: Whether they are asked if they want to be forgotten.
        removed: Events that were removed last, to be brought back.
    """

    kept: Kept
    unsaid: set[ItemId] = field(default_factory=set)
    tab: str = "taste"
    top: tuple[ItemId, ...] = ()
    query: str = ""
    only: str = "all"
    shown: int = PAGE
    file: str = ""
    parts: dict[int, str] = field(default_factory=dict)
    reading: Reading | None = None
    leaving: bool = False
    removed: tuple[Interaction, ...] = ()

    def collect(self, name: str, part: int, of: int, text: str) -> str | None:
        """Take one part of a file (`name` tells sendings apart); the whole text when all have come, in any order.

        Raises:
            ValueError: The numbers make no sense, or it is too large.
        """
        if not (0 <= part < of <= MOST_PARTS):
            raise ValueError("parts")
        if self.file != name:
            self.file, self.parts = name, {}
        self.parts[part] = text
        if sum(map(len, self.parts.values())) > MOST_TEXT:
            self.file = ""
            raise ValueError("size")
        if len(self.parts) < of:
            return None
        self.file = ""
        return "".join(self.parts.get(number, "") for number in range(of))
