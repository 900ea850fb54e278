"""A person's own list in the forms that other services export."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from convrec.data.catalogue import ItemTable
from convrec.data.sheet import MOST_ROWS, read_sheet
from convrec.errors import UsageError
from convrec.signal import Scale
from convrec.types import Item

SHELF = ItemTable(
    [
        Item("10", "The Paper Garden", 1994),
        Item("11", "Midnight Express Train", 1978, facts={"also": ("Night Train",)}),
        Item("12", "Winter", 1961),
        Item("13", "Winter", 1999),
        Item("15", "The Paper Garden", 1994),
        Item("14", "Dr. Harbour: Part 2", 2001),
    ]
)
FIVE = Scale(1, 5, 4)


def read(text, scale=FIVE):
    sheet = read_sheet(text, SHELF, scale)
    return [(one.item_id, one.rating) for one in sheet.events], [(one.line, one.reason) for one in sheet.refused], sheet


def when(year, month, day):
    return datetime(year, month, day, tzinfo=UTC).timestamp()


def test_our_own_columns_by_id():
    events, refused, sheet = read("item_id,rating,timestamp,kind\n10,5,100,\n99,3,1,\n12,,7,dislike\n")
    assert events == [("10", 5.0), ("12", None)]
    assert refused == [(3, "unknown_item")]
    assert [(one.kind, one.timestamp) for one in sheet.events] == [("rate", 100.0), ("dislike", 7.0)]


def test_titles_with_years_in_a_column_or_in_brackets():
    events, refused, _ = read(
        'Date,Name,Year,Letterboxd URI,Rating\n2021-03-04,"Paper Garden, The",1994,x,4.5\n'
        "2021-03-05,Winter,1999,x,2\n2021-03-06,Winter,,x,2\n2021-03-07,Night Train,1979,x,5\n"
        "2021-03-08,Winter (1961),,x,3\n2021-03-09,The Paper Garden,1950,x,3\n"
    )
    assert events == [("10", 4.5), ("13", 2.0), ("11", 5.0), ("12", 3.0)]
    assert refused == [(4, "several_items"), (7, "unknown_item")]


def test_ids_of_another_service_are_no_ids_of_this_catalogue():
    events, _, sheet = read("Book Id,ID,Title,My Rating,Date Read\n1,11,The Paper Garden,0,2020/05/06\n2,x,Winter,9,\n")
    assert events == [("10", None)]
    assert "item_id" not in sheet.columns
    assert sheet.events[0].timestamp == when(2020, 5, 6)


@pytest.mark.parametrize(
    ("given", "scale", "kept"),
    [
        (["8", "10", "3"], FIVE, [4.11, 5.0, 1.89]),  # 1 to 10
        (["80", "100", "0"], FIVE, [4.2, 5.0, 1.0]),  # per cent
        (["★★★★", "★★★½", "*"], FIVE, [4.0, 3.5, 1.0]),
        (["4", "5", "1"], FIVE, [4.0, 5.0, 1.0]),
        (["3", "4", "5", "5", "2"], Scale(1, 10, 8), [5.5, 7.75, 10.0, 10.0, 3.25]),
        (["3", "4"], Scale(1, 10, 8), [3.0, 4.0]),  # too few to say that they are on another scale
    ],
)
def test_ratings_come_to_the_scale_of_the_log(given, scale, kept):
    titles = ["The Paper Garden", "Winter (1961)", "Winter (1999)", "Night Train", "Dr Harbour: Part 2"]
    text = "title;stars\n" + "\n".join(f"{title};{stars}" for title, stars in zip(titles, given, strict=False))
    assert [rating for _, rating in read(text, scale)[0]] == kept


def test_rows_that_cannot_be_taken_are_named():
    _, refused, _ = read("title,rating\nThe Paper Garden,five\nThe Paper Garden,5\nthe paper garden,4\n,3\n")
    assert refused == [(2, "bad_rating"), (4, "again"), (5, "no_title")]


def test_dates_in_the_order_that_the_file_tells():
    day = read('Title,Date\nThe Paper Garden,3/4/21\nWinter (1961),"3/25/21"\n')[2]
    assert [one.timestamp for one in day.events] == [when(2021, 3, 4), when(2021, 3, 25)]
    unclear = read("Title,Date\nThe Paper Garden,3/4/2021\nNight Train,yesterday\n")[2]
    assert [one.timestamp for one in unclear.events] == [None, None]
    assert unclear.undated == 2
    assert read("title\ttime\nThe Paper Garden\t1600000000000")[2].events[0].timestamp == 1.6e9


def test_a_plain_list_of_titles():
    events, refused, _ = read("\ufeffThe Paper Garden\nNight Train, The\nSomething Else\n")
    assert events == [("10", None), ("11", None)]
    assert refused == [(3, "unknown_item")]
    assert [one.kind for one in read("The Paper Garden")[2].events] == ["view"]


@pytest.mark.parametrize("text", ["", " \n ", "title\n" + "x\n" * (MOST_ROWS + 1)])
def test_what_is_no_list_is_refused(text):
    with pytest.raises(UsageError):
        read(text)
