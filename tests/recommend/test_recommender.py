from __future__ import annotations

import threading
from statistics import fmean

import pytest

from convrec import Filter, Interaction, UsageError
from convrec.errors import RunError
from convrec.testing.scripted import FailingModel, RubbishModel


def kinds(recommendations):
    return [entry.item.genres[0] for entry in recommendations]


def test_people_get_what_people_like_them_love(rec):
    right = [
        kind == "Red" for person in ("p0", "p4", "p8") for kind in kinds(rec.recommend(person, k=4, explain=False))
    ]
    assert fmean(right) > 0.6


def test_every_recommendation_is_new_ranked_and_explained(rec):
    seen = set(rec.history("p0").item_ids)
    found = rec.recommend(user_id="p0", k=6)
    assert [entry.rank for entry in found] == [1, 2, 3, 4, 5, 6]
    assert [entry.score for entry in found] == sorted((entry.score for entry in found), reverse=True)
    assert not seen & {entry.item.id for entry in found}
    for entry in found:
        assert entry.explanation is not None
        assert entry.explanation.grounded
        assert entry.explanation.text
        assert all(claim.supported for claim in entry.explanation.claims)
        assert 0 < entry.probability < 1
        assert sum(entry.sources.values()) == pytest.approx(entry.score, abs=1e-4)


def test_filters_are_kept_by_every_recommendation(rec):
    filters = [
        Filter("genres", "any_of", ("white",)),
        Filter("price", "at_most", (30,)),
        Filter("region", "none_of", ("Jura",)),
    ]
    found = rec.recommend("p0", k=10, filters=filters, explain=False)
    assert found
    for entry in found:
        assert entry.item.genres == ("White",)
        assert entry.item.facts["price"] <= 30
        assert entry.item.facts["region"] != "Jura"


def test_a_wish_in_words_becomes_filters(rec):
    found = rec.recommend("p0", query="a white wine from Mosel", k=5, explain=False)
    assert found
    assert {entry.item.genres for entry in found} == {("White",)}
    assert {entry.item.facts["region"] for entry in found} == {"Mosel"}


def test_a_given_set_is_ranked_whole_and_nothing_else(rec):
    given = ["w1", "w2", "w3", "w4", "w5"]
    found = rec.recommend("p0", candidates=given, k=5, explain=False)
    assert sorted(entry.item.id for entry in found) == given


def test_a_history_that_is_not_stored(rec):
    loved = [{"item_id": f"w{n}", "rating": 5, "timestamp": n} for n in (0, 4, 8, 12)]
    found = rec.recommend(history=loved, k=4, explain=False)
    assert kinds(found).count("Red") >= 3
    assert not {"w0", "w4", "w8", "w12"} & {entry.item.id for entry in found}


def test_a_talk_needs_no_user(rec):
    talk = [
        {"role": "user", "text": "I want a sparkling wine"},
        {"role": "assistant", "text": "How about Vineyard 03?"},
        {"role": "user", "text": "No, another sparkling one please"},
    ]
    found = rec.recommend(conversation=talk, k=5, explain=False)
    assert set(kinds(found)) == {"Sparkling"}
    assert "w3" not in {entry.item.id for entry in found}


def test_a_newcomer_is_served(rec):
    assert len(rec.recommend(k=5, explain=False)) == 5
    assert len(rec.recommend("somebody new", k=5, explain=False)) == 5


def test_events_count_at_once_and_once(rec):
    before = rec.recommend("new", k=5, explain=False)
    events = [Interaction("new", f"w{n}", 5.0, float(n), event_id=f"e{n}") for n in (1, 5, 9)]
    assert rec.observe(events) == 3
    assert rec.observe(events) == 0
    after = rec.recommend("new", k=5, explain=False)
    assert kinds(after).count("White") > kinds(before).count("White")


def test_predictions_follow_taste_and_are_probabilities(rec):
    chances = rec.predict(user_id="p0", item_ids=["w0", "w1"])
    assert 0 < chances["w1"] < chances["w0"] < 1


def test_profile_is_stored_corrected_and_does_not_come_back(rec):
    profile = rec.profile("p0")
    assert profile.statements
    assert profile.text
    assert rec.profile("p0") == profile
    liked = next(one for one in profile.statements if one.polarity == "like")
    edited = rec.edit_profile("p0", action="remove", statement_id=liked.id)
    assert liked.id not in {one.id for one in edited.statements}
    rec.observe([Interaction("p0", "w39", 1.0, 9e9)])
    assert liked.id not in {one.id for one in rec.profile("p0").statements}
    with pytest.raises(UsageError, match="no statement"):
        rec.edit_profile("p0", action="remove", statement_id="genre:nonsense")


def test_export_and_forget(rec):
    rec.profile("p0")
    assert len(rec.export("p0")["events"]) == 14
    assert rec.forget("p0") > 14
    assert rec.export("p0")["events"] == []
    rec.refit()
    assert len(rec.recommend("p0", k=3, explain=False)) == 3


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda rec: rec.recommend("p0", k=0), "k must be at least 1"),
        (lambda rec: rec.recommend("p0", candidates=["nope"]), "'nope' is not in the catalogue"),
        (lambda rec: rec.predict("p0", ["w1", "nope"]), "'nope'"),
        (lambda rec: rec.recommend("p0", filters=[Filter("colour", "any_of", ("red",))]), "colour"),
        (lambda rec: rec.recommend(history=[{"item_id": "nope"}]), "nope"),
        (lambda rec: rec.recommend(history=[{"item": "w1"}]), "no field 'item'"),
        (lambda rec: rec.observe([Interaction("", "w1")]), "no user_id"),
        (lambda rec: rec.observe([Interaction("p0", "nope")]), "nope"),
        (lambda rec: rec.observe([{"user_id": "p0", "item_id": "w1", "rating": float("nan")}]), "not a number"),
    ],
)
def test_wrong_arguments_are_named(rec, call, message):
    with pytest.raises(UsageError, match=message):
        call(rec)


def test_a_model_that_talks_rubbish_changes_no_fact(make):
    rec = make(models={"llm": "none"})
    rec.close()
    rec = make(model=RubbishModel(), rerank={"llm_weight": 0.2})
    for entry in rec.recommend("p0", k=5):
        assert entry.explanation is not None
        assert entry.explanation.grounded
        assert entry.item.id in rec.catalogue
    assert rec.profile("p0").text


def test_a_model_that_fails_costs_the_wording_only(make):
    rec = make(model=FailingModel())
    assert all(entry.explanation is not None and entry.explanation.grounded for entry in rec.recommend("p0", k=3))
    with pytest.raises(RunError, match="llm"):
        make(model=FailingModel(), rerank={"llm_weight": 0.2}).recommend("p0", k=3, explain=False)


def test_a_catalogue_without_a_log_is_served_by_words_alone(make):
    rec = make(log=False)
    found = rec.recommend(query="red wine from Etna", k=3)
    assert set(kinds(found)) == {"Red"}
    assert all(entry.explanation is not None and entry.explanation.grounded for entry in found)
    reply = rec.chat().reply("I would like a rosé")
    assert set(kinds(reply.recommendations)) == {"Rosé"}


def test_many_threads_get_what_one_gets(rec):
    people = [f"p{n}" for n in range(12)]
    alone = {person: [entry.item.id for entry in rec.recommend(person, k=4, explain=False)] for person in people}
    together: dict[str, list[str]] = {}

    def serve(person):
        together[person] = [entry.item.id for entry in rec.recommend(person, k=4, explain=False)]

    threads = [threading.Thread(target=serve, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_a_damaged_index_and_lost_models_are_built_again(make):
    rec = make()
    before = [entry.item.id for entry in rec.recommend("p0", k=5, explain=False)]
    folder = rec.workspace.folder
    rec.close()
    for path in [*folder.glob("index/gen-*/chroma/*/data_level0.bin"), folder / "index" / "collaborative.safetensors"]:
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert [entry.item.id for entry in make().recommend("p0", k=5, explain=False)] == before
