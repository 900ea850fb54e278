"""Figures of profiles and explanations, and that what is wrong is found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from convrec.evaluate import explanations, profiles
from convrec.evaluate.claims import Crowd, Witness
from convrec.evaluate.recount import faults
from convrec.testing.scripted import ScriptedChatModel
from convrec.types import Claim


@pytest.fixture
def person(make):
    rec = make()
    history = rec.history("p0")
    return rec, history, rec.quick_profile(history)


def test_statements_are_borne_out_by_the_events(person):
    rec, history, profile = person
    assert profile.statements
    assert not [fault for one in profile.statements for fault in faults(one, history, rec.catalogue, rec.scale)]


def test_a_wrong_count_or_event_is_found(person):
    rec, history, profile = person
    one = next(statement for statement in profile.statements if statement.facet == "genre")
    assert faults(replace(one, count=one.count + 1), history, rec.catalogue, rec.scale)
    strange = next(item for item in rec.catalogue.items if item.id not in history.item_ids)
    event = replace(one.evidence[0], item_id=strange.id, title=strange.label)
    assert faults(replace(one, evidence=(event,)), history, rec.catalogue, rec.scale)
    low = replace(one.evidence[0], rating=2.0)
    assert faults(replace(one, evidence=(low,)), history, rec.catalogue, rec.scale)


def test_figures_of_profiles(make):
    found = profiles.evaluate(make(), max_users=30)
    assert found["statements"]["right"] == 1.0
    assert found["text"]["titles_outside_history"] == 0
    alone = found["words_alone"]
    assert 0 <= alone["recall@100_text"].mean <= 1
    assert found["steering"]["people"] >= 0
    assert found["counterfactuals"]["tried"] > 0
    assert found["counterfactuals"]["equal"] == 1.0, found["counterfactuals"]["faults"]


def test_events_one_by_one_make_the_statements_of_all_at_once(make):
    rec = make()
    events = rec.history("p0").events
    for number, event in enumerate(events):
        rec.observe([replace(event, user_id="slow", event_id=f"slow-{number}")])
        rec.profile("slow")
    rec.observe([replace(event, user_id="quick", event_id=f"quick-{number}") for number, event in enumerate(events)])
    assert rec.profile("slow").statements == rec.profile("quick").statements
    assert rec.profile("slow").text == rec.profile("quick").text
    assert 1 < len(rec.profile_versions("slow")) <= len(events)


def test_figures_of_explanations(make):
    found = explanations.evaluate(make(), count=40)
    assert 40 <= found["explanations"] < 45  # the last list is whole
    assert found["shown"]["claims"] > 40
    assert found["shown"]["claims_supported"] == 1.0, found["shown"]["faults"]


def test_a_models_sentences_are_counted_as_written(make):
    """Where a model makes things up, what is shown is true all the same, and the share that fails is told."""

    def reply(messages):
        title = messages[-1].content.split(":")[0]
        return f"It won a prize for {title}." if title[-1] in "13579" else ""

    rec = make(model=ScriptedChatModel(reply))
    found = explanations.evaluate(rec, count=40)
    assert found["shown"]["claims_supported"] == 1.0, found["shown"]["faults"]
    assert 0 < found["model"]["texts"] < found["explanations"]
    assert found["model"]["texts_shown"] == found["model"]["sentences_passing_as_written"] == 0.0


def test_a_wrong_claim_is_refuted(person):
    rec, history, profile = person
    item = rec.recommend("p0", k=1, explain=False)[0].item
    witness = Witness(item, history, profile, "a red wine", rec.catalogue)
    crowd = Crowd(rec.store.events.log(), rec.catalogue, rec.scale)
    part, whole = crowd.likes(history, item.id)
    right = [
        Claim(item.genres[0], "fact", f"genre={item.genres[0]}"),
        Claim("it", "history", history.item_ids[0]),
        Claim("red", "wish", "red"),
        Claim(f"{part} of {whole}", "neighbours", item.id),
    ]
    wrong = [
        Claim("Cava", "fact", "genre=Cava"),
        Claim("1900", "fact", "year=1900"),
        Claim("it", "history", "elsewhere"),
        Claim("horror", "wish", "horror"),
        Claim("horror", "statement", "genre:horror"),
        Claim(f"{part + 1} of {whole}", "neighbours", item.id),
    ]
    assert [witness.refutes(claim, crowd) for claim in right] == [""] * 4
    assert all(witness.refutes(claim, crowd) for claim in wrong)


def test_the_crowd_counts_as_the_recommender_does(make):
    rec = make()
    crowd = Crowd(rec.store.events.log(), rec.catalogue, rec.scale)
    history = rec.history("p3")
    ids = [item.id for item in rec.catalogue.items if item.id not in history.item_ids][:10]
    counted = rec.stages.retriever.liked_by(history, ids)
    assert counted == {item_id: crowd.likes(history, item_id) for item_id in ids}
