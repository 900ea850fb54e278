"""How well messages are read: the measure itself, typos of titles, and the command."""

from __future__ import annotations

import json

import numpy as np
import pytest

from convrec.cli.main import run
from convrec.data.catalogue import ItemTable
from convrec.dialogue.readers.slots import Parse, Span
from convrec.dialogue.sense.understand import Understander
from convrec.errors import UsageError
from convrec.evaluate.consequence import as_written, by_hand, compare
from convrec.evaluate.reading import Shelf, evaluate, in_view, linked, misspelt
from convrec.evaluate.understanding import bare, judge
from convrec.types import Item

SHELF = ItemTable(
    [
        Item(str(number), title, 1990 + number, ("Western",) if number % 2 else ("Comedy",))
        for number, title in enumerate(
            ("Copperfall", "Lantern Street", "The Quiet Orbit", "Dust and Silver", "Robot Picnic", "Midnight Parade")
        )
    ]
)


def parse(text, *spans, acts=("recommend",)):
    return Parse(
        text, tuple(Span(text.index(words), text.index(words) + len(words), slot) for words, slot in spans), acts
    )


def test_the_words_count_and_not_what_stands_at_their_edges():
    wanted = parse("horror films from the 70s", ("horror films", "want"), ("from the 70s", "when"))
    found = parse("horror films from the 70s", ("horror", "want"), ("70s", "when"))
    figures = judge([wanted], [found])
    assert figures.f1.mean == 1.0
    assert figures.exact.mean == 0.0
    assert bare("and not of the", Span(4, 7, "not")) == Span(4, 7, "not")


def test_slots_acts_and_negations_are_counted_by_themselves():
    wanted = [
        parse("a western, no comedy", ("western", "want"), ("comedy", "not"), acts=("recommend", "greet")),
        parse("i hated it", ("it", "hated"), acts=("feedback",)),
    ]
    found = [
        parse("a western, no comedy", ("western", "not"), ("comedy", "not"), acts=("recommend",)),
        parse("i hated it", ("it", "liked"), acts=("feedback",)),
    ]
    figures = judge(wanted, found)
    assert figures.exact.mean == pytest.approx(1 / 3)
    assert (figures.main_act.mean, figures.all_acts.mean) == (1.0, 0.5)
    assert figures.negations.mean == 0.5
    assert figures.turned.mean == 1.0
    assert figures.slots["not"] == {
        "precision": 0.5,
        "recall": 1.0,
        "F1": pytest.approx(2 / 3),
        "wanted": 1,
        "found": 2,
    }
    assert figures.acts["greet"]["recall"] == 0.0
    assert figures.exact.low <= figures.exact.mean <= figures.exact.high


def test_places_of_a_mended_text_are_found_in_what_was_written():
    read = parse("I don't like war films", ("war", "not"))
    assert as_written(read, "I dont like war films") == parse("I dont like war films", ("war", "not"))


def test_a_typo_changes_one_letter_and_never_the_first():
    draw = np.random.default_rng(0)
    for _ in range(200):
        wrong = misspelt("Lantern Street", draw)
        assert wrong[0] == "L"
        assert abs(len(wrong) - 14) <= 1


def test_titles_are_linked_with_a_typo():
    figures = linked(Understander(SHELF, "film"), count=6)
    assert figures["titles"] == 6
    assert figures["as written"].mean == 1.0
    assert figures["one typo"].mean >= 5 / 6


def lines():
    said = (
        ("a western please", [[2, 9, "want"]], ["recommend"], "open"),
        ("no comedies", [[3, 11, "not"]], ["inform"], "open"),
        ("hello", [], ["greet"], "held"),
    )
    return [
        {"text": text, "spans": spans, "acts": acts, "part": part, "catalogue": "film"}
        for text, spans, acts, part in said
    ]


def test_readers_stand_beside_each_other_and_parts_stay_apart():
    uttered = [(Parse(one["text"], tuple(Span(*span) for span in one["spans"]), tuple(one["acts"])), one)
               for one in lines()]  # fmt: skip
    shelves = {"film": Shelf(Understander(SHELF, "film"))}
    figures = evaluate(uttered, shelves, None, part="open", titles=0)
    assert figures["messages"] == 2
    assert list(figures["readers"]) == ["rules"]
    assert figures["readers"]["rules"]["film"].f1.mean == 1.0
    assert figures["milliseconds"]["rules"]["p50"] > 0
    with pytest.raises(UsageError, match=r"'shut'.*held, open"):
        evaluate(uttered, shelves, None, part="shut")


def by_hands(text, *spans, acts=("recommend",)):
    """What a message means by a reading given as pairs of words and slot."""
    placed = [Span(text.index(words), text.index(words) + len(words), slot) for words, slot in spans]
    reader = by_hand(Understander(SHELF, "film"), Parse(text, tuple(placed), acts))
    return reader.understand(text, in_view(reader))


def test_labels_that_come_to_the_same_change_the_same():
    wish, mood = (by_hands("something bleak please", ("bleak", slot)) for slot in ("want", "mood"))
    assert compare([wish], [mood]).f1.mean == 1.0
    assert compare([wish], [mood]).same.mean == 1.0
    against = by_hands("something bleak please", ("bleak", "unmood"))
    assert compare([wish], [against]).f1.mean == 0.0


def test_what_is_read_by_hand_is_certain_and_goes_the_whole_way():
    text = "dont want westerns, Copperfall was great"
    meaning = by_hands(text, ("westerns", "not"), ("Copperfall", "loved"), acts=("feedback", "inform"))
    assert [(one.op, one.values) for one in meaning.filters] == [("none_of", ("Western",))]
    assert [one.verdict for one in meaning.feedback] == ["like"]
    other = by_hands(text, ("westerns", "not"), ("Copperfall", "hated"), acts=("feedback", "inform"))
    told = compare([meaning, meaning], [meaning, other])
    assert told.changes == 4
    assert told.f1.mean == pytest.approx(2 / 3)  # two of three are the same: what is hated is not to be shown either
    assert told.same.mean == 0.5


def test_the_command_prints_figures_of_the_rules_where_no_llm_is(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("CONVREC_MODELS__LLM", "none")
    (tmp_path / "said.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines()))
    (tmp_path / "items.jsonl").write_text(
        "".join(
            json.dumps({"item_id": item.id, "title": item.title, "genres": item.genres}) + "\n" for item in SHELF.items
        )
    )
    given = [
        "evaluate",
        "understanding",
        str(tmp_path / "said.jsonl"),
        "--catalogue",
        f"film={tmp_path / 'items.jsonl'}",
    ]
    assert run([*given, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["readers"]) == {"rules"}
    assert told["titles"]["film"]["titles"] == 6
    assert run([*given, "--titles", "0"]) == 0
    printed = capsys.readouterr().out
    assert "slot F1" in printed
    assert "change F1" in printed
    with pytest.raises(UsageError, match="KIND=PATH"):
        run(["evaluate", "understanding", str(tmp_path / "said.jsonl"), "--catalogue", "film"])
