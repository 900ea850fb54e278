from __future__ import annotations

from dataclasses import asdict

import pytest

from convrec.errors import UsageError
from convrec.profile.edits import Edit
from convrec.testing.shelf import played, strategist


def ids(statements):
    return [one.id for one in statements]


def test_what_was_removed_does_not_come_back_from_the_same_or_new_events(profiler):
    remove = {"action": "remove", "statement_id": "genre:war"}
    assert "genre:war" in ids(profiler.statements(strategist()))
    assert "genre:war" not in ids(profiler.statements(strategist(), [remove]))
    more = played([(f"castle-{n}", 5.0) for n in range(9)])
    assert "genre:war" not in ids(profiler.statements(more, [remove]))


def test_a_removed_group_of_likeness_does_not_come_back_around_another_of_its_items(profiler):
    groups = [one for one in profiler.statements(strategist()) if one.facet == "likeness"]
    edits = [{"action": "remove", "statement_id": one.id} for one in groups]
    left = [one for one in profiler.statements(strategist(), edits) if one.facet == "likeness"]
    gone = {one.evidence[0].item_id for one in groups}
    assert groups
    assert not any(piece.item_id in gone for one in left for piece in one.evidence)


def test_a_locked_statement_outlives_events_that_speak_against_it(profiler):
    before = next(one for one in profiler.statements(strategist()) if one.id == "genre:war")
    turned = played([(f"castle-{n}", 1.0) for n in range(9)])
    after = next(one for one in profiler.statements(turned, [Edit.lock(before)]) if one.id == "genre:war")
    assert after.locked
    assert (after.polarity, after.text, after.strength) == ("like", before.text, before.strength)


def test_unlocking_lets_the_events_speak_again(profiler):
    before = next(one for one in profiler.statements(strategist()) if one.id == "genre:war")
    edits = [Edit.lock(before), Edit("unlock", "genre:war")]
    turned = played([(f"castle-{n}", 1.0) for n in range(9)])
    after = next(one for one in profiler.statements(turned, edits) if one.id == "genre:war")
    assert after.polarity == "dislike"
    assert not after.locked


def test_set_turns_the_polarity_and_drops_evidence_that_no_longer_bears_it_out(profiler):
    edit = {"action": "set", "statement_id": "genre:war", "polarity": "dislike", "strength": 0.4}
    after = next(one for one in profiler.statements(strategist(), [edit]) if one.id == "genre:war")
    assert (after.polarity, after.strength, after.evidence, after.origin) == ("dislike", 0.4, (), "edit")
    assert "do not care for war games" in after.text


def test_add_says_what_the_events_do_not(profiler):
    edits = [
        {"action": "add", "facet": "designer", "value": "Mina Solberg", "polarity": "like"},
        {"action": "add", "text": "Only things that can be played in an hour."},
    ]
    profile = profiler.profile(strategist(), edits=edits)
    added = {one.id: one for one in profile.statements if one.origin == "edit"}
    assert added["designer:mina-solberg"].text == "You said you like games by Mina Solberg."
    assert any(one.facet == "note" for one in added.values())
    assert "Only things that can be played in an hour." in profile.text


def test_the_later_edit_wins(profiler):
    edits = [{"action": "remove", "statement_id": "genre:war"}, {"action": "add", "facet": "genres", "value": "War"}]
    assert "genre:war" in ids(profiler.statements(strategist(), edits))
    assert "genre:war" not in ids(profiler.statements(strategist(), edits[::-1]))


def test_edits_survive_the_store_as_mappings(profiler):
    edit = Edit("set", "genre:war", polarity="dislike")
    assert profiler.statements(strategist(), [edit]) == profiler.statements(strategist(), [asdict(edit)])


@pytest.mark.parametrize(
    ("edit", "named"),
    [
        ({"action": "burn", "statement_id": "x"}, "'burn'"),
        ({"action": "set", "statement_id": "x", "polarity": "meh"}, "'meh'"),
        ({"action": "set", "statement_id": "x", "strength": 2.0}, "2.0"),
        ({"action": "add"}, "names nothing"),
        ({"statement_id": "x"}, "'action'"),
        ({"action": "set", "id": "x"}, "'id'"),
        ({"action": "add", "text": "x" * 500}, "500 characters"),
    ],
)
def test_a_malformed_edit_is_refused_by_name(profiler, edit, named):
    with pytest.raises(UsageError, match=named):
        profiler.statements(strategist(), [edit])
