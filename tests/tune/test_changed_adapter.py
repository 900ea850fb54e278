"""An adapter that somebody changed is out of use, and says so."""

from __future__ import annotations

import json
import shutil

import pytest
from typer.testing import CliRunner

from convrec.cli.doctor import app
from convrec.tune import registry
from convrec.tune.recipe import find

runner = CliRunner()


@pytest.fixture
def come_along(tmp_path, monkeypatch):
    """A copy of the shipped ranker in the place of all that come with convrec; its folder."""
    folder = tmp_path / "shipped" / "rank"
    shutil.copytree(find("rank").parent, folder)
    monkeypatch.setattr(registry, "files", lambda package: folder.parent)
    return folder


def of_adapters(*arguments: str) -> dict[str, dict[str, str]]:
    found = json.loads(runner.invoke(app, [*arguments, "--json"]).stdout)["findings"]
    return {each["what"]: each for each in found if each["what"].startswith("adapter ")}


def test_one_that_comes_with_convrec_is_left_out_with_a_warning(come_along, caplog):
    base = registry.read(come_along).manifest["base"]["id"]
    assert [entry.name for entry in registry.fitting(base, "rank")] == ["rank"]
    assert registry.fitting(base, "explain") == []
    assert registry.fitting("another", "rank") == []
    assert caplog.records == []
    with (come_along / "recipe.toml").open("a") as recipe:
        recipe.write("# tried something\n")
    assert registry.fitting(base) == []
    assert "adapter rank" in caplog.text
    assert "recipe.toml" in caplog.text
    assert "convrec doctor" in caplog.text


def test_doctor_names_it_and_the_way_out(come_along):
    assert of_adapters()["adapter rank"]["state"] == "ok"
    (come_along / "recipe.toml").unlink()
    found = of_adapters()["adapter rank"]
    assert found["state"] == "warning"
    assert found["detail"] == "not used: recipe.toml: missing"
    assert "reinstall" in found["remedy"]


def test_doctor_looks_at_those_of_a_workspace_that_are_in_use(come_along, tmp_path):
    place = tmp_path / "shop"
    place.mkdir()
    (place / "convrec.toml").write_text('name = "shop"\n')
    its = registry.Registry(place)
    its.install(come_along)
    its.activate("rank", its.install(come_along).generation)
    assert list(of_adapters(str(place))) == ["adapter rank", "adapter rank 0002"]
    (its.get("rank").folder / "README.md").write_text("mine")
    found = of_adapters(str(place))["adapter rank 0002"]
    assert found["state"] == "warning"
    assert "README.md" in found["detail"]
    assert f"convrec adapters rollback {place} rank" in found["remedy"]
