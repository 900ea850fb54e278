"""What was taken to last: said with its events, kept up with them, and the person's to correct."""

from __future__ import annotations

import pytest

from convrec.evaluate.recount import faults
from convrec.profile.edits import Edit
from convrec.profile.facets import Facets
from convrec.profile.latest import STATEMENT_ID
from convrec.profile.profiler import TasteProfiler
from convrec.profile.reading import ProfileReader
from convrec.signal import Scale
from convrec.testing.scripted import ScriptedChatModel
from convrec.testing.shelf import games, played, strategist


def newest(profiler, history, edits=()):
    return next((one for one in profiler.statements(history, edits) if one.id == STATEMENT_ID), None)


def test_the_newest_liked_items_are_said_with_their_events(profiler, shelf):
    statement = newest(profiler, strategist())
    assert [one.item_id for one in statement.evidence] == ["harbour-2", "harbour-0", "castle-4"]
    assert not faults(statement, strategist(), shelf, Scale())
    text = profiler.profile(strategist()).text
    assert all(one.title.partition(" (")[0] in text for one in statement.evidence)


def test_an_event_more_changes_it(profiler):
    events = [(f"castle-{n}", 5.0) for n in range(7)]
    assert newest(profiler, played([*events, ("garden-1", 4.0)])).evidence[0].item_id == "garden-1"
    assert newest(profiler, played([*events, ("garden-1", 1.0)])).evidence[0].item_id == "castle-6"


def test_few_likes_are_all_new_and_not_said_to_be_the_latest(profiler):
    assert newest(profiler, played([(f"castle-{n}", 5.0) for n in range(5)])) is None


def test_what_was_only_played_is_not_said_to_be_liked(profiler):
    statement = newest(profiler, played([(f"castle-{n}", None) for n in range(8)]))
    assert statement.text.startswith("Most recently you played")
    assert statement.attitude == "consumed"


def test_the_recount_finds_what_was_liked_later(profiler, shelf):
    statement = newest(profiler, played([(f"castle-{n}", 5.0) for n in range(7)]))
    later = played([*[(f"castle-{n}", 5.0) for n in range(7)], ("harbour-1", 5.0)])
    assert any("liked later" in fault for fault in faults(statement, later, shelf, Scale()))


def test_removed_it_does_not_come_back_with_the_next_three(profiler):
    more = played([(f"castle-{n}", 5.0) for n in range(9)])
    profile = profiler.profile(more, edits=[{"action": "remove", "statement_id": STATEMENT_ID}])
    assert STATEMENT_ID not in {one.id for one in profile.statements}
    assert "Most recently" not in profile.text


def test_locked_it_keeps_its_titles(profiler):
    before = newest(profiler, strategist())
    later = played([(event.item_id, event.rating) for event in strategist().events] + [("garden-3", 5.0)])
    after = newest(profiler, later, [Edit.lock(before)])
    assert after.text == before.text
    assert "garden-3" not in {one.item_id for one in after.evidence}
    assert before.text in profiler.profile(later, edits=[Edit.lock(before)]).text


def test_a_model_is_not_asked_to_word_titles_alone():
    model = ScriptedChatModel(lambda messages: "")
    profile = TasteProfiler(games(), Scale(), "game", "played", model).profile(strategist())
    statement = next(one for one in profile.statements if one.id == STATEMENT_ID)
    assert all(statement.value not in call.messages[-1].content for call in model.calls)
    assert statement.evidence[0].title.partition(" (")[0] in profile.text


@pytest.mark.parametrize(
    ("text", "recent"),
    [
        ("Most recently you liked The Castle of Arn.", True),
        ("Lately you loved The Castle of Arn and The Castle of Fenn.", True),
        ("You like war games, lately more than before: you loved The Castle of Arn.", False),
        ("You loved The Castle of Arn.", False),
    ],
)
def test_read_back_its_titles_are_told_from_the_others(shelf, text, recent):
    read = ProfileReader(shelf, Facets(shelf), "game").read(text)
    titles = [one for one in read if one.facet == "likeness"]
    assert titles
    assert {one.recent for one in titles} == {recent}
