from __future__ import annotations

import numpy as np
import pytest

from convrec.data.catalogue import ItemTable
from convrec.errors import UsageError
from convrec.retrieve.talk import files
from convrec.retrieve.talk.blend import NAMES, Blend
from convrec.retrieve.talk.company import Companions, Company
from convrec.retrieve.talk.evidence import NAMES as COLUMNS
from convrec.retrieve.talk.evidence import Evidence
from convrec.retrieve.talk.fame import Fame, key
from convrec.retrieve.talk.heads import Heads, shapes
from convrec.retrieve.talk.memory import Memory
from convrec.types import Item, Turn

SHELF = ItemTable([
    Item("1", "Harbour Lights", 1999, ("Comedy",), "", {"cast": ("Ana Ruiz", "Bo Lind"), "keywords": ("love",)}),
    Item("2", "Harbour Lights: Dusk", 2003, ("Drama",), "", {"cast": ("Ana Ruiz",), "keywords": ("sea",)}),
    Item("3", "Night Train", 2010, ("Comedy", "Crime"), "", {"cast": ("Cy Odum",), "keywords": ("train",)}),
    Item("4", "The Long Winter", 2015, ("Drama",), "", {"cast": ("Dee Poole",), "keywords": ("love", "snow")}),
    Item("5", "Small Hours", 2018, ("Crime",), "", {"cast": ("Cy Odum", "Dee Poole")}),
])  # fmt: skip


def column(found: np.ndarray, name: str) -> list[float]:
    return found[:, COLUMNS.index(name)].tolist()


def test_a_name_that_is_said_points_at_its_items_the_more_the_rarer_it_is() -> None:
    evidence = Evidence(SHELF)
    found = evidence.of([Turn("user", "anything with ANA RUIZ or bo lind?")])
    one, two, *others = column(found, "names")
    assert one == pytest.approx(np.log(5 / 2) + np.log(5))
    assert two == pytest.approx(np.log(5 / 2))
    assert others == [0, 0, 0]
    assert column(found, "names_lately") == column(found, "names")
    later = [Turn("user", "anything with Ana Ruiz?"), Turn("assistant", "Hm."), Turn("user", "No? Cy Odum then")]
    found = evidence.of(later)
    assert column(found, "names")[1] > 0 == column(found, "names_lately")[1]
    assert column(found, "names_lately")[2] > 0


@pytest.mark.parametrize("text", ["nothing with Ana Ruiz", "I hate Ana Ruiz!", "I don't really like Ana Ruiz, sorry"])
def test_a_name_that_is_refused_is_not_asked_for(text: str) -> None:
    evidence = Evidence(SHELF)
    assert not evidence.of([Turn("user", text)]).any()
    found = evidence.of([Turn("user", f"{text}. Cy Odum is great")])
    assert column(found, "names")[2] > 0 == column(found, "names")[1]
    assert column(evidence.of([Turn("user", "No, Ana Ruiz is great")]), "names")[1] > 0


def test_initials_end_no_sentence() -> None:
    shelf = ItemTable([Item("1", "Owls", None, (), "", {"author": "A. B. Fenn"}), *SHELF.items[1:]])
    assert column(Evidence(shelf).of([Turn("user", "Anything by A. B. Fenn. Please!")]), "names")[0] > 0


def test_kinds_and_words_are_heard_in_the_plural_and_titles_by_their_length() -> None:
    found = Evidence(SHELF).of([Turn("user", "I love comedies, like Harbour Lights")])
    kinds = column(found, "kinds")
    assert kinds[0] == kinds[2] > 0 == kinds[1]
    assert column(found, "words")[3] > 0 == column(found, "words")[1]
    assert column(found, "titled") == [pytest.approx(np.log1p(4)), 0, 0, 0, 0]


def test_what_was_named_is_akin_by_people_kinds_and_title() -> None:
    found = Evidence(SHELF).of([Turn("user", "that one", ("1", "unknown"))])
    assert column(found, "kin_names")[1] == pytest.approx(np.log(5 / 2))
    assert column(found, "kin_words")[2] > 0
    assert column(found, "sequel")[0] == 1
    assert 0.5 < column(found, "sequel")[1] <= 1
    assert column(found, "sequel")[2] == 0


def test_nothing_said_is_no_evidence_and_much_of_it_is_bounded() -> None:
    evidence = Evidence(SHELF)
    assert not evidence.of([]).any()
    assert not evidence.of([Turn("user", "the of and it")]).any()
    everything = " ".join(f"{item.title} {' '.join(item.facts['cast'])}" for item in SHELF)
    found = evidence.of([Turn("user", everything, ("1", "2", "3", "4", "5"))] * 50)
    assert found.max() <= 6
    assert Evidence(ItemTable([])).of([Turn("user", "hello")]).shape == (0, len(COLUMNS))


def test_fame_knows_a_work_again_under_another_spelling_and_takes_the_collection_that_is_covered() -> None:
    one, two = SHELF.items[:2]
    assert key(one) == key(Item("x", "harbour lights", 1999)) != key(Item("x", "Harbour Lights", 1998))
    there = key(Item("y", "Elsewhere", 1950))
    fame = Fame.counted([{key(one): 3, key(two): 1}, {key(one): 9, there: 27}])
    assert fame.of(SHELF.items) == pytest.approx([np.log(4), np.log(2), 0, 0, 0])
    # A quarter of what the second collection names.
    assert fame.of([Item("z", "Harbour Lights", 1999)]) == pytest.approx([np.log(4) * 0.75])
    assert fame.of([]).shape == (0,)
    assert not Fame.counted([{}]).of(SHELF.items).any()


def test_company_keeps_what_two_talks_say_and_lifts_it_above_chance() -> None:
    one, two, three = (key(item) for item in SHELF.items[:3])
    company = Company.counted([[one, two, two], [one, two], [one, three], [two]])
    assert company.together.tolist() == [2]
    assert {company.keys[place] for place in company.pairs[0]} == {one, two}
    assert dict(zip(company.keys.tolist(), company.talks.tolist(), strict=True)) == {one: 3, two: 3, three: 1}
    companions = Companions(company, SHELF.items)
    assert companions.of([]).tolist() == [0] * 5
    found = companions.of([0])
    shares = np.array([3.3, 3.3, 1.3, 0.3, 0.3]) / 8.5
    assert found.tolist() == pytest.approx([0, np.log1p(2 / 8 / shares[1]), 0, 0, 0], abs=1e-5)
    # What was named last counts more.
    assert companions.of([3, 0])[1] > companions.of([0, 3])[1] > 0
    assert not Companions(Company.counted([]), SHELF.items).of([0, 1]).any()


def test_what_is_stored_is_read_again_and_older_files_are_the_reader_alone(tmp_path) -> None:
    rng = np.random.default_rng(0)
    drawn = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes(4, 3, 2).items()}
    home, weights = np.ones((2, 4), dtype=np.float32), np.arange(len(NAMES), dtype=np.float32)
    fame = Fame.counted([{key(item): row for row, item in enumerate(SHELF.items)}])
    company = Company.counted([[key(item) for item in SHELF.items[:3]]] * 2)
    memory = Memory.of(rng.normal(size=(3, 4)).astype(np.float32), [[5, -7], [], [5]])
    own = np.ones((2, len(NAMES)), dtype=np.float32)
    files.save(tmp_path, files.Stored(Heads(drawn), home, Blend(weights, own), fame, company, memory))
    found = files.load(tmp_path)
    assert found.blend.weights.tolist() == weights.tolist()
    assert found.blend.own.tolist() == own.tolist()
    assert found.memory is not None
    for name in ("vectors", "moments", "keys", "named", "counts"):
        assert getattr(found.memory, name).tolist() == getattr(memory, name).tolist(), name
    assert found.fame is not None
    assert found.fame.keys.tolist() == fame.keys.tolist()
    assert found.fame.logs == pytest.approx(fame.logs, abs=0.01)
    assert found.company is not None
    assert found.company.pairs.tolist() == company.pairs.tolist()
    assert found.company.together.tolist() == [2, 2, 2]
    files.save(tmp_path, files.Stored(Heads(drawn), home, Blend.plain(), None, None))
    plain = files.load(tmp_path)
    assert plain.fame is None
    assert plain.company is None
    assert plain.memory is None
    assert plain.blend.is_plain


def test_weights_stored_before_there_was_a_memory_still_hold(tmp_path) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    drawn = {name: np.ones(shape, dtype=np.float32) for name, shape in shapes(4, 3, 2).items()}
    home = np.ones((2, 4), dtype=np.float32)
    files.save(tmp_path, files.Stored(Heads(drawn), home, Blend.plain(), None, None))
    tensors = load_file(tmp_path / files.FILE)
    del tensors["blend_own"]
    tensors["blend"] = torch.arange(11, dtype=torch.float32)
    save_file(tensors, tmp_path / files.FILE)
    blend = files.load(tmp_path).blend
    assert blend.weights.tolist() == [*range(11), 0]
    assert blend.at(0, 1.0) is blend
    tensors["blend"] = torch.arange(4, dtype=torch.float32)
    save_file(tensors, tmp_path / files.FILE)
    with pytest.raises(UsageError, match="weights"):
        files.load(tmp_path)
    wide = Memory.of(np.ones((1, 5), dtype=np.float32), [[1]])
    files.save(tmp_path, files.Stored(Heads(drawn), home, Blend.plain(), None, None, wide))
    with pytest.raises(UsageError, match="vectors of 4"):
        files.load(tmp_path)


def test_a_catalogue_that_is_one_of_those_learned_from_gets_its_own_weights_and_others_those_for_any() -> None:
    shared, own = np.zeros(len(NAMES), dtype=np.float32), np.zeros((2, len(NAMES)), dtype=np.float32)
    own[1, 0] = 1
    blend = Blend(shared, own)
    assert not blend.is_plain
    assert blend.at(1, 1.0).weights[0] == 1
    assert blend.at(1, 0.25).weights[0] == 0.25
    assert blend.at(0, 1.0).weights[0] == blend.at(1, 0.0).weights[0] == 0
    with pytest.raises(UsageError, match="weights"):
        Blend(shared, own[:, :2])
    here, there = [key(item) for item in SHELF.items[:3]], key(Item("y", "Elsewhere", 1950))
    fame = Fame.counted([{there: 5}, {here[0]: 2, there: 6}])
    assert fame.home(SHELF.items) == (1, pytest.approx(0.25))
    assert fame.home([]) == (0, 0.0)


def test_a_blend_of_another_length_and_counts_without_their_keys_are_refused() -> None:
    with pytest.raises(UsageError, match="weights"):
        Blend(np.ones(3, dtype=np.float32))
    with pytest.raises(UsageError, match="counts"):
        Fame(np.arange(3), np.ones((1, 2), dtype=np.float32))
    ones = np.ones(2, dtype=np.float32)
    with pytest.raises(UsageError, match="pairs"):
        Company(np.arange(2), ones, np.array([[0, 2]], dtype=np.int32), ones[:1])
