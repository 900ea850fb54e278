"""Item tokens written and read again, on the same catalogue and on others."""

from __future__ import annotations

import json
import random

import pytest

from convrec.data.catalogue import ItemTable
from convrec.errors import UsageError
from convrec.rerank.sequence import files
from convrec.testing.shelf import games
from convrec.types import Item

ITEMS = games().items


@pytest.fixture
def folder(tmp_path, new_tokens, shape):
    place = tmp_path / "seven"
    place.mkdir()
    files.save(place, new_tokens(ITEMS), shape, ITEMS)
    return place


def strangers(count=5):
    return [Item(f"harbour-{n}", f"Unheard of {n}", 1999, text=f"A harbour near Arn {n}.") for n in range(count)]


def state():
    import torch

    return torch.randn(3, 64, generator=torch.Generator().manual_seed(1))


def scores(tokens):
    return tokens.scores(state(), tokens.ids()).detach()


def test_what_is_read_is_what_was_written(folder, new_tokens, shape, texts_of):
    import torch

    tokens, found_shape, found = files.load(folder, ITEMS, texts_of(ITEMS))
    assert (found_shape, found) == (shape, len(ITEMS))
    written = new_tokens(ITEMS)
    for name, weight in written.state_dict().items():
        # bf16 keeps eight bits.
        assert torch.allclose(tokens.state_dict()[name], weight, rtol=2**-8, atol=1e-6), name
    assert torch.allclose(scores(tokens), scores(written), atol=0.05 * float(scores(written).std()))
    assert not tokens.training


def test_weights_follow_their_items(folder, texts_of):
    import torch

    order = list(range(len(ITEMS)))
    random.Random(2).shuffle(order)
    shuffled = [ITEMS[row] for row in order]
    here, _, _ = files.load(folder, ITEMS, texts_of(ITEMS))
    there, _, found = files.load(folder, shuffled, texts_of(shuffled))
    assert found == len(ITEMS)
    assert torch.allclose(scores(there), scores(here)[:, order], atol=1e-5)


def test_new_items_are_read_by_their_text_as_items_that_are_rare(folder, texts_of):
    import torch

    items = [*ITEMS[:30], *strangers()]
    tokens, _, found = files.load(folder, items, texts_of(items))
    learned = files.read(folder)[1]["bias"].float()
    assert found == 30
    assert torch.allclose(tokens.bias[30:], learned.quantile(0.1).expand(5))
    assert torch.allclose(tokens.bias[:30], learned[:30])
    assert tokens.known.flatten().tolist() == [1.0] * 30 + [0.0] * 5
    vectors = tokens.items(tokens.ids())[30:]
    assert torch.allclose(vectors, tokens.text_out(tokens.texts[30:]))
    assert len({tuple(vector.tolist()) for vector in vectors}) == 5


def test_a_foreign_catalogue_is_scored_by_text_alone(folder, texts_of):
    import torch

    items = strangers(12)
    tokens, _, found = files.load(folder, items, texts_of(items))
    assert found == 0
    assert not tokens.bias.any()
    told = scores(tokens)
    assert torch.isfinite(told).all()
    assert float(told.std()) > 0


def test_an_absent_file_is_named(tmp_path, texts_of):
    with pytest.raises(UsageError, match=r"convrec_items\.safetensors of adapter '.*' cannot be read"):
        files.load(tmp_path, ITEMS, texts_of(ITEMS))


@pytest.mark.parametrize("damage", ["half", "empty", "noise", "flipped header"])
def test_a_damaged_file_is_named(folder, texts_of, damage):
    file = folder / files.FILE
    raw = file.read_bytes()
    made = {
        "half": raw[: len(raw) // 2],
        "empty": b"",
        "noise": bytes(range(256)) * 4,
        "flipped header": raw[:20] + b"\xff" + raw[21:],
    }
    file.write_bytes(made[damage])
    with pytest.raises(UsageError, match=r"convrec_items\.safetensors of adapter 'seven' cannot be read"):
        files.load(folder, ITEMS, texts_of(ITEMS))


@pytest.mark.parametrize(
    "about",
    [None, "no json", "5", '"text"', "[]", "{}", '{"version": 1}', '{"version": 1, "layers": 2, "odd": 3}'],
)
def test_a_file_that_says_nothing_of_use_is_refused(folder, texts_of, about):
    from safetensors.torch import load_file, save_file

    file = folder / files.FILE
    save_file(load_file(file), file, metadata=None if about is None else {"convrec": about})
    with pytest.raises(UsageError, match=r"convrec_items\.safetensors of adapter 'seven'"):
        files.load(folder, ITEMS, texts_of(ITEMS))


def rewritten(folder, *, about=None, **tensors):
    from safetensors import safe_open
    from safetensors.torch import load_file, save_file

    file = folder / files.FILE
    with safe_open(str(file), framework="pt") as opened:
        said = json.loads(opened.metadata()["convrec"])
    kept = {name: tensor for name, tensor in (load_file(file) | tensors).items() if tensor is not None}
    save_file(kept, file, metadata={"convrec": json.dumps(said | (about or {}))})


def test_another_version_is_refused(folder, texts_of):
    rewritten(folder, about={"version": 2})
    with pytest.raises(UsageError, match=r"seven.*another version; train it anew"):
        files.load(folder, ITEMS, texts_of(ITEMS))


@pytest.mark.parametrize("name", ["bias", "id.weight", "id_keys", "title_keys", "query.weight"])
def test_a_file_without_a_tensor_is_refused(folder, texts_of, name):
    rewritten(folder, **{name: None})
    with pytest.raises(UsageError, match=r"convrec_items\.safetensors of adapter 'seven'"):
        files.load(folder, ITEMS, texts_of(ITEMS))


@pytest.mark.parametrize("name", ["id.weight", "bias", "text_in.weight"])
def test_a_tensor_of_another_size_is_refused(folder, texts_of, name):
    tensor = files.read(folder)[1][name]
    rewritten(folder, **{name: tensor[:3].contiguous()})
    with pytest.raises(UsageError, match=r"seven.* does not fit this workspace"):
        files.load(folder, ITEMS, texts_of(ITEMS))


def test_texts_of_another_encoder_do_not_fit(folder, texts_of):
    with pytest.raises(UsageError, match="does not fit this workspace"):
        files.load(folder, ITEMS, texts_of(ITEMS)[:, :20])


def test_a_catalogue_of_one_item_is_served(folder, texts_of):
    import torch

    table = ItemTable([ITEMS[7]])
    tokens, _, found = files.load(folder, table.items, texts_of(table.items))
    assert found == 1
    assert torch.isfinite(scores(tokens)).all()
