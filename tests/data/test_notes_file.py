"""The notes on films that come with convrec: their form, and that every key is a film of the demo catalogue."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files

import pytest

from convrec import config
from convrec.data.titles import normalise_title

HERE = files("convrec.data.notes")
LINES = [json.loads(line) for line in HERE.joinpath("movies.jsonl").read_text("utf-8").splitlines()]
WORDS = {name: set(words) for name, words in json.loads(HERE.joinpath("vocabulary.json").read_text("utf-8")).items()}
LISTS = ("director", "cast", "country", "language", "themes", "moods")


def test_there_are_at_least_1450_films_with_a_text():
    assert sum(bool(line.get("text")) for line in LINES) >= 1450


def test_no_film_is_noted_twice():
    assert [key for key, count in Counter((line["title"], line["year"]) for line in LINES).items() if count > 1] == []


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line['title']}-{line['year']}")
def test_a_note_has_the_agreed_form(line):
    assert set(line) <= {"title", "year", "runtime", "setting", "text", "sure", *LISTS}
    assert line["title"] == normalise_title(line["title"])
    assert 1890 <= line["year"] <= 1999
    assert line["sure"] in ("high", "medium")
    for name in LISTS:
        values = line.get(name, [])
        assert all(isinstance(value, str) and value == value.strip() and value for value in values), name
        assert len(values) == len(set(values)), name
    assert len(line.get("cast", [])) <= 4
    assert "runtime" not in line or 3 <= line["runtime"] <= 600
    assert set(line.get("setting", {})) <= {"time", "place"}
    assert "themes" not in line or (2 <= len(line["themes"]) <= 6 and set(line["themes"]) <= WORDS["themes"])
    assert "moods" not in line or (2 <= len(line["moods"]) <= 4 and set(line["moods"]) <= WORDS["moods"])
    assert "text" not in line or 20 <= len(line["text"].split()) <= 45


def also(item):
    return item.facts.get("also", ())


@pytest.mark.data
def test_every_note_is_on_a_film_of_the_demo_catalogue():
    from convrec.data.sources import load

    if not (config.home() / "datasets").is_dir():
        pytest.skip("MovieLens-100k has not been fetched; `make demo` does")
    catalogue = load(dataset="ml-100k")
    films = {(normalise_title(title), item.year) for item in catalogue.items for title in (item.title, *also(item))}
    assert {(line["title"], line["year"]) for line in LINES} - films == set()
    told = {item.id for item in catalogue.items if item.text}
    assert len(told) >= 1450
    rated = Counter(event.item_id for event in catalogue.log.interactions())
    assert sum(count for item, count in rated.items() if item in told) >= 0.98 * rated.total()
