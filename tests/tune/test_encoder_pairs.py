from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.data.log import Log
from convrec.errors import UsageError
from convrec.profile.profiler import TasteProfiler
from convrec.signal import Scale
from convrec.tune.contrast import columns, false_negatives, log_inclusion, mine
from convrec.tune.fit import Fitter
from convrec.tune.pairs import DialogueSource, LogSource, Pair
from convrec.types import Interaction, Item

TEAS = ItemTable([Item(f"t{n}", f"Tea {n}", None, ("Green" if n % 2 else "Black",)) for n in range(8)])


def words(limit: int = 64) -> Fitter:
    return Fitter(lambda text: len(text.split()) + 2, limit)


def drunk(user: str, *ratings: tuple[int, float]) -> list[Interaction]:
    return [Interaction(user, f"t{n}", rating, float(at)) for at, (n, rating) in enumerate(ratings)]


def test_the_newest_two_events_of_a_person_are_in_no_training_example():
    log = Log.from_interactions(
        drunk("ann", (0, 5), (1, 1), (2, 4), (3, 5), (6, 5), (7, 5)) + drunk("bob", (4, 5), (5, 5))
    )
    source = LogSource("history", log, TEAS, Scale(), words())
    made = [source.pair(number) for number in range(len(source.rows))]
    assert [(pair.query, pair.row) for pair in made] == [
        ("Tea 0, Black", 2),
        ("Tea 0, Black; Tea 2, Black", 3),
        # Of two events none is held out.
        ("Tea 4, Black", 5),
    ]
    assert made[0].known == {0, 1, 3}
    (case,) = source.held()
    assert (case.query, case.row) == ("Tea 0, Black; Tea 2, Black; Tea 3, Green", 6)
    assert case.known == {0, 1, 2, 3}


def test_events_without_ratings_are_liked_and_unknown_items_do_not_count():
    events = [
        Interaction("ann", item, None, float(at), "buy") for at, item in enumerate(["t0", "gone", "t1", "t2", "t3"])
    ]
    source = LogSource("history", Log.from_interactions(events), TEAS, Scale(), words())
    assert source.rows.tolist() == [1]
    assert source.pair(0).query == "Tea 0, Black"
    assert source.held()[0].row == 2


def test_profiles_are_written_from_older_events_alone():
    log = Log.from_interactions(drunk("ann", *[(n, 5 if n % 2 else 1) for n in range(8)]))
    source = LogSource(
        "profile", log, TEAS, Scale(), words(400), profiler=TasteProfiler(TEAS, Scale(), "tea", "drank", None)
    )
    assert source.rows.tolist() == [5]
    query = source.pair(0).query
    assert "Green" in query or "Tea 1" in query
    assert "Tea 5" not in query
    assert "Tea 7" not in query


def talk(path: Path, *dialogues: tuple[str, str, list[tuple[str, str, list[str]]]]) -> Path:
    path.write_text(
        "".join(
            json.dumps(
                {
                    "dialogue_id": name,
                    "split": split,
                    "turns": [{"role": role, "text": text, "items": items} for role, text, items in turns],
                }
            )
            + "\n"
            for name, split, turns in dialogues
        )
    )
    return path


def test_dialogues_give_new_items_of_assistant_turns_after_the_turns_before(tmp_path):
    turns = [
        ("user", "I liked t0", ["t0"]),
        ("assistant", "then t1 or t2", ["t1", "t2", "t0", "nowhere"]),
        ("user", "what else", []),
        ("assistant", "t1 I said, and t3", ["t1", "t3"]),
    ]
    path = talk(tmp_path / "d.jsonl", ("a", "train", turns), ("b", "dev", turns), ("c", "test", turns))
    source = DialogueSource([path], TEAS, words())
    made = [source.pair(number) for number in range(3)]
    assert [(pair.query, pair.row) for pair in made] == [
        ("I liked t0", 1),
        ("I liked t0", 2),
        ("I liked t0\nthen t1 or t2\nwhat else", 3),
    ]
    # In training nothing that the talk names is wrong; in evaluation only what was named before is left out.
    assert [pair.known for pair in made] == [{0, 2, 3}, {0, 1, 3}, {0, 1, 2}]
    assert [case.known for case in source.held()] == [{0}, {0}, {0, 1, 2}]
    assert source.unknown == 2


def test_dialogues_of_another_catalogue_are_refused(tmp_path):
    path = talk(tmp_path / "d.jsonl", ("a", "train", [("user", "hello", []), ("assistant", "this", ["film"])]))
    with pytest.raises(UsageError, match=r"d\.jsonl.*1 items named that the catalogue does not have"):
        DialogueSource([path], TEAS, words())


def test_a_file_without_a_held_out_part_holds_out_a_tenth(tmp_path):
    turns = [("user", "hello", []), ("assistant", "t1", ["t1"])]
    path = talk(tmp_path / "d.jsonl", *[(f"d{n}", "", turns) for n in range(200)])
    source = DialogueSource([path], TEAS, words())
    assert len(source.rows) + len(source.held()) == 200
    assert 5 < len(source.held()) < 40


def test_long_talk_loses_its_oldest_turns_and_that_is_counted():
    fitter = words(16)
    assert fitter.fit(["one two three", "four five", "six"], "\n") == "one two three\nfour five\nsix"
    assert fitter.fit(["a " * 10 + "a", "b b", "c"], "\n") == "b b\nc"
    assert fitter.fit(["x", " ".join(map(str, range(40)))], "\n").endswith("38 39")
    assert fitter.head(["first", "b " * 14, "c"], ". ") == "first"
    assert (fitter.seen, fitter.trimmed) == (4, 3)
    with pytest.raises(UsageError, match="reads 8 tokens"):
        words(8)


def test_false_negatives_are_masked_and_an_item_twice_is_one_column():
    pairs = [
        Pair("a", 3, frozenset({5})),
        Pair("b", 5, frozenset()),
        Pair("c", 3, frozenset({9})),
        Pair("a", 7, frozenset()),
    ]
    rows, own = columns(pairs, [[9], [1], [5], [9]])
    assert rows.tolist() == [3, 5, 7, 9, 1]
    assert own.tolist() == [0, 1, 0, 2]
    assert false_negatives(pairs, rows).astype(int).tolist() == [
        [0, 1, 1, 0, 0],  # 5 is known to the person, 7 answers the same words
        [0, 0, 0, 0, 0],
        [0, 0, 0, 1, 0],
        [1, 0, 0, 0, 0],
    ]


def test_hard_negatives_are_the_nearest_that_are_wrong():
    bank = np.eye(5, dtype=np.float32)
    query = np.array([[0.9, 0.8, 0.7, 0.1, 0.0]], dtype=np.float32)
    pair = Pair("q", 0, frozenset({2}))
    rng = np.random.default_rng(0)
    assert mine(query, bank, [pair], each=1, pool=1, rng=rng) == [[1]]
    assert mine(query, bank, [pair], each=5, pool=2, rng=rng) == [[1, 3]]
    assert mine(query, bank, [Pair("q", 0, frozenset({1, 2, 3, 4}))], each=2, pool=9, rng=rng) == [[]]


def test_the_popular_are_corrected_for_being_in_the_batch_more_often():
    share = np.array([0.5, 0.01, 0.0])
    found = np.exp(log_inclusion(np.array([0, 1, 2]), share, 8, 0.02, np.array([False, False, True])))
    assert found == pytest.approx([1 - 0.5**8, 1 - 0.99**8, 0.02])
