"""Reading messages by an encoder: learned, written as an adapter of its own, and asked beside the LLM."""

from __future__ import annotations

import json

import numpy as np
import pytest

from convrec.dialogue.readers.ear import Ear
from convrec.dialogue.readers.joint import Heard
from convrec.dialogue.readers.slots import ACTS, Span
from convrec.dialogue.readers.tagger import Tagger
from convrec.dialogue.readers.tags import LABELS, spans
from convrec.errors import UsageError
from convrec.llm.adapter import check
from convrec.testing.tiny_encoder import make_encoder
from convrec.tune.recipe import parse as parse_recipe
from convrec.tune.run import tune

FRAMES = (("give me {} now", "want", "recommend"), ("never {} for me", "not", "inform"))
WORDS = ("war", "horror", "comedy", "noir", "opera", "sport", "magic", "crime")


def lines():
    for number, word in enumerate(WORDS):
        for frame, slot, act in FRAMES:
            start = frame.index("{}")
            line = {"text": frame.format(word), "spans": [[start, start + len(word), slot]], "acts": [act]}
            yield line | {"split": "train"}
            if number % 4 == 3:  # random vectors of words say nothing before they were learned
                yield line | {"split": "validation"}


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    return make_encoder(tmp_path_factory.mktemp("hearing"), [line["text"] for line in lines()])


def recipe(base, **more):
    return parse_recipe(
        {
            "name": "hear", "base": str(base), "lora": {"r": 16, "alpha": 16},
            "train": {"steps": 120, "batch_size": 12, "lr": 5e-3, "warmup": 10, "validate_every": 0,
                      "dtype": "float32"},
            "task": [{"kind": "hear", "data": "said.jsonl", "lr": 1e-2, "dropout": 0.0}], **more,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(encoder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("heard")
    (folder / "said.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines()))
    return tune(recipe(encoder), folder, out=folder / "hear")


def test_it_learns_and_is_an_adapter_like_any_other(made, encoder):
    after = made.outcome.after["hear"]
    assert after["F1"] > made.outcome.before["hear"]["F1"]
    assert after["F1"] > 0.8
    assert after["acts"] > 0.8
    assert check(made.folder, base=encoder)["task_type"] == "FEATURE_EXTRACTION"
    assert json.loads((made.folder / "manifest.json").read_text())["tasks"] == ["hear"]


def test_a_training_begins_where_another_ended(made, encoder, tmp_path):
    (tmp_path / "said.jsonl").write_text((made.folder.parent / "said.jsonl").read_text())
    short = recipe(encoder)
    short = short.model_copy(update={"train": short.train.model_copy(update={"steps": 1, "lr": 1e-9})})
    more = tune(short, tmp_path, out=tmp_path / "more", start=made.folder)
    for name, figure in made.outcome.after["hear"].items():
        assert more.outcome.before["hear"][name] == pytest.approx(figure, abs=0.05)


def test_what_was_written_reads_the_same_one_message_or_many(made, encoder):
    ear = Ear(encoder, made.folder, dtype="float32")
    texts = ["never opera for me", "give me noir now", "\u200b", "never " * 200]
    many = ear.read(texts)
    assert spans(many[0].marks, many[0].encoded) == (Span(6, 11, "not"),)
    assert ACTS[int(many[0].acts.argmax())] == "inform"
    assert spans(many[1].marks, many[1].encoded) == (Span(8, 12, "want"),)
    for text, heard in zip(texts, many, strict=True):
        assert heard.marks.shape == (len(heard.encoded.places), LABELS)
        assert len(heard.states) == len(heard.marks)
        (alone,) = ear.read([text])
        np.testing.assert_allclose(alone.marks, heard.marks, atol=1e-3)
        np.testing.assert_allclose(alone.acts, heard.acts, atol=1e-3)


class Deaf:
    """An LLM whose head knows nothing: it leaves all to the encoder."""

    def __init__(self, tokenizer):
        self.format = type("Format", (), {"tokenizer": tokenizer})()

    def run(self, work, adapter=None):
        encoded = work.args[0]
        marks = [np.zeros((len(one.places), LABELS), np.float32) for one in encoded]
        return [Heard(mark, np.full(len(ACTS), 0.5), one, mark) for mark, one in zip(marks, encoded, strict=True)]


def test_the_tagger_asks_both_and_one_that_knows_nothing_takes_nothing_away(made, encoder, tiny_folder):
    from transformers import AutoTokenizer

    llm = Deaf(AutoTokenizer.from_pretrained(str(tiny_folder)))
    ear = Ear(encoder, made.folder, dtype="float32")
    tagger = Tagger(llm, made.folder, ear=ear)
    read = tagger.read("never opera for me")
    assert read.spans == (Span(6, 11, "not"),)
    assert read.parse.acts == ("inform",)
    assert Tagger(llm, made.folder).read("never opera for me").spans != read.spans


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda base, tiny: recipe(tiny), "learned by an encoder"),
        (lambda base, tiny: recipe(base, task=[{"kind": "understand", "data": "said.jsonl"}]), "by a causal model"),
        (lambda base, tiny: recipe(base, layers=1), "with all its layers"),
    ],
)
def test_a_base_that_does_not_fit_is_refused(made, encoder, tiny_folder, tmp_path, change, said):
    with pytest.raises(UsageError, match=said):
        tune(change(encoder, tiny_folder), made.folder.parent, out=tmp_path / "none")
