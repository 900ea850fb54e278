"""Columns as shops type them: two units in a cell, units left out, months from one to another, yes and Y."""

from __future__ import annotations

from datetime import date

from convrec.data.cells import fact_values
from convrec.data.harm import harm_of
from convrec.data.measures import measure_of, pair_of, ranges_of
from convrec.data.mixed import mixed_of
from convrec.data.moments import moments_of
from convrec.data.months import months_of


def test_one_amount_in_two_units_is_two_numbers() -> None:
    pair = pair_of(["110 hp / 81 kW", "75 PS (55 kW)", "n/a"])
    assert pair is not None
    assert [(one.name("power"), one.values) for one in pair] == [
        ("power_hp", (110.0, 75.0, None)),
        ("power_kw", (81.0, 55.0, None)),
    ]
    assert pair_of(["16 / 9", "4 / 3"]) is None
    assert pair_of(["5 m / 3 apples"]) is None


def test_a_unit_that_was_left_out_is_the_one_of_the_other_cells() -> None:
    measure = measure_of(["4 weeks", "6", "1 week"])
    assert measure is not None
    assert (measure.unit, measure.values) == ("weeks", (4.0, 6.0, 1.0))


def test_degrees_may_lie_below_zero() -> None:
    measure = measure_of(["-15 °C", "5 °C", "-20°"])
    assert measure is not None
    assert (measure.name("hardiness"), measure.values) == ("hardiness_°c", (-15.0, 5.0, -20.0))


def test_what_is_paid_every_month_stands_beside_prices_that_are_paid_once() -> None:
    measure = measure_of([*("$49", "free", "$19.50", "$7") * 4, "$39/month"])
    assert measure is not None
    assert (measure.unit, measure.values[1], measure.values[-1]) == ("usd", 0.0, None)


def test_ranges_of_lengths_are_told_in_one_unit() -> None:
    ranges = ranges_of(["40-60 cm", "1.5-2 m", "30 cm", "2 m"])
    assert ranges is not None
    assert (ranges.lows, ranges.highs, ranges.unit) == ((40.0, 150.0, 30.0, 200.0), (60.0, 200.0, 30.0, 200.0), "cm")
    hours = ranges_of(["2-3 h", "4 hours", "3–5 hours"])
    assert hours is not None
    assert (hours.unit, hours.highs) == ("hours", (3.0, 4.0, 5.0))
    assert ranges_of(["9.00-17.00", "10.30-18.00", "9.00-12.00"]) is None


def test_months_from_one_to_another_are_all_of_them() -> None:
    assert months_of(["Dec-Feb", "May", "-"]) is None  # two cells may be anything
    assert months_of(["Dec-Feb", "May", "sept, Nov.", "-"]) == [
        ("December", "January", "February"),
        ("May",),
        ("September", "November"),
        (),
    ]
    assert fact_values(["Jun-Aug", "July", "", "May"])[:3] == [("June", "July", "August"), ("July",), None]


def test_a_word_is_told_in_one_spelling_and_y_is_yes() -> None:
    assert fact_values(["beginner", "Beginner", "beginner", "advanced"]) == ["beginner"] * 3 + ["advanced"]
    assert fact_values(["yes", "Y", "n", "semi", "no"] * 2)[:5] == ["yes", "yes", "no", "semi", "no"]
    assert fact_values(["N", "S", "E", "W", "N", "S"])[0] == "N"  # directions, not answers


def test_lowest_ages_are_told_in_several_ways() -> None:
    ranges = ranges_of(["8+", "from 10", "12 and up", "14+"])
    assert ranges is not None
    assert (ranges.lows, set(ranges.highs)) == ((8.0, 10.0, 12.0, 14.0), {99.0})
    assert ranges_of(["from 15", "12", "from 9", "20"]) is None  # prices


def test_grades_with_a_count_with_a_top_and_alone_are_one_number() -> None:
    mixed = mixed_of("rating", ["4.3 (213 ratings)", "4.9/5", "4.1", "3.8 (12)", "4.0 (9)", "n/a"])
    assert mixed is not None
    assert mixed.facts["rating"] == (4.3, 4.9, 4.1, 3.8, 4.0, None)
    measure = measure_of(["4.9/5", "4.1", "3.8/5"])
    assert measure is not None
    assert measure.values == (4.9, 4.1, 3.8)


def test_a_list_may_be_parted_by_another_mark_in_each_cell() -> None:
    games = ["drafting; bluffing", "drafting, dice", "dice / bluffing", "bluffing", "dice; drafting", "bluffing, dice"]
    games.append("drafting / dice")
    assert fact_values(games)[:3] == [("drafting", "bluffing"), ("drafting", "dice"), ("dice", "bluffing")]
    towns = ["Paris, France", "Rome, Italy; Bari, Italy", "Paris, France", "Bari, Italy"]
    assert ("France",) not in fact_values(towns)


def test_spellings_of_one_word_are_told_as_most_cells_have_it() -> None:
    assert set(fact_values(["Neukölln", "Neukölln", "neukoelln", "Mitte", "Mitte", "Mitte"])) == {"Neukölln", "Mitte"}
    assert set(fact_values(["beginner", "Beginner", "beginner", "beginners", "expert", "expert"])) == {
        "beginner",
        "expert",
    }


def test_ticks_say_yes_and_blanks_no() -> None:
    assert fact_values(["x", "", "X", None]) == [True, False, True, False]
    assert fact_values(["x", "y", "z", ""]) == ["x", "y", "z", None]


def test_what_is_there_from_now_on_has_a_first_day() -> None:
    cells = {"available from": ["now", "01.02.2027", "ab 15.3.2027", "sofort"]}
    facts = moments_of(cells, date(2026, 12, 1)).facts["available from"]
    assert facts["available from"] == ["2026-12-01", "2027-02-01", "2027-03-15", "2026-12-01"]
    assert not any("end" in name for name in facts)


def test_whom_things_harm_is_told_though_the_column_is_called_after_them() -> None:
    harm = harm_of("pets", ["toxic to cats and dogs", "non-toxic", "toxic to cats, dogs", "safe", "toxic to pets", "?"])
    assert harm is not None
    assert (harm.name, harm.values) == (
        "toxic to",
        (("cats", "dogs"), ("none",), ("cats", "dogs"), ("none",), ("cats", "dogs"), ()),
    )
    assert harm_of("pets", ["toxic", "non-toxic", "toxic", "toxic"]) is not None
    assert harm_of("materials", ["toxic", "non-toxic", "toxic", "toxic"]) is None


def test_hours_that_something_takes_are_no_times_of_day() -> None:
    cells = {"hours": ["2 h", "10 h", "12 h", "20 h"], "starts": ["18 h", "19 h", "20 h", "14 h"]}
    assert list(moments_of(cells, date(2026, 12, 1)).facts) == ["starts"]


def test_ticks_among_answers_are_yes_and_what_is_blank_is_not_told() -> None:
    assert fact_values(["x", "yes", "no", None, "✓"]) == [True, True, False, None, True]
    assert fact_values(["x", None, "x"]) == [True, False, True]
