"""Days, days of the week, times of day and opening hours are conditions, and are asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from dated_shops import NOW, events, places, shop_of
from shelf_pipeline import ShelfPipeline
from unseen_shops import kept, talk

from convrec.data.report import Report
from convrec.dialogue.replies.lead import faults
from convrec.dialogue.sense.understand import Understander
from convrec.dialogue.state import fold, start
from convrec.types import Turn


@pytest.fixture(scope="module")
def programme(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return events(tmp_path_factory.mktemp("programme"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return places(tmp_path_factory.mktemp("places"))


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("starts in May", [3, 4]),
        ("something in march", [11]),
        ("before the 12th of December", [0, 1, 5, 6, 7, 9, 11]),
        ("after 1 July", [10, 11]),
        ("between 3 and 10 may", [4, 11]),
        ("3-10 May", [4, 11]),
        ("this weekend", [0, 5, 6, 11]),
        ("next weekend", [2, 5, 11]),
        ("tomorrow", [5, 7, 11]),
        ("next month", [0, 1, 2, 5, 6, 7, 8, 9, 11]),
        ("not this month", [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ("on a saturday", [0, 2, 4, 5, 6, 11]),
        ("not on mondays", [0, 1, 2, 3, 4, 5, 6, 7, 10, 11]),
        ("fridays or saturdays", [0, 1, 2, 3, 4, 5, 6, 10, 11]),
        ("I can't do mondays", [0, 1, 2, 3, 4, 5, 6, 7, 10, 11]),
        ("in the evening", [0, 1, 2, 3, 7, 9, 10]),
        ("starting before 7", [4, 5, 6, 7, 8, 10, 11]),
        ("after 8pm", [1, 2, 3, 9]),
        ("friday evening", [1, 3, 10]),
        ("next friday after 8", [1]),
        ("in early may", [4, 11]),
        ("on the 5th", [0, 5, 6, 11]),
        ("a concert in december under 15 euros", [0, 2]),
        ("the next concert", [0]),
        ("the earliest workshop", [7]),
        ("not in december", [3, 4, 5, 10, 11]),
        ("what about may then", [3, 4, 11]),
        ("not the 5th", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]),
        ("on 26/12", [5, 11]),
        ("before christmas", [0, 1, 2, 5, 6, 7, 9, 11]),
        ("exhibitions that run until february", [4, 5, 11]),
        ("I'm free on fridays and saturdays after 8", [1, 2, 3]),
        ("friday night", [1, 3, 10]),
        ("an exhibition open after 7pm", [5]),
        ("no workshop, on 14 May 2027", [3, 4, 11]),
        ("in december or january", [0, 1, 2, 5, 6, 7, 8, 9, 11]),
        ("in two weeks", [5, 11]),
        ("the week after next", [5, 11]),
        ("in three days", [5, 11]),
        ("events not on Tuesdays, in the evening", [0, 1, 2, 3, 9, 10]),
    ],
)
def test_when_something_is_on_is_a_condition(programme: ShelfPipeline, said: str, left: list[int]) -> None:
    assert kept(programme, said) == left


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("open on sunday", [1, 2, 3, 5, 6, 8, 9]),
        ("open after 8pm", [4, 5, 6, 8, 9]),
        ("open late", [4, 6, 8]),
        ("open on sunday evening", [5, 6, 8, 9]),
        ("a museum open on mondays", [0, 2]),
        ("closed on mondays is no good", [0, 2, 4, 5, 7, 8]),
        ("tonight", [4, 5, 8]),
        ("open before 9", [7, 8]),
        ("open now", [0, 2, 5, 7, 8]),
        ("open on saturday and sunday", [1, 2, 3, 5, 6, 8, 9]),
        ("open at 1am on a saturday", [6, 8]),
        ("open until 11pm", [4, 6, 8]),
        ("open until 8", [1, 4, 5, 6, 8, 9]),
        ("tomorrow between 12 and 2", [0, 1, 2, 3, 4, 5, 7, 8]),
        ("open at 6 in the morning", [8]),
        ("dinner on a monday night", [4, 5, 8]),
        ("no bars, open on Saturday evening", [4, 5, 8, 9]),
        ("open on Sunday, in the evening", [5, 6, 8, 9]),
        ("that don't close before 8", [1, 4, 5, 6, 8, 9]),
        ("closed on mondays is fine", list(range(10))),
        ("open on christmas day", list(range(10))),
        ("open 24 hours", [8]),
        ("something open round the clock", [8]),
        ("a 24-hour place", [8]),
        ("open every day", [2, 5, 8]),
        ("open every tuesday", [0, 1, 2, 3, 4, 5, 7, 8]),
        ("not open 24 hours", list(range(10))),
    ],
)
def test_opening_hours_are_a_condition(town: ShelfPipeline, said: str, left: list[int]) -> None:
    assert kept(town, said) == left


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        (("when does Wild Ink start?",), "Wild Ink: from 3 May to 9 June 2027, 10:00 to 18:00."),
        (("tell me about Wild Ink", "until when is it on?"), "Wild Ink: from 3 May to 9 June 2027, 10:00 to 18:00."),
        (("concerts", "is the first one on a saturday?"), "Yes. Low Tide Choir: on Saturday 5 December 2026 at 19:30."),
        (("concerts", "is the second one on a sunday?"), "No. Kestrel: on Friday 11 December 2026 at 21:00."),
        (("concerts", "which of them is in may?"), "From 1 to 31 May 2027: May Holloway."),
        (("concerts", "which is the earliest?"), "The earliest is Low Tide Choir: starts Saturday 5 December 2026"),
        (("exhibitions", "which one ends first?"), "The Whale Room: ends Sunday 28 February 2027; then comes Wild Ink"),
        (("exhibitions", "is the first one on every day?"), "The Permanent Collection: on all the time, 10:00"),
        (("concerts", "when are they?"), "DJ Monday: on Saturday 12 December 2026 at 22:00."),
    ],
)
def test_when_something_is_on_is_answered(programme: ShelfPipeline, messages: tuple[str, ...], told: str) -> None:
    _, text = talk(programme, *messages)
    assert told in text


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        (("museums", "is the second one open on mondays?"), "No. Gallery Nord: open Tue-Wed,Fri-Sun 10:00-18:00"),
        (("museums", "which ones are open on sunday?"), "Open on Sunday: Gallery Nord, Toy House and Hall of Engines."),
        (("museums", "until when is the third one open?"), "Toy House: open Mon-Sun 10:00-18:00."),
        (
            ("a bar", "is it open at midnight on a saturday?"),
            "Yes. El Patio: open Fri-Sat 18:00-02:00; Sun 12:00-22:00.",
        ),
    ],
)
def test_opening_hours_are_asked_about(town: ShelfPipeline, messages: tuple[str, ...], told: str) -> None:
    _, text = talk(town, *messages)
    assert told in text


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("this weekend", "from 5 to 6 December 2026"),
        ("after 1 july", "from 2 July 2027 on"),
        ("starts in may", "starting between 1 and 31 May 2027"),
        ("tomorrow", "on Tuesday 1 December 2026"),
        ("not on mondays", "not on Mondays"),
        ("friday evening", "on a Friday, in the evening"),
        ("starting before 7", "starting before 19:00"),
        ("the next one", "the earliest"),
    ],
)
def test_what_was_understood_is_said(programme: ShelfPipeline, said: str, label: str) -> None:
    chat, text = talk(programme, said)
    cards = [card for turn in chat.conversation.turns for card in turn.items]
    assert label in text.replace("”, “", ", ")
    assert not faults(text, cards, programme.understander, "event")


def test_a_time_goes_on_with_the_day_said_before(town: ShelfPipeline) -> None:
    assert kept(town, "open on sunday", "after 8pm") == [5, 6, 8, 9]
    assert kept(town, "open after 8pm", "on a monday please") == [4, 5, 8]
    assert kept(town, "open before 9", "also at weekends") == [8]


def test_a_day_stands_in_place_of_the_one_before(programme: ShelfPipeline) -> None:
    assert kept(programme, "in may", "no, this weekend") == [0, 5, 6, 11]
    assert kept(programme, "after 1 february", "before 1 june") == [3, 4, 5, 11]
    assert kept(programme, "this weekend", "any date is fine") == list(range(12))
    assert kept(programme, "on a friday", "what about new year's eve?") == [5, 11]
    assert "no longer holds" not in talk(programme, "in december", "what about may")[1]


def test_a_reply_that_drops_a_condition_asks_nothing(tmp_path: Path) -> None:
    rows = "\n".join(f"s{n},Show {n},{('sold out', 'few left')[n % 2]},{n + 1}/12/2026" for n in range(14))
    shows = shop_of(f"item_id,title,status,date\n{rows}\n", tmp_path, "show")
    chat, text = talk(shows, "sold out shows", "on 2 December 2026", "Drop sold out")
    assert [one.op for one in chat.state.request.filters] == ["at_least", "at_most"]
    assert "does not tell" not in text


def test_tomorrow_is_counted_from_the_day_it_was_said(programme: ShelfPipeline) -> None:
    reader = Understander(programme.catalogue, "event", "visited")
    state = fold([Turn("user", "something tomorrow", timestamp=NOW.timestamp())], reader)
    assert {one.values for one in state.request.filters} == {("2026-12-01",)}


def test_days_are_said_as_the_catalogue_has_them(tmp_path: Path) -> None:
    table = """item_id,title,date,doors,show
a0,Silver Tongues,12/04/2026,7:00 PM,8:00 PM
a1,Harbor Lights,6/15/2027,11:00 AM,12:00 PM
a2,Ruby & Jo,12/11/2026,8:00 PM,9:00 PM
a3,May Fair,5/30/2027,9:00 AM,9:30 AM
"""
    shows = shop_of(table, tmp_path, "show")
    assert kept(shows, "on 12/11") == [2]
    assert kept(shows, "may 29-31") == [3]
    assert kept(shows, "starting after 8:30 pm") == [2]
    assert "doors 19:00" in talk(shows, "on 4 december", "when do doors open?")[1]


def test_titles_and_names_are_no_days(programme: ShelfPipeline) -> None:
    reader = programme.understander
    for said in ("something like Saturday Night Fever", "more by May Holloway", "tell me about DJ Monday"):
        assert reader.understand(said, start(5)).filters == ()


def test_films_have_no_calendar(reader: Understander) -> None:
    for said in (
        "something for tonight",
        "a film for saturday evening",
        "what should we watch this weekend?",
        "in may",
    ):
        assert reader.understand(said, start(5)).filters == ()
    eighties = reader.understand("from the eighties", start(5)).filters
    assert [(one.field, one.values) for one in eighties] == [("year", (1980,)), ("year", (1989,))]


def test_the_report_says_how_days_were_read(tmp_path: Path) -> None:
    report = Report()
    events(tmp_path, report)
    told = "\n".join(report.remarks)
    assert "'when' holds days from 1 November 2026 to 2 July 2027; they are the facts 'starts' and 'ends'" in told
    assert "they begin with the day of the month" in told
    assert "4 without a year were counted from Monday 30 November 2026" in told
    assert "'time' holds times of day" in told


def test_hours_that_never_end_are_told_in_short(town: ShelfPipeline) -> None:
    _, text = talk(town, "open 24 hours")
    assert "one place open 24 hours" in text
    _, text = talk(town, "open every day")
    assert "open every day" in text
    _, text = talk(town, "open on monday", "is the first one open 24 hours?")
    assert text.startswith("No. City Museum: open Mon-Fri")
