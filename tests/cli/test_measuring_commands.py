"""Commands that measure training and adapters: what they refuse, before anything heavy is done."""

from __future__ import annotations

import json

import pytest

from convrec.cli.main import run
from convrec.errors import UsageError


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bench", "tune", "--ways", "fp8"], "no way 'fp8'; there are: bf16, 4bit, dora, trl"),
        (["bench", "tune", "--recipe", "nowhere"], "no recipe 'nowhere'"),
        (["bench", "rank", "nowhere"], "nowhere"),
        (["evaluate", "ablations", "nowhere"], "nowhere"),
        (["evaluate", "adapters", "nowhere"], "nowhere"),
        (["tune", "--recipe", "rank", "--figures-only"], "needs --out DIR, where the figures are to go"),
    ],
)
def test_what_cannot_be_measured_is_named(arguments, said):
    with pytest.raises(UsageError, match=said):
        run(arguments)


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (["bench", "tune"], "--ways"),
        (["bench", "rank"], "--candidates"),
        (["evaluate", "adapters"], "--json"),
        (["evaluate", "ablations"], "--only"),
        (["tune", "adapter"], "--figures-only"),
    ],
)
def test_every_command_shows_its_options(arguments, option, capsys):
    assert run([*arguments, "--help"]) == 0
    shown = capsys.readouterr().out
    assert option in shown
    assert "Example" in shown or arguments[0] == "tune"


def test_shipped_adapters_are_judged_or_named_without_a_workspace(capsys, monkeypatch):
    from convrec.evaluate import adapter_figures

    monkeypatch.setattr(adapter_figures, "shipped", lambda: iter(()))
    assert run(["evaluate", "adapters", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["adapters"] == []
