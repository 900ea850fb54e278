"""Tables as shops write them: prices with currency, decimal commas, lists with commas, zeros and ones, odd names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from convrec.data.cells import fact_values
from convrec.data.dataset import Dataset
from convrec.data.measures import measure_of
from convrec.data.sources import load
from convrec.errors import UsageError
from convrec.signal import Scale
from convrec.types import Interaction


@pytest.mark.parametrize(
    ("words", "unit", "values"),
    [
        (["€39.95", "€9", "€1,299.00"], "eur", (39.95, 9.0, 1299.0)),
        (["12,90 €", "1.049,00 €", "-"], "eur", (12.9, 1049.0, None)),
        (["USD 12.50", "usd 3"], "usd", (12.5, 3.0)),
        (["250 g", "1,200 g"], "g", (250.0, 1200.0)),
        (["45 min", "n/a"], "min", (45.0, None)),
        (["1,234", "56"], "", (1234.0, 56.0)),
        (["3,5", "4,25"], "", (3.5, 4.25)),
        (["5 %"], "percent", (5.0,)),
        (["£7,450", "POA", "£900"], "gbp", (7450.0, None, 900.0)),
        (["£4.50", "Free", "on request"], "gbp", (4.5, 0.0, None)),
        (["12", "free"], "", (12.0, 0.0)),
    ],
)
def test_numbers_as_people_write_them(words: list[str], unit: str, values: tuple[float | None, ...]) -> None:
    measure = measure_of(words)
    assert measure is not None
    assert (measure.unit, measure.values) == (unit, values)


@pytest.mark.parametrize(
    "words",
    [
        ["36,37,38", "40,41"],
        ["1 kg", "250 g"],
        ["€5", "$5"],
        ["7 Wonders", "8"],
        ["2024-01-02"],
        ["n/a"],
        ["PG-13"],
        ["5 g", "free"],
    ],
)
def test_what_is_no_single_amount_stays_words(words: list[str]) -> None:
    assert measure_of(words) is None


def test_lists_with_commas_and_semicolons_are_lists_and_names_are_names() -> None:
    assert fact_values(["dice, cards", "cards", "cards, trade"])[0] == ("dice", "cards")
    assert fact_values(["hell; schattig", "schattig", "schattig; hell"])[0] == ("hell", "schattig")
    for names in (["Paris, France", "Lyon, France", "Nice, France"], ["Tolkien, J. R. R.", "Lewis, C. S."]):
        assert fact_values(names) == names


def test_zeros_and_ones_are_answers_where_the_name_counts_nothing() -> None:
    assert fact_values([0, 1, None], "waterproof") == [False, True, None]
    assert fact_values(["0", "1"], "explicit") == [False, True]
    assert fact_values([0, 1], "num_prizes") == [0, 1]
    assert fact_values([0, 1], "wins") == [0, 1]
    assert fact_values([0, 1, 2], "waterproof") == [0, 1, 2]
    assert fact_values(["ja", "nein", ""], "giftig") == [True, False, None]


def shop(folder: Path, text: str, name: str = "items.csv", **more: Path) -> Dataset:
    (folder / name).write_text(text, encoding="utf-8")
    return load(items=folder / name, **more)


def test_a_shop_of_semicolons_and_euros_is_read_and_told(tmp_path: Path) -> None:
    rows = [
        f"{n};Pflanze {n};{n},90 €;{'ja' if n % 2 else 'nein'};Wächst am Fenster und braucht nur {n} Glas Wasser"
        for n in range(4)
    ]
    loaded = shop(tmp_path, "item_id;title;preis;giftig;wie sie ist\n" + "\n".join(rows) + "\n")
    assert loaded.items[1].facts == {"preis_eur": 1.9, "giftig": True}
    assert loaded.items[1].text.startswith("Wächst")
    assert "'preis_eur'" in str(loaded.report)
    assert "'wie sie ist' is read as the text" in str(loaded.report)


def test_a_year_is_found_by_any_of_its_names_and_one_old_thing_does_not_hide_it(tmp_path: Path) -> None:
    rows = "\n".join(f"{n},Game {n},{1990 + n}" for n in range(19))
    loaded = shop(tmp_path, f"item_id,title,yearpublished\n{rows}\n19,Go,-2200\n")
    assert loaded.items[3].year == 1993
    assert loaded.items[19].year is None


def test_columns_of_a_log_that_are_not_used_are_named(tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    log.write_text(json.dumps({"user_id": "u", "item_id": "1", "plays": 4}) + "\n")
    loaded = shop(tmp_path, "item_id,title\n1,One\n", interactions=log)
    assert "log.jsonl: not used: plays" in str(loaded.report)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("items.csv", "sku,name\n1,a\n", "rename 'sku' to 'item_id'"),
        ("items.csv", "item_id,product_name\n1,a\n", "rename 'product_name' to 'title'"),
        ("items.json", '[{"item_id": 1}]', "one JSON object a line"),
        ("items.jsonl", '[{"item_id": 1}]', "one JSON object a line"),
        ("items.xlsx", "x", "save the sheet as CSV"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_way_out(tmp_path: Path, name: str, text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        shop(tmp_path, text, name)


def test_a_log_without_users_names_its_own_columns(tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.write_text("customer,sku\nu,1\n")
    with pytest.raises(UsageError, match=r"found: customer, sku.*rename 'customer' to 'user_id'"):
        shop(tmp_path, "item_id,title\n1,One\n", interactions=log)
    with pytest.raises(UsageError, match="is a folder"):
        load(items=tmp_path)


def test_what_was_sent_back_is_no_liking() -> None:
    assert Scale().signal(Interaction("u", "1", kind="return")) < 0
    assert Scale().signal(Interaction("u", "1", kind="wishlist")) > 0.5
