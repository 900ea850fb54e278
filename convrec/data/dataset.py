"""What a source gives: a catalogue, a log, and what they are called."""

from __future__ import annotations

from dataclasses import dataclass, field

from convrec.data.log import Log
from convrec.data.report import Report
from convrec.types import Item


@dataclass(frozen=True, slots=True)
class Dataset:
    """A catalogue with its log, read and checked.

    Attributes:
        name: `ml-100k`, or the folder's name.
        items: Every item, in the order of its file.
        log: Every event with an item of the catalogue, in the order of its file; empty without a log.
        report: What reading did.
        noun: What one item is called to people: `film`; `item` where unknown.
        verb: What people did with it, in the past: `watched`; `tried` where unknown.
        licence: The terms as far as known; empty where unknown.
    """

    name: str
    items: list[Item]
    log: Log
    report: Report = field(default_factory=Report)
    noun: str = "item"
    verb: str = "tried"
    licence: str = ""
