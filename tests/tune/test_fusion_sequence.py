"""How much the tuned LLM counts: chosen on second newest events, beside the share of liking."""

from __future__ import annotations

import numpy as np
import pytest
import walkers

from convrec import config
from convrec.data.splits import last_item_out
from convrec.retrieve.fusion import Weights
from convrec.tune import fusion


class Knowing:
    """Scores the item that comes next on the round far above all others."""

    held_out_newest, found = 2, walkers.THINGS

    def __init__(self, rec):
        self._rec, self.asked = rec, []

    def scores(self, history):
        self.asked.append(history)
        made = np.zeros(len(self._rec.catalogue), dtype=np.float32)
        if history.events:
            last = walkers.ROUND.index(int(history.events[-1].item_id[1:]))
            made[self._rec.catalogue.row(f"t{walkers.ROUND[(last + 1) % walkers.THINGS]}")] = 9.0
        return made


class Guessing(Knowing):
    """Scores at random, another draw for every history."""

    def scores(self, history):
        self.asked.append(history)
        seed = sum(map(ord, history.digest))
        return np.random.default_rng(seed).normal(size=len(self._rec.catalogue)).astype(np.float32)


@pytest.fixture
def rec(tmp_path, monkeypatch):
    # Neighbours all but know the round by themselves and would leave nothing to gain.
    monkeypatch.setattr("convrec.retrieve.retriever.Weights", lambda: Weights(neighbours=0.0, fame=0.0))
    with walkers.opened(walkers.shop(tmp_path)) as opened:
        yield opened


def with_ranker(rec, kind, **attributes):
    ranker = kind(rec)
    for name, value in attributes.items():
        setattr(ranker, name, value)
    rec.stages.__dict__["sequence"] = ranker
    return ranker


def test_a_ranker_that_knows_counts(rec):
    ranker = with_ranker(rec, Knowing)
    choice = fusion.choose(rec)
    assert choice.users == walkers.PEOPLE
    assert choice.sequence_weight > 0
    assert set(choice.sequence_tried) == set(fusion.SEQUENCE_GRID)
    # The middle of a good region, and so near the best cell.
    assert sum(choice.sequence_tried[choice.sequence_weight]) > max(map(sum, choice.sequence_tried.values())) - 0.05
    assert choice.sequence_gain.low > 0
    # It was asked about the older events alone.
    newest = {
        event.user_id: event.timestamp for event in last_item_out(rec.store.events.log()).validation.interactions()
    }
    assert len(ranker.asked) == len(newest)
    assert max(event.timestamp for past in ranker.asked for event in past.events) < max(newest.values())
    assert all(past.events[-1].timestamp < newest[past.events[-1].user_id] for past in ranker.asked)


def test_a_foreign_ranker_counts_where_its_gain_is_clear_and_was_asked_for(rec):
    with_ranker(rec, Knowing, found=3)
    assert fusion.choose(rec, foreign=True).sequence_weight > 0
    untried = fusion.choose(rec)
    assert (untried.sequence_weight, untried.sequence_tried, untried.sequence_gain) == (0.0, {}, None)


def test_foreign_noise_does_not_count(rec):
    with_ranker(rec, Guessing, found=0)
    choice = fusion.choose(rec, foreign=True)
    assert choice.sequence_weight == 0
    assert sum(choice.tried[choice.liking_weight]) > max(map(sum, choice.tried.values())) - 0.05


def test_an_adapter_that_has_seen_the_events_is_not_judged_by_them(rec):
    ranker = with_ranker(rec, Knowing, held_out_newest=1)
    said = []
    choice = fusion.choose(rec, progress=said.append)
    assert ranker.asked == []
    assert (choice.sequence_tried, choice.sequence_gain) == ({}, None)
    assert "the adapter has seen the events to choose on: its weight stays" in said


@pytest.mark.parametrize("weight", [0.0, 0.6])
def test_a_weight_that_is_not_tried_stays(tmp_path, weight):
    place = walkers.shop(tmp_path)
    with walkers.opened(place, retrieve={"sequence_weight": weight}) as rec:
        with_ranker(rec, Knowing, held_out_newest=0)
        assert fusion.choose(rec).sequence_weight == weight
        del rec.stages.__dict__["sequence"]
        assert fusion.choose(rec).sequence_weight == 0


def test_too_few_people_choose_nothing(tmp_path):
    with walkers.opened(walkers.shop(tmp_path, people=20)) as rec:
        with_ranker(rec, Knowing)
        choice = fusion.choose(rec)
    assert (choice.tried, choice.users, choice.sequence_weight) == ({}, 20, 0.0)


def test_both_weights_are_written_beside_what_stands_in_the_file(rec):
    file = rec.folder / config.FILE
    file.write_text(file.read_text() + "\n[retrieve]\n# kept\ncandidates = 77\n\n[rerank]\ndepth = 9\n")
    fusion.write(rec.folder, fusion.Choice(0.7, {}, 60, 0.4))
    settings = config.load(rec.folder)
    assert (settings.retrieve.candidates, settings.retrieve.sequence_weight) == (77, 0.4)
    assert (settings.rerank.depth, settings.rerank.liking_weight, settings.noun) == (9, 0.7, "thing")
    assert "# kept" in file.read_text()
    fusion.write(rec.folder, fusion.Choice(0.5, {}, 60))
    assert config.load(rec.folder).retrieve.sequence_weight == 0


def test_where_there_is_no_tuned_llm_nothing_is_written_of_it(rec):
    fusion.write(rec.folder, fusion.Choice(0.7, {}, 60))
    assert "sequence_weight" not in (rec.folder / config.FILE).read_text()


def test_what_is_judged_on_the_same_events_is_fitted_once(rec, monkeypatch):
    from convrec.retrieve.collaborative import Collaborative

    fitted, real = [], Collaborative.fit
    monkeypatch.setattr(Collaborative, "fit", lambda events, *given, **more: fitted.append(events) or real(
        events, *given, **more))  # fmt: skip
    split = last_item_out(rec.store.events.log())
    first, _ = rec.stages.fitted_on(split.train)
    again, _ = rec.stages.fitted_on(split.train, sequence_weight=0.0)
    assert first is not again
    rec.stages.fitted_on(last_item_out(rec.store.events.log()).train)
    assert len(fitted) == 2
