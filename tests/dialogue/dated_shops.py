"""What is on and where to go, as tables write it: days, times, opening hours, prices from so much on."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from shelf_pipeline import ShelfPipeline

from convrec.config import Settings
from convrec.data.catalogue import ItemTable
from convrec.data.files import read_columns
from convrec.data.report import Report
from convrec.data.shelf import checked_items
from convrec.dialogue.sense.understand import Understander

NOW = datetime(2026, 11, 30, 15, 0)  # noqa: DTZ001  # a Monday, as a clock on the wall shows it
_EVENTS = """item_id,title,kind,when,time,price
e0,Low Tide Choir,concert,Sat 5 Dec,19:30,from EUR 12
e1,Kestrel,concert,"Fri 11 December 2026, 9pm",,EUR 18
e2,DJ Monday,concert,12/12/2026,doors 22:00,free
e3,May Holloway,concert,14 May 2027,20.00,EUR 25
e4,Wild Ink,exhibition,from 3 May to 9 June,10:00-18:00,EUR 8
e5,The Whale Room,exhibition,1 November 2026 - 28 February 2027,10:00-20:00,EUR 6
e6,Bookbinding,workshop,5-6 December 2026,10:00-16:00,EUR 60
e7,Spoon Carving,workshop,2026-12-01,6pm-9pm,EUR 45
e8,Foraging Walk,workshop,28/12/2026,9.30-12.30,EUR 20
e9,Saturday Night Fever,film night,Mon 7 Dec,20:15,EUR 9
e10,Salsa from Scratch,workshop,Fri 2 July,18:30,from EUR 35
e11,The Permanent Collection,exhibition,permanent,10:00-18:00,free
"""
_PLACES = """item_id,title,type,opening hours,price
p0,City Museum,museum,"Mon-Fri 9-17, Sat 10-14",€8
p1,Gallery Nord,museum,"Tue-Sun 10-18, Thu until 20",€12
p2,Toy House,museum,daily 10am-6pm,€5
p3,Hall of Engines,museum,"closed Mon, 10:00-18:00",€8
p4,Trattoria Gia,restaurant,"Mon-Sat 12-15, 18-23",€22
p5,Noodle Bar 88,restaurant,daily 11:30-22:00,€9
p6,El Patio,bar,"Fri, Sat 18-02, Sun 12-22",€15
p7,Monday's Child,café,Mon-Fri 7.30am - 4pm,€8
p8,Night Owl Diner,café,24/7,€9
p9,The Quay,restaurant,Wed-Sun 5pm-10pm,€30
"""


def shop_of(table: str, folder: Path, noun: str, report: Report | None = None) -> ShelfPipeline:
    """The shop that `convrec init` would make of a table on the day of `NOW`, asked at that time."""
    path = folder / "items.csv"
    path.write_text(table, encoding="utf-8")
    report = report or Report()
    catalogue = ItemTable(checked_items(read_columns(path, "items", report), report, today=NOW.date()))
    reader = Understander(catalogue, noun, "visited", now=NOW)
    return ShelfPipeline(catalogue, Settings(noun=noun, verb="visited"), reader)


def events(folder: Path, report: Report | None = None) -> ShelfPipeline:
    """Twelve events."""
    return shop_of(_EVENTS, folder, "event", report)


def places(folder: Path, report: Report | None = None) -> ShelfPipeline:
    """Ten places with opening hours."""
    return shop_of(_PLACES, folder, "place", report)
