"""Training of the network over both readers, with readers that cannot tell what their states tell."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convrec.dialogue.readers import joint
from convrec.dialogue.readers.joint import Heard
from convrec.dialogue.readers.slots import SLOTS
from convrec.dialogue.readers.tags import LABELS, Encoded
from convrec.dialogue.readers.votes import word_places
from convrec.errors import UsageError
from convrec.tune import manifest
from convrec.tune.joint import Plan, tune

KINDS = ("westerns", "comedies", "musicals", "horror", "drama", "noir")


class Blind:
    """A reader that labels nothing, with states that tell kinds from other words."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.moves = np.zeros((LABELS, LABELS), dtype=np.float32)

    def read(self, texts):
        return [self._heard(text) for text in texts]

    heard = read

    def _heard(self, text: str) -> Heard:
        places = word_places(text)
        words = [text[start:end] for start, end in places.tolist()]
        states = np.array([[word in KINDS, word == "no", 1.0] for word in words], dtype=np.float32).reshape(-1, 3)
        marks = np.zeros((len(words), LABELS), dtype=np.float32)
        marks[:, 0] = 3.0
        return Heard(marks, np.zeros(2, dtype=np.float32), Encoded((), 0, places), states)


@pytest.fixture
def hear(tmp_path: Path) -> Path:
    folder = tmp_path / "hear"
    folder.mkdir()
    (folder / "adapter_model.safetensors").write_bytes(b"weights")
    (folder / "README.md").write_text("# hear\n\nAn adapter.\n")
    manifest.write(folder, {"name": "hear", "tasks": ["hear"]})
    return folder


@pytest.fixture
def messages(tmp_path: Path) -> Path:
    lines = []
    for number in range(120):
        kind, refused = KINDS[number % 6], number % 2
        text = f"{'no ' if refused else 'some '}{kind} please"
        start = text.index(kind)
        span = [start, start + len(kind), "not" if refused else "want"]
        split = "validation" if number % 5 == 0 else "train"
        lines.append(json.dumps({"text": text, "spans": [span], "acts": ["recommend"], "split": split}))
    file = tmp_path / "said.jsonl"
    file.write_text("\n".join(lines) + "\n")
    return file


def test_it_learns_what_the_states_tell_and_is_written_whole(tmp_path: Path, hear: Path, messages: Path) -> None:
    blind, out = Blind(hear), tmp_path / "made"
    outcome = tune(blind, blind, out, Plan(passes=12, units=8, rate=0.03, batch=8), [messages])
    assert outcome.before["F1"] == 0
    assert outcome.after["F1"] == 1
    assert outcome.curve[outcome.best - 1] == max(outcome.curve)
    assert (outcome.train, outcome.validation) == (96, 24)
    assert manifest.faults(out) == []
    assert "convrec tune joint" in (out / "README.md").read_text()
    assert manifest.read(out)["tasks"] == ["hear"]
    reader = joint.load(hear, out)
    assert reader is not None
    text = "no westerns please"
    marks, _ = reader.read(text, *blind.read([text, text]))
    assert marks.argmax(axis=1).tolist() == [0, 1 + 2 * SLOTS.index("not"), 0]


def test_the_same_seed_makes_the_same_file(tmp_path: Path, hear: Path, messages: Path) -> None:
    plan = Plan(passes=1, units=4, batch=16)
    made = [tune(Blind(hear), Blind(hear), tmp_path / name, plan, [messages]).folder for name in "ab"]
    assert (made[0] / joint.FILE).read_bytes() == (made[1] / joint.FILE).read_bytes()


def test_a_folder_that_is_there_and_messages_that_judge_nothing_are_refused(
    tmp_path: Path, hear: Path, messages: Path
) -> None:
    with pytest.raises(UsageError, match="exists"):
        tune(Blind(hear), Blind(hear), hear, Plan(), [messages])
    few = tmp_path / "few.jsonl"
    few.write_text('{"text": "some drama", "spans": [], "acts": ["recommend"], "split": "train"}\n')
    with pytest.raises(UsageError, match="too few"):
        tune(Blind(hear), Blind(hear), tmp_path / "made", Plan(), [few])
    assert not (tmp_path / "made").exists()
