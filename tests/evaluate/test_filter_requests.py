"""Requests of the filters evaluation are said as people say them."""

from __future__ import annotations

import re

import numpy as np

from convrec.data.catalogue import ItemTable
from convrec.days import WEEKDAYS
from convrec.dialogue.words.fields import fields_of
from convrec.evaluate.filter_requests import RequestMaker, Spoken
from convrec.types import Item

_HOURS = (2, 4, 8, 12)


def made(count: int = 300) -> list[Spoken]:
    """Requests over a nursery with ranges, degrees, harm and words that do not say of what."""
    shop = ItemTable(
        [
            Item(
                f"{n}",
                f"Plant {n}",
                None,
                (),
                "",
                {
                    "min hours per week_hours": _HOURS[n % 4] / 2,
                    "max hours per week_hours": _HOURS[n % 4],
                    "max height_cm": 20 * (n + 1),
                    "min height_cm": 10 * (n + 1),
                    "water": ("high", "little")[n % 2],
                    "toxic to": ("cats", "dogs", "none")[n % 3],
                },
            )
            for n in range(24)
        ]
    )
    maker = RequestMaker(shop, fields_of(shop), "plant", np.random.default_rng(0))
    return [maker.make() for _ in range(count)]


def said() -> list[str]:
    return [message for one in made() for message in one.messages]


def test_ends_of_a_range_are_asked_for_by_its_name() -> None:
    messages = " | ".join(said())
    assert re.search(r"at (?:most|least) \d+ hours per week\b", messages)
    assert re.search(r"\bheight at (?:most|least) \d+ cm\b", messages)
    assert not re.search(r"\b(?:min|max|minutes)\b", messages)


def test_words_that_do_not_say_of_what_stand_with_the_name_of_their_field() -> None:
    messages = said()
    assert any("high water" in one for one in messages)
    assert not any(
        re.search(r"\b(?:high|little) plants", one) or re.search(r"not (?:high|little)", one) for one in messages
    )


def test_nobody_wants_what_does_harm() -> None:
    kinds = {condition.kind for one in made() for condition in one.conditions if condition.field == "toxic to"}
    assert kinds == {"refused closed"}


def test_a_day_and_a_day_of_the_week_that_it_may_not_be_are_not_asked_for_at_once() -> None:
    facts = [{"date": f"2027-01-{n + 4:02}", "weekday": WEEKDAYS[n % 7]} for n in range(20)]  # the 4th is a Monday
    shows = ItemTable([Item(f"{n}", f"Show {n}", facts=told) for n, told in enumerate(facts)])
    maker = RequestMaker(shows, fields_of(shows), "show", np.random.default_rng(0))
    kinds = [{condition.kind for condition in maker.make().conditions} for _ in range(200)]
    assert {"days", "weekday"} <= set().union(*kinds)
    assert not any({"days", "weekday"} <= one for one in kinds)
