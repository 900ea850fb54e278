"""An adapter has a row of its own only where training cannot have seen what it would be judged by."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from convrec.evaluate.ranking import ADAPTED, UNTUNED, WITHOUT, _own


def rows(ranker, *, weight=0.5, llm=False, split="last-item-out", validation=False):
    """Names of our own rows, and the notes."""
    settings = SimpleNamespace(retrieve=SimpleNamespace(sequence_weight=weight))
    rec = SimpleNamespace(stages=SimpleNamespace(sequence=ranker), settings=settings, model=object() if llm else None)
    notes: list[str] = []
    return [system.name for system in _own(rec, llm, notes, split, validation)], notes


def ranker(held_out):
    return SimpleNamespace(held_out_newest=held_out)


def test_one_held_out_event_is_enough_for_tests():
    names, notes = rows(ranker(1))
    assert names == ["convrec, retrieval alone", WITHOUT, ADAPTED]
    assert notes == []


def test_without_held_out_events_there_is_a_note_and_no_row():
    names, notes = rows(ranker(0))
    assert names == ["convrec, retrieval alone", WITHOUT]
    assert len(notes) == 1
    assert "left out the newest 0 events" in notes[0]
    assert "--hold-out 1" in notes[0]


@pytest.mark.parametrize(("held_out", "there"), [(2, True), (1, False)])
def test_validation_needs_two(held_out, there):
    names, notes = rows(ranker(held_out), validation=True)
    assert (ADAPTED in names) is there
    assert bool(notes) is not there
    assert there or "--hold-out 2" in notes[0]


def test_a_split_by_time_is_not_covered_by_held_out_newest_events():
    names, notes = rows(ranker(2), split="global-time")
    assert ADAPTED not in names
    assert "may have seen what global-time asks for" in notes[0]
    assert "evaluate last-item-out" in notes[0]


def test_a_weight_of_0_is_said():
    names, notes = rows(ranker(2), weight=0.0)
    assert names[-1] == ADAPTED
    assert notes == ["the adapter's weight is 0 here: convrec tune fusion chooses it"]


def test_without_an_adapter_nothing_is_said():
    assert rows(None) == (["convrec, retrieval alone", WITHOUT], [])
    assert rows(None, llm=True)[0] == ["convrec, retrieval alone", WITHOUT, UNTUNED]
