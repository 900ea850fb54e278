"""Weights chosen on a workspace's own validation events."""

from __future__ import annotations

import pytest

from convrec import UsageError, config
from convrec.testing.scripted import ScriptedChatModel
from convrec.tune import fusion, vote


def test_the_share_of_liking_is_large_where_only_ratings_tell_people_apart(rec):
    choice = fusion.choose(rec)
    assert choice.users == 60
    assert choice.liking_weight >= 1.0
    best = choice.tried[choice.liking_weight]
    assert best[1] > choice.tried[0.0][1]


def test_a_choice_is_written_beside_what_stands_in_the_file(rec):
    folder = rec.workspace.folder
    fusion.write(folder, fusion.Choice(0.7, {}, 60))
    vote.write(folder, vote.Vote(0.25, {}, {}, 60, 0.1))
    settings = config.load(folder)
    assert (settings.rerank.liking_weight, settings.rerank.llm_weight, settings.noun) == (0.7, 0.25, "wine")


def test_a_model_that_says_the_same_of_everybody_changes_nothing(make):
    # What a title scores without a person is subtracted, so a fixed opinion of titles cancels out.
    opinionated = make(model=ScriptedChatModel(scores=lambda messages, label: -1.0 - int(label.split()[1]) % 3))
    found = vote.choose(opinionated, users=60)
    assert found.users > 10
    assert set(found.tried) == set(vote.GRID)
    assert all(gain.mean == 0 for weight, gain in found.gains.items() if weight < 1)
    assert found.llm_weight == 0
    opinionated.close()
    indifferent = make(model=ScriptedChatModel(scores=lambda messages, label: -1.0))
    assert vote.choose(indifferent, users=60).llm_weight == 0


def test_without_a_model_there_is_no_vote(rec):
    with pytest.raises(UsageError, match="name no LLM"):
        vote.choose(rec)
