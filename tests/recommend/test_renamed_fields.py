"""A field whose numbers were written with a unit carries it in its name, and is found by its old one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from convrec import Recommender, workspace
from convrec.data.sources import load
from convrec.errors import UsageError
from convrec.testing.hashing import HashingEncoder
from convrec.types import Filter


@pytest.fixture
def rec(tmp_path: Path) -> Iterator[Recommender]:
    items = tmp_path / "cars.jsonl"
    cars = [
        {"item_id": f"c{n}", "title": f"Car {n:02d}", "price": "POA" if n == 9 else f"£{n},500", "text": "A small car."}
        for n in range(1, 10)
    ]
    items.write_text("".join(json.dumps(car) + "\n" for car in cars))
    folder, encoder = tmp_path / "shop", HashingEncoder()
    workspace.init(folder, load(items=items), encoder=encoder, noun="car", verb="drove")
    with Recommender.open(folder, encoder=encoder, models={"llm": "none"}) as opened:
        yield opened


def test_a_filter_is_taken_by_the_old_name(rec: Recommender) -> None:
    assert "price_gbp" in rec.catalogue.fields
    for name in ("price", "price_gbp"):
        found = rec.recommend(filters=[Filter(name, "at_most", (3000.0,))], k=9)
        assert {one.item.id for one in found} == {"c1", "c2"}
    answer = rec.answer(filters=[Filter("price", "at_least", (8000.0,))], k=9)
    assert [one.field for one in answer.request.filters] == ["price_gbp"]
    assert [one.item.id for one in answer.recommendations] == ["c8"]


def test_a_name_that_nothing_has_is_refused(rec: Recommender) -> None:
    with pytest.raises(UsageError, match="no field 'cost'"):
        rec.recommend(filters=[Filter("cost", "at_most", (3000.0,))])


def test_an_edit_of_the_profile_speaks_of_the_field_by_its_old_name(rec: Recommender) -> None:
    with pytest.raises(UsageError, match="no item has price gbp"):
        rec.edit_profile("somebody", action="ignore", facet="price", value="dear")
