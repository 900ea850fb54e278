"""A taste in words decides what is recommended, alone or beside the history; and what a place rests on."""

from __future__ import annotations

import pytest

from convrec import whatif
from convrec.errors import UsageError
from convrec.types import Request


def kinds(recommendations):
    return [entry.item.genres[0] for entry in recommendations]


def test_words_alone_are_enough(make):
    rec = make()
    assert set(kinds(rec.recommend(profile="You love red wines.", k=5, explain=False))) == {"Red"}
    assert set(kinds(rec.recommend(profile="You love white wines.", k=5, explain=False))) == {"White"}


def test_titles_in_the_words_count(make):
    rec = make()
    whites = rec.recommend(profile="You loved Vineyard 01, Vineyard 05 and Vineyard 09.", k=10, explain=False)
    reds = rec.recommend(profile="You loved Vineyard 00, Vineyard 04 and Vineyard 08.", k=10, explain=False)
    assert kinds(whites).count("White") > kinds(reds).count("White")
    assert kinds(reds).count("Red") > kinds(whites).count("Red")
    assert not {"w1", "w5", "w9"} & {entry.item.id for entry in whites}


def test_alpha_goes_from_the_words_to_the_history(make):
    rec = make()
    words = "You love white wines and dislike red wines."  # p0 loves red ones
    by_words = kinds(rec.recommend("p0", profile=words, alpha=0.0, k=5, explain=False))
    by_history = kinds(rec.recommend("p0", profile=words, alpha=1.0, k=5, explain=False))
    assert by_words.count("White") > by_history.count("White")
    assert by_history.count("Red") > by_words.count("Red")


def test_what_is_firmly_refused_does_not_come(make):
    rec = make()
    found = rec.recommend("p0", profile="You love red wines. No more wines from Alsace.", k=20, explain=False)
    assert found
    assert all(entry.item.facts["region"] != "Alsace" for entry in found)


@pytest.mark.parametrize("alpha", [-0.1, 1.5])
def test_an_alpha_out_of_range_is_refused(make, alpha):
    with pytest.raises(UsageError, match="alpha"):
        make().recommend("p0", alpha=alpha)


def test_a_counterfactual_is_the_ranking_without_the_events(make):
    rec = make()
    item = rec.recommend("p0", k=1, explain=False)[0].item.id
    found = rec.what_if("p0", item)
    assert found.before == 1
    history = rec.history("p0")
    assert found.without
    assert set(found.without) <= set(history.item_ids)
    left = [event for event in history.events if event.item_id not in found.without]
    again = whatif.places(rec, type(history)("p0", tuple(left)), Request(exclude=frozenset(found.without)))
    assert found.after == again[item]
    assert "without" in found.text


def test_what_is_taken_out_is_not_the_whole_history(make):
    rec = make()
    reds = [item.id for item in rec.catalogue.items if "Red" in item.genres][:8]
    rec.observe([{"user_id": "red", "item_id": one, "rating": 5, "timestamp": at} for at, one in enumerate(reds)])
    item = rec.recommend("red", k=1, explain=False)[0].item.id
    assert 0 < len(rec.what_if("red", item).without) < len(reds)


def test_events_to_take_out_can_be_named(make):
    rec = make()
    item = rec.recommend("p0", k=1, explain=False)[0].item.id
    touched = rec.history("p0").item_ids
    found = rec.what_if("p0", item, without=touched[:3])
    assert found.without == touched[:3]
    with pytest.raises(UsageError, match="not in the history"):
        rec.what_if("p0", item, without=[item])


def test_a_contrast_adds_up_to_the_difference(make):
    rec = make()
    first, second = rec.recommend("p0", k=2, explain=False)
    found = rec.contrast("p0", first.item.id, second.item.id)
    assert found.places == (1, 2)
    assert sum(found.shares.values()) == pytest.approx(first.score - second.score, abs=1e-4)
    assert first.item.title in found.text
    turned = rec.contrast("p0", second.item.id, first.item.id)
    assert turned.places == (2, 1)


def test_events_of_somebody_else_do_not_count(make):
    rec = make()
    before = kinds(rec.recommend("p0", k=5, explain=False))
    assert before.count("Red") >= 4
    known = rec.edit_profile("p0", action="ignore", facet="genre", value="Red")
    assert all(one.value != "Red" for one in known.statements)
    touched = {rec.catalogue[one].id for one in rec.history("p0").item_ids}
    after = rec.recommend("p0", k=10, explain=True)
    assert kinds(after).count("Red") < 5
    # They stay known all the same, and no reason rests on them.
    assert not touched & {entry.item.id for entry in after}
    cited = {claim.subject for entry in after for claim in entry.explanation.claims if claim.kind == "history"}
    assert not {one for one in cited if "Red" in rec.catalogue[one].genres and one in touched}
    rec.edit_profile("p0", action="heed", facet="genre", value="Red")
    assert kinds(rec.recommend("p0", k=5, explain=False)) == before


def test_what_counts_can_be_named_by_its_statement(make):
    rec = make()
    one = next(statement for statement in rec.profile("p0").statements if statement.facet == "genre")
    known = rec.edit_profile("p0", action="ignore", statement_id=one.id)
    assert one.id not in {statement.id for statement in known.statements}
    assert not [
        event for s in known.statements for event in s.evidence if one.value in rec.catalogue[event.item_id].genres
    ]


def test_what_no_item_has_cannot_be_ignored(make):
    with pytest.raises(UsageError, match="no item has genre 'Cava'"):
        make().edit_profile("p0", action="ignore", facet="genre", value="Cava")


def test_an_effect_is_what_the_edit_then_does_and_stores_nothing(make):
    rec = make()
    before = [entry.item.id for entry in rec.recommend("p0", k=10, explain=False)]
    known = rec.profile("p0")
    shown = rec.effect("p0", action="ignore", facet="genre", value="Red")
    assert rec.profile("p0") == known
    assert [entry.item.id for entry in shown.before] == before
    assert shown.came
    assert {entry.item.id for entry in shown.after} == {*shown.moved, *(entry.item.id for entry in shown.came)}
    assert any(one.value == "Red" for one in shown.changes.gone)
    rec.edit_profile("p0", action="ignore", facet="genre", value="Red")
    assert [entry.item.id for entry in shown.after] == [e.item.id for e in rec.recommend("p0", k=10, explain=False)]
    with pytest.raises(UsageError, match="no statement"):
        rec.effect("p0", action="remove", statement_id="genre:nonsense")


def test_versions_are_kept_and_compared(make):
    rec = make()
    with pytest.raises(UsageError, match="no version"):
        rec.profile_diff("p0")
    first = rec.profile("p0")
    liked = next(one for one in first.statements if one.polarity == "like")
    second = rec.edit_profile("p0", action="remove", statement_id=liked.id)
    assert [one.version for one in rec.profile_versions("p0")] == [2, 1]
    assert all(one.created for one in rec.profile_versions("p0"))
    change = rec.profile_diff("p0")
    assert (change.before, change.after) == (1, 2)
    assert liked.id in {one.id for one in change.gone}
    assert any(line.startswith("Gone: ") for line in change.lines)
    assert rec.profile_diff("p0", 2, 2).lines == ()
    with pytest.raises(UsageError, match="no version 9"):
        rec.profile_diff("p0", 1, 9)
    assert second.version == 2


def test_an_edit_that_changes_no_statement_makes_no_version(make):
    rec = make()
    first = rec.profile("p0")
    again = rec.edit_profile("p0", action="heed", facet="genre", value="Red")
    assert (again.version, again.statements) == (first.version, first.statements)
    assert len(rec.profile_versions("p0")) == 1
    assert rec.profile("p0") == again
