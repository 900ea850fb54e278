from __future__ import annotations

from functools import partial

import pytest
from corner import THINGS, opened, ranking, shop

from convrec.errors import UsageError
from convrec.evaluate import rank_cost
from convrec.testing.tiny_llm import make_model
from convrec.tune.run import tune


@pytest.fixture
def place(tmp_path):
    return shop(tmp_path)


def test_histories_differ_and_their_candidates_are_new_to_them(place):
    with opened(place) as rec:
        cases = rank_cost.draw(rec, 40, events=10, candidates=8, seed=1)
        again = rank_cost.draw(rec, 40, events=10, candidates=8, seed=1)
        wide = rank_cost.draw(rec, 2, events=500, candidates=500, seed=1)
    assert cases == again
    assert all(len(history.events) == 10 and len(set(items)) == 8 for history, items in cases)
    assert all(not {event.item_id for event in history.events} & set(items) for history, items in cases)
    assert len({tuple(event.item_id for event in history.events) for history, _ in cases}) == 40
    assert all(len(history.events) == THINGS // 2 and items for history, items in wide)


def test_without_an_adapter_it_says_so(place):
    found = rank_cost.measure(partial(opened, place), people=3, events=5, candidates=4)
    assert found["llm"] == "nothing"
    assert "name no LLM" in found["why"]
    assert "with_llm" not in found
    assert set(found["without_llm"]) == {"first", "p50", "p95", "max"}
    with pytest.raises(UsageError, match="at least 1"):
        rank_cost.measure(partial(opened, place), people=0)


def test_an_adapter_ranks_even_where_its_weight_is_zero(place, tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    make_model(base)

    def opens(**settings):
        return opened(place, **{"models": {"llm": str(base), "device": "cpu"}, **settings})

    bare = rank_cost.measure(opens, people=2, events=5, candidates=4)
    assert bare["llm"] == "nothing"
    assert "no adapter for ranking is in use" in bare["why"]
    with opened(place) as rec:
        tune(ranking(base, train={"steps": 2, "validate_every": 0}), tmp_path, recommender=rec)
    passes = []
    from convrec.rerank.sequence.ranker import SequenceRanker

    real = SequenceRanker._pass

    def counted(self, rows, levels):
        passes.append(tuple(rows.tolist()))
        return real(self, rows, levels)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SequenceRanker, "_pass", counted)
        found = rank_cost.measure(opens, people=4, events=6, candidates=5)
    assert found["llm"] == "ranks"
    assert "weight 0 in the settings" in found["why"]
    assert (found["people"], found["events"], found["candidates"]) == (4, 6, 5)
    assert 0 < found["with_llm"]["p50"] <= found["with_llm"]["p95"] <= found["with_llm"]["max"]
    assert len(passes) == len(set(passes)) == 4 + 3, "one pass a history, none of them remembered"


def test_a_log_is_needed(tmp_path):
    from convrec import workspace
    from convrec.data.sources import load
    from convrec.testing.hashing import HashingEncoder

    items = tmp_path / "items.csv"
    items.write_text("item_id,title\na,One\nb,Two\n")
    workspace.init(tmp_path / "bare", load(items=items), encoder=HashingEncoder(32))
    with pytest.raises(UsageError, match="no log"):
        rank_cost.measure(partial(opened, tmp_path / "bare"))
