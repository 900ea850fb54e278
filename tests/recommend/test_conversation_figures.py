from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convrec.data.dialogues import in_tenth, parted
from convrec.errors import UsageError
from convrec.evaluate import conversation as talks
from convrec.evaluate.conversation_peers import peers
from convrec.evaluate.interval import clustered

TURNS = [
    {"role": "user", "text": "I like Vineyard 03", "items": ["w3"]},
    {"role": "assistant", "text": "Then Vineyard 07, or again Vineyard 03?", "items": ["w7", "w3", "nowhere"]},
    {"role": "user", "text": "A red wine from Douro"},
    {"role": "assistant", "text": "Vineyard 07 it is", "items": ["w7"]},
]


@pytest.fixture
def talk_file(tmp_path: Path) -> Path:
    file = tmp_path / "talks.jsonl"
    lines = [{"dialogue_id": f"d{n}", "split": "dev" if n < 2 else "train", "turns": TURNS} for n in range(40)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return file


def test_new_items_and_repeats_are_told_apart_and_peers_find_what_they_can(make, talk_file):
    judged, others = parted([talk_file], "dev")
    with make() as rec:
        figures = talks.evaluate(rec, judged, peers(rec, others))
    assert figures["dialogues"] == 2
    assert figures["cases"] == {"new": 2, "all": 6}
    assert figures["unknown_items"] == 2
    rows = {row.name: row.figures for row in figures["systems"]}
    echo = rows["echo of named titles"]
    assert echo["new"]["Recall@50"].mean == 0
    # Of w7, w3 | w7: the first was not named yet, the second is the only one named, the third the newest but for w3.
    assert echo["all"]["Recall@1"].mean == pytest.approx(1 / 3)
    assert echo["all"]["Recall@5"].mean == pytest.approx(2 / 3)
    # Named most often in the other talks, once what was named before is out.
    assert rows["popularity"]["new"]["Recall@1"].mean == 1
    assert rows["convrec"]["new"]["Recall@50"].mean == 1, "forty wines have room in fifty places"
    assert {one.peer for one in figures["comparisons"]} == set(rows) - {"convrec"}


def test_parts_of_a_file_are_named_or_refused(talk_file):
    judged, others = parted([talk_file], "held-out")
    assert [talk.id for talk in judged] == [f"d{n}" for n in range(40) if in_tenth(f"d{n}")]
    assert len(judged) + len(others) == 40
    with pytest.raises(UsageError, match=r"split 'test'.*'dev', 'train'"):
        parted([talk_file], "test")


def test_talks_without_an_item_of_the_catalogue_are_refused(make, tmp_path):
    file = tmp_path / "strange.jsonl"
    file.write_text(json.dumps({"dialogue_id": "1", "turns": [{"role": "assistant", "text": "x", "items": ["y"]}]}))
    judged, _ = parted([file], "all")
    with make() as rec, pytest.raises(UsageError, match="ids must be those of the workspace"):
        talks.evaluate(rec, judged, {})


def test_an_interval_over_talks_is_wider_than_over_cases_that_agree_within_them():
    groups = np.repeat(np.arange(20), 10)
    values = np.repeat(np.arange(20) % 2, 10).astype(np.float64)
    alone = clustered(values, np.arange(200))
    together = clustered(values, groups)
    assert together.mean == alone.mean == 0.5
    assert together.high - together.low > 2 * (alone.high - alone.low)
