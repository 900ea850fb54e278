"""Items as tokens of the LLM."""

from __future__ import annotations

import numpy as np
import pytest

from convrec.rerank.sequence.tokens import level, states
from convrec.testing.shelf import games


def as_rows(*numbers):
    import torch

    return torch.tensor([numbers])


@pytest.fixture(scope="module")
def model(tiny_base):
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(tiny_base, dtype="float32").eval().requires_grad_(False)


def test_likings_have_five_levels():
    assert level(np.array([-1, -0.5, 0, 0.5, 1])).tolist() == [1, 2, 3, 4, 5]
    assert level(np.array([-7, 7])).tolist() == [1, 5]
    assert level(np.empty(0)).tolist() == []


def test_ids_are_dropped_in_training_alone(new_tokens):
    import torch

    tokens = new_tokens(games().items, id_dropout=0.5)
    assert torch.equal(tokens.ids(), tokens.id.weight)
    tokens.train()
    drawn = torch.stack([tokens.ids() for _ in range(50)])
    dropped = (drawn == 0).all(-1)
    assert 0.4 < dropped.float().mean() < 0.6
    assert dropped.any(0).all()
    # What is kept is larger, so that the mean stays what it is without dropping.
    kept = drawn[0][~dropped[0]]
    assert torch.allclose(kept, tokens.id.weight[~dropped[0]] * 2)
    assert torch.equal(tokens.eval().ids(), tokens.id.weight)


def test_without_id_dropout_training_reads_every_id(new_tokens):
    import torch

    tokens = new_tokens(games().items, id_dropout=0.0).train()
    assert torch.equal(tokens.ids(), tokens.id.weight)


def test_an_unknown_item_has_no_id_part(new_tokens):
    import torch

    tokens = new_tokens(games().items)
    tokens.known[3] = 0
    ids = tokens.ids()
    assert not ids[3].any()
    with torch.no_grad():
        tokens.id.weight.add_(5)
    again = tokens.ids()
    items = torch.stack([tokens.items(ids), tokens.items(again)])
    assert torch.equal(items[0][3], items[1][3])
    assert not torch.allclose(items[0][4], items[1][4])
    read = tokens(as_rows(3, 4), as_rows(5, 5), ids), tokens(as_rows(3, 4), as_rows(5, 5), again)
    assert torch.equal(read[0][0, 0], read[1][0, 0])
    assert not torch.allclose(read[0][0, 1], read[1][0, 1])


@pytest.mark.parametrize(("off", "part"), [("text", "texts"), ("ids", "id")])
def test_a_part_that_is_off_changes_nothing(new_tokens, off, part):
    import torch

    tokens = new_tokens(games().items, **{off: False})
    state = torch.randn(2, 64)
    before = tokens.scores(state, tokens.ids()), tokens(as_rows(1, 2), as_rows(3, 0), tokens.ids())
    with torch.no_grad():
        (tokens.texts if part == "texts" else tokens.id.weight).mul_(-3)
    after = tokens.scores(state, tokens.ids()), tokens(as_rows(1, 2), as_rows(3, 0), tokens.ids())
    assert torch.equal(before[0], after[0])
    assert torch.equal(before[1], after[1])


def test_how_it_was_liked_is_part_of_the_token(new_tokens):
    import torch

    tokens = new_tokens(games().items)
    read = [tokens(as_rows(7), as_rows(liked), tokens.ids())[0, 0] for liked in range(6)]
    assert len({tuple(token.tolist()) for token in read}) == 6
    assert torch.allclose(read[5] - read[1], tokens.level.weight[5] - tokens.level.weight[1], atol=1e-5)


def test_likes_are_those_of_each_items_own_row(new_tokens):
    import torch

    tokens = new_tokens(games().items)
    state, ids = torch.randn(3, 64), tokens.ids()
    found = tokens.likes(state, torch.tensor([4, 0, 9]), ids)
    for number, row in enumerate((4, 0, 9)):
        expected = tokens.like_query(state[number]) @ tokens.items(ids)[row] + tokens.like_bias[row]
        assert float(found[number]) == pytest.approx(float(expected), abs=1e-5)


def test_what_comes_later_does_not_reach_back(model, new_tokens):
    import torch

    tokens = new_tokens(games().items)
    long = tokens(as_rows(1, 2, 3, 4, 0), as_rows(5, 4, 3, 2, 0), tokens.ids())
    whole, short = states(model, long), states(model, long[:, :3])
    assert whole.dtype == torch.float32
    assert torch.allclose(whole[:, :3], short, atol=1e-5)


def test_fewer_layers_are_those_of_a_model_that_was_cut(model, tiny_base, new_tokens):
    import torch
    from transformers import AutoModelForCausalLM

    from convrec.tune.model import cut

    tokens = new_tokens(games().items)
    read = tokens(as_rows(1, 2, 3), as_rows(5, 4, 3), tokens.ids())
    short = AutoModelForCausalLM.from_pretrained(tiny_base, dtype="float32").eval()
    cut(short, 1)
    found = states(model, read, 1)
    assert torch.allclose(found, states(short, read), atol=1e-5)
    assert not torch.allclose(found, states(model, read), atol=1e-2)
    assert model.config.num_hidden_layers == 2


def test_the_layers_are_put_back_after_a_failure(model):
    import torch

    with pytest.raises(RuntimeError):
        states(model, torch.zeros(1, 3, 7), 1)
    assert model.get_decoder().config.num_hidden_layers == 2
