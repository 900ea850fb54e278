"""Columns of days, times and opening hours, told apart by what their cells hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from convrec.data.catalogue import ItemTable
from convrec.data.clock import read_hours
from convrec.data.moments import moments_of
from convrec.errors import UsageError
from convrec.types import Filter, Item

TODAY = date(2026, 11, 30)


def _facts(**columns: Sequence[Any]) -> dict[str, list[Any]]:
    found = moments_of({name.replace("_", " "): cells for name, cells in columns.items()}, TODAY)
    return {name: cells for facts in found.facts.values() for name, cells in facts.items()}


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (["03/04/2027", "25/12/2026", "01/02/2027"], ["2027-04-03", "2026-12-25", "2027-02-01"]),
        (["03/04/2027", "12/25/2026", "01/02/2027"], ["2027-03-04", "2026-12-25", "2027-01-02"]),
        (["2027-03-14", "14 March 2027", "Sat 12 June"], ["2027-03-14", "2027-03-14", "2027-06-12"]),
        (["June 12, 2027", "1st of May", "4.6.2027", "tbc"], ["2027-06-12", "2027-05-01", "2027-06-04", None]),
        (
            [date(2027, 3, 1), None, date(2027, 4, 1), date(2027, 5, 1)],
            ["2027-03-01", None, "2027-04-01", "2027-05-01"],
        ),
    ],
)
def test_days_are_read_whichever_way_they_are_typed(cells: list[Any], days: list[str | None]) -> None:
    assert _facts(date=cells)["date"] == days


def test_one_column_tells_the_order_of_another() -> None:
    found = _facts(start=["03/04/2027", "05/06/2027", "01/02/2027"], end=["13/04/2027", "", "04/02/2027"])
    assert found["start"] == ["2027-04-03", "2027-06-05", "2027-02-01"]
    assert found["end"] == ["2027-04-13", "2027-06-05", "2027-02-04"]
    assert found["weekday"][1] == ("Saturday",)


def test_what_is_no_column_of_days_stays_as_it_is() -> None:
    for cells in (
        ["1995", "2001", "1987"],
        ["May", "June", "April Snow"],
        ["Mars 2026", "see website", "every other week", "3 May 2027"],
        ["4/5", "3/5", "5/5"],
        ["9.30", "10.20", "11"],
        ["1-2", "3-4", "12-14"],
        ["March 1995", "May 1996", "June 1997"],
    ):
        assert _facts(col=cells) == {}


def test_words_beside_days_are_kept() -> None:
    when = ["Fri 4 Dec 20.00 (sold out)", "5 Dec 2026", "6 Dec 2026", *["7 Dec 2026"] * 5, "every second Tuesday"]
    found = _facts(when=when)
    assert found["when"][0] == "2026-12-04"
    assert found["time"][:2] == ["20:00", None]
    assert found["when note"][0] == "sold out"
    assert found["when note"][-1] == "every second Tuesday"


@pytest.mark.parametrize(
    ("cell", "hours"),
    [
        ("Mon-Fri 9-17, Sat 10-14", "Mon-Fri 09:00-17:00; Sat 10:00-14:00"),
        ("Tue–Sun 10.00–18.00, Thu until 20.00", "Tue-Wed,Fri-Sun 10:00-18:00; Thu 10:00-20:00"),
        ("Wed-Sun 11am-5pm (closed Mon & Tue)", "Wed-Sun 11:00-17:00"),
        ("closed Mon, 10:00-18:00", "Tue-Sun 10:00-18:00"),
        ("every day except Tuesday 10-18", "Mon,Wed-Sun 10:00-18:00"),
        ("Mo-Fr 09:00-12:00, 14:00-18:00; Sa 10:00-14:00", "Mon-Fri 09:00-12:00, 14:00-18:00; Sat 10:00-14:00"),
        ("Fri, Sat 18-02", "Fri-Sat 18:00-26:00"),
        ("24/7", "Mon-Sun 00:00-24:00"),
        ("9-5", "Mon-Sun 09:00-17:00"),
        ("by appointment", None),
        ("kitchen till 10, ask us", None),
    ],
)
def test_opening_hours_are_read(cell: str, hours: str | None) -> None:
    assert read_hours(cell) == hours


def test_days_and_hours_are_compared() -> None:
    items = [
        Item("a", "A", facts={"date": "2027-06-12", "time": "19:30", "open": "Fri 18:00-26:00"}),
        Item("b", "B", facts={"date": "2027-07-01", "time": "10:00", "open": "Mon-Fri 09:00-17:00"}),
        Item("c", "C"),
    ]
    table = ItemTable(items)
    for wanted, held in (
        (Filter("date", "at_least", ("2027-06-13",)), [False, True, False]),
        (Filter("time", "at_most", ("12:00",)), [False, True, False]),
        (Filter("open", "any_of", ("Sat 01:00-02:00",)), [True, False, False]),
        (Filter("open", "all_of", ("Fri 10:00-11:00", "Mon 10:00-11:00")), [False, True, False]),
        (Filter("open", "none_of", ("Mon 00:00-24:00",)), [True, False, True]),
        (Filter("date", "none_of", ("2027-06-12",)), [False, True, True]),
    ):
        assert table.matching([wanted]).tolist() == held
        assert [table.satisfies(item, [wanted]) for item in items] == held
    with pytest.raises(UsageError, match="takes one day"):
        table.matching([Filter("date", "at_least", ("soon",))])
    with pytest.raises(UsageError, match="takes hours"):
        table.matching([Filter("open", "any_of", ("late",))])


def test_a_column_for_each_day_is_opening_hours() -> None:
    week = {day: ["11-22", "8-16"] for day in ("tuesday", "wednesday", "thursday", "friday")}
    found = _facts(monday=["closed", "8-16"], **week, saturday=["12:00-02:00", ""], sunday=["", "closed"])
    assert found == {"opening hours": ["Tue-Fri 11:00-22:00; Sat 12:00-26:00", "Mon-Fri 08:00-16:00"]}


def test_what_closes_before_it_opens_closes_after_midnight() -> None:
    found = _facts(start_time=["09:00", "16:00", "6am"], end_time=["17:00", "02:00", "2 pm"])
    assert found["end time"] == ["17:00", "26:00", "14:00"]
    found = _facts(
        opens=["09:00", "16:00", "6am"], closes=["17:00", "02:00", "2 pm"], closed_on=["Sat & Sun", "", "Mon"]
    )
    assert found == {
        "opening hours": ["Mon-Fri 09:00-17:00", "Mon-Sun 16:00-26:00", "Tue-Sun 06:00-14:00"],
    }
