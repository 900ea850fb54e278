from __future__ import annotations

import numpy as np
import pytest

from convrec.llm.local import LocalModel
from convrec.rerank.sequence import files
from convrec.rerank.sequence.files import Shape
from convrec.rerank.sequence.ranker import SequenceRanker
from convrec.rerank.sequence.tokens import ItemTokens
from convrec.signal import Scale
from convrec.testing.hashing import HashingEncoder
from convrec.testing.shelf import games
from convrec.testing.tiny_llm import make_model

WIDTH = 64
"""Of the tiny model."""


@pytest.fixture(scope="session")
def texts_of():
    """Embeddings of the texts of items."""
    encoder = HashingEncoder(32)
    return lambda items: encoder.encode([f"{item.title} {item.text}" for item in items], role="document")


@pytest.fixture(scope="session")
def new_tokens(texts_of):
    """Item tokens with weights as if learned: every parameter drawn at random."""

    def make(items, *, seed=0, **options):
        import torch

        torch.manual_seed(seed)
        tokens = ItemTokens(torch.from_numpy(texts_of(items)), WIDTH, id_dim=8, out_dim=16, **options)
        with torch.no_grad():
            for parameter in tokens.parameters():
                parameter.normal_(std=0.2)
        return tokens.eval()

    return make


@pytest.fixture(scope="session")
def shape():
    return Shape(layers=1, length=6, encoder="hashing-32", width=WIDTH, id_dim=8, out_dim=16, predicts=True)


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sequence-base")
    make_model(folder)
    return folder


@pytest.fixture(scope="session")
def adapter(tiny_base, tmp_path_factory, new_tokens, shape):
    """Folder of an adapter whose weights do something, on the first layer alone, with tokens of the shelf's games."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(4)
    lora = LoraConfig(
        r=4, lora_alpha=8, target_modules=["q_proj", "v_proj"], layers_to_transform=[0], task_type="CAUSAL_LM"
    )
    tuned = get_peft_model(AutoModelForCausalLM.from_pretrained(tiny_base), lora)
    for name, weight in tuned.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.3)
    folder = tmp_path_factory.mktemp("sequence-adapter")
    tuned.save_pretrained(folder)
    files.save(folder, new_tokens(games().items), shape, games().items)
    return folder


@pytest.fixture(scope="session")
def tuned_model(tiny_base, adapter):
    return LocalModel(tiny_base, adapters={"rank": adapter}, dtype="float32", device="cpu")


@pytest.fixture
def ranker_on(tuned_model, adapter, texts_of):
    """A fresh ranker of the adapter over a catalogue."""

    def make(catalogue, model=tuned_model, folder=adapter):
        texts = np.asarray(texts_of(catalogue.items))
        return SequenceRanker(model, "rank", folder, catalogue, texts, Scale(), held_out_newest=2)

    return make


@pytest.fixture
def ranker(ranker_on):
    return ranker_on(games())
