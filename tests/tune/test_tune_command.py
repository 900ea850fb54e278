"""`convrec tune WORKSPACE` from the command to the recommendations and back."""

from __future__ import annotations

import json
import shutil

import pytest
import walkers
from typer.testing import CliRunner

from convrec import Recommender, config, workspace
from convrec.cli.tune import app as tune_commands
from convrec.embed.sentence import SentenceEncoder
from convrec.stages import HISTORY_INDEX
from convrec.testing.tiny_encoder import make_encoder
from convrec.tune import registry
from convrec.tune.registry import Registry
from convrec.types import Request

RECIPE = """name = "rank"
layers = 1
licence = "that of some other log"
[lora]
r = 4
[train]
steps = 60
batch_size = 16
lr = 3e-3
warmup = 5
validate_every = 30
[[task]]
kind = "rank"
lr = 2e-2
length = 12
id_dim = 16
out_dim = 32
id_dropout = 0.0
dropout = 0.1
like_weight = 0.2
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory, tiny_folder):
    """A workspace with the tiny models in its settings."""
    folder = tmp_path_factory.mktemp("tuned")
    data = walkers.dataset(folder)
    encoder = make_encoder(folder, [f"{item.title} {item.text} ( ) . , 0 1 2 3 4 5 6 7 8 9" for item in data.items])
    made = workspace.init(folder / "shop", data, encoder=SentenceEncoder(encoder), noun="thing", verb="took")
    file = made / config.FILE
    models = f'llm = "{tiny_folder}"\nencoder = "{encoder}"\ndevice = "cpu"\ndtype = "float32"\n'
    file.write_text(file.read_text() + f"\n[models]\n{models}")
    (folder / "recipe.toml").write_text(RECIPE)
    return made


def called(*arguments):
    from convrec.cli.adapters import app as adapters
    from convrec.cli.tune import app as tune

    command, *rest = map(str, arguments)
    done = CliRunner().invoke({"tune": tune, "adapters": adapters}[command], rest, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def found(rec, person=3):
    return rec.shortlist(rec.history(f"p{person}"), Request(k=10))


def sources(rec, person=3):
    past = rec.history(f"p{person}")
    profile = rec.stages.quick_profile(past, [])
    return rec.stages.retriever.retrieve(past, profile, Request(k=10), 20)


def by_llm(rec):
    """Items in the order of the tuned LLM's share, whatever its units."""
    return [one.item_id for one in sorted(sources(rec), key=lambda one: -one.sources["llm"])]


def test_tune_install_use_and_roll_back(place):
    with Recommender.open(place) as rec:
        assert rec.stages.sequence is None
        before = [one.item.id for one in found(rec)]
        assert all("llm" not in candidate.sources for candidate in sources(rec))

    told = json.loads(called("tune", place, "--recipe", place.parent / "recipe.toml", "--json"))
    outcome = told["outcome"]
    assert outcome["after"]["rank"]["NDCG@10"] > outcome["before"]["rank"]["NDCG@10"] + 0.2
    assert told["generation"] == "0001"
    assert told["weights"]["users"] == walkers.PEOPLE
    entry = Registry(place).get("rank")
    assert (entry.active, entry.generation, entry.tasks, entry.faults()) == (True, "0001", ("rank",), [])
    assert entry.manifest["held_out_newest"] == 2
    card = (entry.folder / "README.md").read_text()
    assert "Licence of the data: not stated" in card
    assert "that of some other log" not in card
    weight = config.load(place).retrieve.sequence_weight
    assert weight == told["weights"]["sequence_weight"] > 0
    assert called("adapters", "verify", place).startswith("rank 0001: good")

    with Recommender.open(place) as rec:
        assert rec.stages.sequence.found == walkers.THINGS
        shown = sources(rec)
        assert shown[0].sources["llm"] > 0
        for candidate in shown:
            assert sum(candidate.sources.values()) == pytest.approx(candidate.score, abs=1e-5)
        hits = sum(
            f"t{walkers.walk(person, walkers.steps_of(person) + 1)[-1]}"
            in {one.item.id for one in found(rec, person)[:5]}
            for person in range(20)
        )
        assert hits >= 10
        exact = by_llm(rec)
    assert not (place / HISTORY_INDEX).exists()

    with Recommender.open(place, retrieve={"sequence_index_from": 8}) as rec:
        # Units differ a little, and so may who comes in last; the order does not.
        common = [item_id for item_id in by_llm(rec) if item_id in exact]
        assert len(common) >= 17
        assert common == [item_id for item_id in exact if item_id in common]
        assert len(list((place / HISTORY_INDEX).glob("gen-*"))) == 1
        shown = by_llm(rec)
        rec.refit()
        assert by_llm(rec) == shown

    assert "no adapter 'rank' is in use any more" in called("adapters", "rollback", place, "rank")
    with Recommender.open(place) as rec:
        assert rec.stages.sequence is None
        assert all("llm" not in candidate.sources for candidate in sources(rec))
        assert len(found(rec)) == len(before)

    assert "rank 0001 is in use" in called("adapters", "activate", place, "rank")
    with Recommender.open(place, models={"adapters": {"rank": ""}}) as rec:
        assert rec.stages.sequence is None


def test_a_ranker_that_knows_the_catalogue_is_pointed_to(place, tmp_path, monkeypatch):
    shutil.copytree(Registry(place).get("rank").folder, tmp_path / "shipped" / "rank")
    monkeypatch.setattr(registry, "files", lambda package: tmp_path / "shipped")
    given = ["adapter", str(place), "--recipe", str(place.parent / "recipe.toml"), "--steps", "1", "--fresh"]
    done = CliRunner().invoke(tune_commands, [*given, "--out", str(tmp_path / "new")], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "adapter rank knows 100% of what is taken up here: --from rank begins there" in done.stderr
    begun = [*given, "--from", str(tmp_path / "shipped" / "rank"), "--out", str(tmp_path / "on")]
    done = CliRunner().invoke(tune_commands, begun, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "begins there" not in done.stderr


def test_a_log_too_small_to_choose_on_leaves_the_settings_alone(tmp_path, monkeypatch):
    from convrec.cli import tune_adapter
    from convrec.tune import fusion

    place = walkers.shop(tmp_path, people=12)
    file = place / config.FILE
    file.write_text(file.read_text() + "\n[retrieve]\nsequence_weight = 0.5\n")
    before = file.read_text()
    real = Recommender.open.__func__
    monkeypatch.setattr(Recommender, "open", classmethod(lambda cls, place: real(
        cls, place, encoder=walkers.ENCODER, models={"llm": "none"})))  # fmt: skip
    choice = tune_adapter._weights(str(place))
    assert isinstance(choice, fusion.Choice)
    assert choice.users == 12
    assert file.read_text() == before
