from __future__ import annotations

import json

import pytest

from convrec.codec import encode
from convrec.errors import UsageError
from convrec.evaluate.interval import Estimate
from convrec.evaluate.ranking import ADAPTED, CUTS, WITHOUT, evaluate
from convrec.evaluate.report import context
from convrec.evaluate.tables import described


def test_a_table_with_every_figure_and_a_learned_order_of_our_own_candidates(rec):
    figures = evaluate(rec, peer_names=["lambdarank", "popularity"], llm=True)
    rows = figures["systems"]
    assert [row.name for row in rows] == ["popularity", "lambdarank", "convrec, retrieval alone", WITHOUT]
    assert figures["ours"] == WITHOUT
    assert [entry.peer for entry in figures["comparisons"]] == [row.name for row in rows[:-1]]
    assert figures["notes"] == ["the settings name no LLM, so there is no row with one"]
    for row in rows:
        assert {f"{metric}@{k}" for metric in ("HR", "NDCG", "MRR", "Recall") for k in CUTS} < set(row.figures)
        assert row.figures["Recall@10"] == row.figures["HR@10"]
        assert set(row.groups) == {"activity", "mainstream", "shelf", "opinion"}
        assert sum(row.groups["opinion"].cases.values()) == figures["cases"]
    printed = json.loads(json.dumps(encode(context() | figures), allow_nan=False))
    assert {"machine", "versions", "seed", "command", "systems", "comparisons"} < set(printed)
    text = described(figures)
    assert max(len(line) for line in text.splitlines()) <= 100
    assert "popularity" in text
    assert "targets by opinion" in text
    assert figures["llm_share"] == figures["llm_share_liked"] == {}
    assert "share of the LLM" not in text
    gains = {"llm_share": {ADAPTED: Estimate(0.034, -0.006, 0.076)}, "llm_share_liked": {ADAPTED: None}}
    assert described(figures | gains).splitlines()[-4:-2] == [
        "share of the LLM (convrec, with adapter): +3.4% NDCG@10 [-0.6%, +7.6%]",
        "share of the LLM (convrec, with adapter, liked targets alone): not to be had",
    ]


def test_a_log_of_positions_is_refused_for_a_split_by_time(rec):
    with pytest.raises(UsageError, match="split it by last item out"):
        evaluate(rec, peer_names=[], split="global-time")
