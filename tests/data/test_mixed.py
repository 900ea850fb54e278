"""Amounts that a column types in several ways: two units, options side by side, notes behind, counts in brackets."""

from __future__ import annotations

import pytest

from convrec.data.cells import fact_values
from convrec.data.measures import measure_of, ranges_of
from convrec.data.mixed import mixed_of


@pytest.mark.parametrize(
    ("column", "words", "facts"),
    [
        ("screen", ['6.1"', "13.3 in", "14 inch"], {"screen_inch": (6.1, 13.3, 14.0)}),
        ("weight", ["174 g", "1.24 kg", "n/a", "900 g"], {"weight_g": (174.0, 1240.0, None, 900.0)}),
        ("warranty", ["24 months", "2 years", "3 yrs"], {"warranty_years": (2.0, 2.0, 3.0)}),
        ("camera mp", ["50+12", "12", "108+8+2"], {"camera mp": (50.0, 12.0, 108.0)}),
        ("spf", ["50+", "30", "15", "50"], {"spf": (50.0, 30.0, 15.0, 50.0)}),
        ("life", ["up to 20 hours", "8 h", "15.5 hrs"], {"life_h": (20.0, 8.0, 15.5)}),
        ("plays", ["61:30", "45 min", "1 h 8 min", "52 min"], {"plays_min": (61.5, 45.0, 68.0, 52.0)}),
        ("price", ["free", "£3/month", "£5/month", "£4/month"], {"price_gbp": (0.0, 3.0, 5.0, 4.0)}),
        ("size", ["50 ml / 1.7 oz", "30ml", "1 oz", "100 ml"], {"size_ml": (50.0, 30.0, 29.6, 100.0)}),
        (
            "ram",
            ["8 / 16 GB", "8 GB", "4 GB"],
            {"min ram_gb": (8.0, 8.0, 4.0), "max ram_gb": (16.0, 8.0, 4.0)},
        ),
        (
            "storage",
            ["256 GB / 1 TB", "512 GB SSD", "64 GB"],
            {"min storage_gb": (256.0, 512.0, 64.0), "max storage_gb": (1000.0, 512.0, 64.0)},
        ),
        (
            "minutes_per_episode",
            ["20-30 min", "45", "1h 30 min", "ca. 60 minutes"],
            {
                "min minutes_per_episode": (20.0, 45.0, 90.0, 60.0),
                "max minutes_per_episode": (30.0, 45.0, 90.0, 60.0),
            },
        ),
        (
            "battery",
            ["4000 mAh", "57 Wh", "5000 mAh", "80 Wh", "3000 mAh", "41 Wh"],
            {
                "battery_mah": (4000.0, None, 5000.0, None, 3000.0, None),
                "battery_wh": (None, 57.0, None, 80.0, None, 41.0),
            },
        ),
        (
            "rating",
            ["4.3 (213)", "4.1 (1,012)", "no reviews yet", "3.9 (7)"],
            {"rating": (4.3, 4.1, None, 3.9), "reviews": (213.0, 1012.0, None, 7.0)},
        ),
    ],
)
def test_amounts_typed_in_several_ways_are_numbers_in_one_unit(
    column: str, words: list[str], facts: dict[str, tuple[float | None, ...]]
) -> None:
    mixed = mixed_of(column, words)
    assert mixed is not None
    assert mixed.facts == facts


@pytest.mark.parametrize(
    "words",
    [
        ["7 Wonders", "8 Mile", "9 to 5"],
        ["24/7", "9/11", "50/50", "Fargo"],
        ["6-8 h", "weak", "strong", "4 h"],
        ["10:00-18:00", "9:30-17:00", "closed"],
        ["9:30", "10:15", "11:00"],
        ["2024-01-02", "2023-05-06", "2022-07-08"],
    ],
)
def test_names_times_of_day_and_words_are_no_amounts(words: list[str]) -> None:
    assert mixed_of("x", words) is None


def test_words_behind_numbers_are_notes_and_rates_are_told() -> None:
    sale = mixed_of("price", ["£5 (sale)", "13.99", "£28"])
    assert sale is not None
    assert (sale.facts, sale.notes) == ({"price_gbp": (5.0, 13.99, 28.0)}, ("sale", "", ""))
    paid = mixed_of("price", ["free", "£3/month", "£5/month", "£4/month"])
    assert paid is not None
    assert paid.each == "month"


def test_a_point_before_three_digits_of_a_price_parts_thousands() -> None:
    old = measure_of(["699 €", "1.199 €", "2.099 €"])
    assert old is not None
    assert old.values == (699.0, 1199.0, 2099.0)
    weight = measure_of(["1.240 kg", "2.100 kg"])
    assert weight is not None
    assert weight.values == (1.24, 2.1)


def test_what_is_promised_up_to_is_one_number_and_an_open_end_lies_above_all() -> None:
    assert ranges_of(["10 h", "up to 29 hours", "15.5 h", "up to 12 hours"]) is None  # one number each
    episodes = ranges_of(["200+", "900", "50-60", "12"])
    assert episodes is not None
    assert episodes.highs == (200.0, 900.0, 60.0, 12.0)


def test_a_slash_may_stand_beside_another_mark_and_what_says_nothing_is_nothing() -> None:
    cells = ["dry / sensitive", "oily, combination", "dry", "sensitive, dry", "oily", "combination / oily", "n/a"]
    assert fact_values(cells)[:2] == [("dry", "sensitive"), ("oily", "combination")]
    assert fact_values(cells)[-1] is None
    assert fact_values(["mint", "VG+", "good", "n/a", "mint", "good"])[3] is None
