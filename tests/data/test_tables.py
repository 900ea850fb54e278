import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from convrec.data.files import read_columns
from convrec.data.report import Report
from convrec.data.shelf import checked_items
from convrec.data.sources import load
from convrec.errors import UsageError
from convrec.types import Interaction, Item

Write = Callable[..., Path]

ITEMS = "item_id,title\n1,One\n2,Two\n3,Three\n"


TWO = [
    {
        "item_id": "7",
        "title": "Usual Suspects, The",
        "year": 1995,
        "genres": "Crime|Thriller",
        "text": "A lame man talks.",
        "minutes": 106,
        "cast": "A B|C D",
    },
    {"item_id": "8", "title": "Été", "year": None, "genres": "", "text": None, "minutes": None, "cast": None},
]


def as_csv(delimiter: str = ",") -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(TWO[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(TWO)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "encoding"),
    [
        ("a.csv", as_csv(), "utf-8"),
        ("b.csv.gz", as_csv(), "utf-8"),
        ("c.csv", as_csv(), "utf-8-sig"),
        ("d.csv", as_csv(";"), "utf-8"),
        ("d.tsv", as_csv("\t"), "utf-8"),
        ("e.csv", as_csv(), "utf-16"),
        ("f.csv", as_csv(), "latin-1"),
        ("g.jsonl", "\n\n".join(map(json.dumps, TWO)), "utf-8"),
        ("h.jsonl.gz", "\n".join(map(json.dumps, TWO)), "utf-8"),
        ("i.parquet", "", ""),
    ],
)
def test_items_in_every_format_are_the_same(write: Write, name: str, content: str, encoding: str) -> None:
    path = write(name, content, encoding or "utf-8")
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(TWO), path)
    dataset = load(items=path)
    one, two = dataset.items
    assert (one.id, one.title, one.year, one.genres) == ("7", "The Usual Suspects", 1995, ("Crime", "Thriller"))
    assert (one.text, one.facts) == ("A lame man talks.", {"minutes": 106, "cast": ("A B", "C D")})
    assert two == Item("8", "Été", facts={})
    assert dataset.report.remarks == (["f.csv is not UTF-8; read as Latin-1"] if encoding == "latin-1" else [])


def test_lists_numbers_flags_and_dates_of_a_table(tmp_path: Path) -> None:
    rows = [
        {
            "item_id": 1,
            "title": "A",
            "genres": ["x", "X", " y "],
            "year": 1999.0,
            "hd": True,
            "score": 1.5,
            "when": date(2001, 2, 3),
            "setting": {"time": "1940s", "place": "Paris"},
        },
        {
            "item_id": 2,
            "title": "B",
            "genres": [],
            "year": float("nan"),
            "hd": None,
            "score": float("nan"),
            "when": None,
            "setting": None,
        },
    ]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "items.parquet")
    one, two = load(items=tmp_path / "items.parquet").items
    assert (one.id, one.year, one.genres) == ("1", 1999, ("x", "y"))
    assert one.facts == {
        "hd": True,
        "score": 1.5,
        "when": "2001-02-03",
        "setting_time": "1940s",
        "setting_place": "Paris",
    }
    assert (two.year, two.genres, two.facts) == (None, (), {})


def test_words_of_a_csv_become_facts_of_one_kind(write: Write) -> None:
    path = write(
        "items.csv",
        "item_id,title,price,stock,code,tags,note,genres\n"
        '1,A,9.99,yes,007,"[""a"", ""b""]",'
        'a bar | in a long sentence that is clearly prose and not a list of words at all,"Rock, Pop"\n'
        "2,B,10,no,12,['c'],another sentence of the same kind that goes on and on without ever being a list,Jazz\n",
    )
    dataset = load(items=path)
    one, two = dataset.items
    assert (one.facts["price"], two.facts["price"]) == (9.99, 10.0)
    assert (one.facts["stock"], two.facts["stock"]) == (True, False)
    assert (one.facts["code"], two.facts["code"]) == ("007", "12")
    assert (one.facts["tags"], two.facts["tags"]) == (("a", "b"), ("c",))
    assert str(one.facts["note"]).startswith("a bar | in")
    assert one.genres == ("Rock", "Pop")
    assert any("separated by ','" in remark for remark in dataset.report.remarks)


def test_refused_items_are_counted_with_the_first_line(write: Write) -> None:
    path = write("items.csv", 'item_id,title\n1,"two\nlines"\n\n,No id\n1,Again\n3,\n4,too,many\n5,Five\n6,\n')
    report = load(items=path).report
    assert [item.id for item in load(items=path).items] == ["1", "5"]
    said = {(refusal.reason, refusal.count, refusal.where) for refusal in report.refusals}
    assert said == {
        ("not 2 fields", 1, "items.csv:8"),
        ("no item_id", 1, "items.csv:5"),
        ("the same item_id again", 1, "items.csv:6"),
        ("no title", 2, "items.csv:7"),
    }
    assert (report.counts["items"].read, report.counts["items"].kept) == (7, 2)
    with pytest.raises(UsageError, match=r"items\.csv:8: not 2 fields"):
        load(items=path, strict=True)


def test_events_are_cleaned_and_refused_by_reason(write: Write) -> None:
    log = (
        "user_id,item_id,rating,timestamp,kind,review\n"
        'u,1,4,1000000000,,"good, really"\n'
        'u,1,4,1000000000,,"good, really"\n'
        "u,9,4,1,,\n"
        " v ,2,,2001-09-09T01:46:40Z,Buy,\n"
        "u,2,great,1,,\n"
        "u,3,,2001-09-09,,\n"
        ",3,1,1,,\n"
        "u,,1,1,,\n"
        "u,3,1,yesterday,,\n"
        "u,1,4,1000000000,,other words\n"
    )
    dataset = load(items=write("items.csv", ITEMS), interactions=write("log.csv", log))
    assert list(dataset.log.interactions()) == [
        Interaction("u", "1", 4.0, 1e9, "rate", "good, really"),
        Interaction("v", "2", None, 1e9, "buy"),
        Interaction("u", "3", None, 999993600.0, "view"),
        Interaction("u", "1", 4.0, 1e9, "rate", "other words"),
    ]
    said = {refusal.reason: (refusal.count, refusal.where) for refusal in dataset.report.refusals}
    assert said == {
        "no user_id": (1, "log.csv:8"),
        "no item_id": (1, "log.csv:9"),
        "unknown item": (1, "log.csv:4"),
        "rating is not a number": (1, "log.csv:6"),
        "timestamp is neither seconds nor an ISO date": (1, "log.csv:10"),
        "the same event again": (1, "log.csv:3"),
    }
    assert "first log.csv:4: u,9,4,1,," in str(dataset.report)


@pytest.mark.parametrize(("unit", "factor"), [("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9)])
def test_other_units_of_time_are_told_by_size(write: Write, unit: str, factor: float) -> None:
    rows = "".join(f"u,{item},{int((1_600_000_000 + item) * factor)}\n" for item in (1, 2))
    dataset = load(items=write("i.csv", ITEMS), interactions=write("log.csv", "user_id,item_id,timestamp\n" + rows))
    assert dataset.log.timestamps.tolist() == pytest.approx([1_600_000_001, 1_600_000_002])
    assert any(unit in remark for remark in dataset.report.remarks)


def test_small_numbers_are_positions_and_stay(write: Write) -> None:
    log = write("log.csv", "user_id,item_id,timestamp\nu,1,0\nu,2,1\n")
    assert load(items=write("i.csv", ITEMS), interactions=log).log.timestamps.tolist() == [0.0, 1.0]


def test_clients_ids_decide_what_is_the_same_event(write: Write) -> None:
    log = write("log.csv", "user_id,item_id,event_id\nu,1,a\nu,1,b\nu,2,a\nu,3,\nu,3,\n")
    dataset = load(items=write("i.csv", ITEMS), interactions=log)
    assert [(event.item_id, event.event_id) for event in dataset.log.interactions()] == [
        ("1", "a"),
        ("1", "b"),
        ("3", ""),
    ]
    assert dataset.report.refused == 2


def test_ids_are_words_whatever_their_type(write: Write, tmp_path: Path) -> None:
    pq.write_table(pa.table({"item_id": [1, 2], "title": ["A", "B"]}), tmp_path / "items.parquet")
    codes = pa.array(["x", "y"]).dictionary_encode()
    moments = pa.array([1_000_000_000, None], pa.timestamp("s"))
    pq.write_table(pa.table({"user_id": codes, "item_id": [1.0, 2.0], "timestamp": moments}), tmp_path / "log.parquet")
    dataset = load(items=tmp_path / "items.parquet", interactions=tmp_path / "log.parquet")
    assert list(dataset.log.interactions()) == [
        Interaction("x", "1", None, 1e9, "view"),
        Interaction("y", "2", None, None, "view"),
    ]
    lines = '{"item_id": 1, "user_id": 5}\n{"item_id": "2", "user_id": "5", "rating": "4"}\n'
    log = load(items=tmp_path / "items.parquet", interactions=write("log.jsonl", lines)).log
    assert [(event.item_id, event.user_id, event.rating) for event in log.interactions()] == [
        ("1", "5", None),
        ("2", "5", 4.0),
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("items.csv", "", "is empty"),
        ("items.csv", "item_id,title\n", "it has no rows"),
        ("items.csv", "id,name\n1,A\n", r"no column 'item_id' \(found: id, name\)"),
        ("items.csv", "item_id,title,Title\n1,A,B\n", "column 'title' twice"),
        ("items.csv", 'item_id,title\n1,"open\n2,B\n', r"items\.csv:2: a double quote is opened and not closed"),
        ("items.csv.gz", b"", "no row|is empty|starts with an empty line"),
        ("items.parquet", "PAR?", "cannot be read as Parquet"),
        ("items.jsonl", "no json\n", "holds no JSON object"),
        ("items.xlsx", "x", r"unknown format '.xlsx'; convrec reads .parquet"),
    ],
)
def test_unusable_files_are_refused_by_name(write: Write, name: str, content: str | bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        load(items=write(name, content))


def test_damaged_gzip_and_absent_files_are_refused(write: Write, tmp_path: Path) -> None:
    path = write("items.csv.gz", ITEMS * 100)
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(UsageError, match="cannot be unpacked"):
        load(items=path)
    with pytest.raises(UsageError, match="no file"):
        load(items=tmp_path / "nowhere.csv")


def test_a_log_of_which_nothing_fits_is_refused(write: Write) -> None:
    with pytest.raises(UsageError, match=r"no interaction .* can be used: unknown item; first log.csv:2"):
        load(items=write("items.csv", ITEMS), interactions=write("log.csv", "user_id,item_id\nu,77\n"))


def test_a_catalogue_needs_no_log(write: Write) -> None:
    dataset = load(items=write("shop/items.csv", ITEMS))
    assert (len(dataset.items), len(dataset.log), dataset.name, dataset.noun) == (3, 0, "shop", "item")


def test_a_folder_of_tables_is_a_source(write: Write, tmp_path: Path) -> None:
    write("shop/items.csv", ITEMS)
    write("shop/interactions.csv", "user_id,item_id\nu,2\n")
    dataset = load(source=tmp_path / "shop")
    assert (dataset.name, dataset.log.items) == ("shop", ["2"])
    with pytest.raises(UsageError, match="not both"):
        load(dataset="ml-100k", items=tmp_path / "shop" / "items.csv")
    with pytest.raises(UsageError, match="need items"):
        load(interactions=tmp_path / "shop" / "interactions.csv")
    with pytest.raises(UsageError, match="nothing to read"):
        load()


@pytest.mark.data
@pytest.mark.parametrize(
    ("folder", "items", "events"),
    [
        ("movielens_latest_small", 9742, 100_836),
        ("amazon_games", 16_859, 389_718),
        ("redial", 6922, 0),
        ("inspired", 1818, 0),
        ("opendialkg_movies", 3672, 0),
        ("lastfm", 4606, 0),
    ],
)
def test_development_data_reads_whole(development_data: Path, folder: str, items: int, events: int) -> None:
    dataset = load(source=development_data / folder)
    assert (len(dataset.items), len(dataset.log)) == (items, events)


def test_a_description_is_the_text_where_no_column_is_called_so(write: Write) -> None:
    report = Report()
    path = write("i.csv", "item_id,title,Overview,summary\n1,Alien,A crew meets it.,short\n2,Heat,,\n")
    first, second = checked_items(read_columns(path, "items", report), report)
    assert first.text == "A crew meets it."
    assert first.facts == {"summary": "short"}
    assert second.text == ""
    assert report.remarks == ["i.csv: there is no column 'text'; 'overview' is read as the text"]


@pytest.mark.parametrize(
    ("column", "cells", "years"),
    [
        ("vintage", ("2015", ""), (2015, None)),
        ("release_date", ("1979-05-25", "1995"), (1979, 1995)),
        ("released", ("yes", "no"), (None, None)),
        ("opened", ("9", "12"), (None, None)),
        ("plays", ("1999", "2001"), (None, None)),
    ],
)
def test_a_column_of_years_is_the_year_where_no_column_is_called_so(
    write: Write, column: str, cells: tuple[str, str], years: tuple[int | None, int | None]
) -> None:
    report = Report()
    path = write("y.csv", f"item_id,title,{column}\n1,Alien,{cells[0]}\n2,Heat,{cells[1]}\n")
    found = checked_items(read_columns(path, "items", report), report)
    assert tuple(item.year for item in found) == years
    assert column in found[0].facts
    told = [f"y.csv: there is no column 'year'; {column!r} is read as the year, too"]
    assert report.remarks == (told if any(years) else [])


def test_a_description_beside_a_text_and_one_in_numbers_stay_facts(write: Write) -> None:
    report = Report()
    beside = write("a.csv", "item_id,title,text,description\n1,Alien,Long.,Short.\n")
    (item,) = checked_items(read_columns(beside, "items", report), report)
    assert item.text == "Long."
    assert item.facts == {"description": "Short."}
    numbers = write("b.csv", "item_id,title,plot\n1,Field,12\n")
    (item,) = checked_items(read_columns(numbers, "items", report), report)
    assert item.text == ""
    assert item.facts == {"plot": 12}
