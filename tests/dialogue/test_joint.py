"""The network over what both readers see of a message."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convrec.dialogue.readers import joint
from convrec.dialogue.readers.joint import Heard
from convrec.dialogue.readers.tags import LABELS, Encoded
from convrec.dialogue.readers.votes import voted
from convrec.errors import UsageError

TEXT = "slow westerns, no horror"
PLACES = np.array([(0, 4), (5, 9), (9, 13), (13, 14), (15, 17), (18, 24)])


def heard(width: int, seed: int) -> Heard:
    draw = np.random.default_rng(seed)
    marks = draw.normal(size=(len(PLACES), LABELS)).astype(np.float32)
    states = draw.normal(size=(len(PLACES), width)).astype(np.float32)
    return Heard(marks, np.zeros(3, dtype=np.float32), Encoded((), 0, PLACES), states)


@pytest.fixture
def readers(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("understand", "hear"):
        (tmp_path / name).mkdir()
        files = {"adapter_model.safetensors": {"size": 1, "sha256": f"digest of {name}"}}
        (tmp_path / name / "manifest.json").write_text(json.dumps({"format": 1, "files": files}))
    return tmp_path / "understand", tmp_path / "hear"


def test_states_of_the_pieces_of_a_word_are_one() -> None:
    llm, encoder = heard(4, 0), heard(3, 1)
    states, chances, places = joint.inputs(TEXT, (llm, encoder))
    assert [TEXT[start:end] for start, end in places] == ["slow", "westerns", ",", "no", "horror"]
    assert states.shape == (5, 7)
    assert np.allclose(states[1, :4], llm.states[1:3].mean(axis=0))
    assert chances.shape == (5, 2 * LABELS)
    assert np.allclose(np.exp(chances[:, :LABELS]).sum(axis=1), 1, atol=1e-3)


def test_a_fresh_network_says_what_the_vote_says() -> None:
    llm, encoder = heard(4, 0), heard(3, 1)
    marks, words = joint.JointReader(joint.network(7, 5)).read(TEXT, llm, encoder)
    vote, places = voted(TEXT, [(one.marks, one.encoded) for one in (llm, encoder)], (0.6, 0.4))
    assert np.allclose(marks, vote, atol=1e-5)
    assert np.array_equal(words.places, places.places)


def test_a_message_without_words_has_no_labels() -> None:
    assert joint.JointReader(joint.network(7, 5)).read(" ", heard(4, 0), heard(3, 1))[0].shape == (0, LABELS)


def test_it_is_read_back_for_just_the_readers_that_it_is_of(readers: tuple[Path, Path]) -> None:
    llm, encoder = heard(4, 0), heard(3, 1)
    made = joint.network(7, 5)
    made["labels"].bias.data[3] = 4.0
    assert joint.load(*readers) is None
    joint.save(readers[1] / joint.FILE, made, 5, readers)
    loaded = joint.load(*readers)
    assert loaded is not None
    assert np.allclose(
        loaded.read(TEXT, llm, encoder)[0], joint.JointReader(made).read(TEXT, llm, encoder)[0], atol=0.1
    )
    told = json.loads((readers[0] / "manifest.json").read_text())
    told["files"]["adapter_model.safetensors"]["sha256"] = "tuned anew"
    (readers[0] / "manifest.json").write_text(json.dumps(told))
    assert joint.load(*readers) is None


def test_a_damaged_file_is_named(readers: tuple[Path, Path]) -> None:
    (readers[1] / joint.FILE).write_bytes(b"no tensors")
    with pytest.raises(UsageError, match=r"convrec_joint\.safetensors of adapter 'hear'"):
        joint.load(*readers)
