"""`convrec evaluate prediction`: will they like it, for people unseen in training."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from convrec.cli.console import Folder, Json, out, out_json, say


def prediction(
    workspace: Folder,
    parts: Annotated[str, typer.Option(help="Which fifth of a person's events is predicted: newest or random.")] = (
        "newest"
    ),
    llm: Annotated[bool, typer.Option("--llm", help="Also the untuned LLM, asked in words (slow).")] = False,
    few_shot: Annotated[bool, typer.Option("--few-shot", help="Also fitted on 16, 64 and 256 people.")] = False,
    max_users: Annotated[int | None, typer.Option(help="A sample of the held-out people; with --llm 30.")] = None,
    plots: Annotated[Path | None, typer.Option(help="A folder for calibration.svg and roc.svg.")] = None,
    seed: Annotated[int, typer.Option(help="Of the people held out, their events and the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """Probability of liking on a fifth of the people, whom no model has seen, beside its peers."""
    from convrec import Recommender
    from convrec.evaluate.plots import write
    from convrec.evaluate.prediction import evaluate
    from convrec.evaluate.report import context

    if llm and max_users is None:
        max_users = 30
    with Recommender.open(workspace) as rec:
        figures = evaluate(rec, parts=parts, llm=llm, few_shot=few_shot, max_users=max_users, seed=seed, progress=say)
    written = [str(path) for path in write(figures, plots)] if plots is not None else []
    if as_json:
        out_json(context() | figures | {"plots": written})
        return
    _print(figures)
    for path in written:
        out(f"written: {path}")


def _print(figures: dict[str, Any]) -> None:
    from convrec.evaluate.report import table

    wide = ("AUC", "within-user AUC")
    narrow = ("accuracy", "precision", "recall", "F1", "RMSE", "Brier", "calibration error", "rating RMSE")

    def rows(systems: dict[str, Any]) -> list[list[str]]:
        return [
            [name, *(str(its.get(key, "-")) for key in wide), *(_mean(its.get(key)) for key in narrow)]
            for name, its in systems.items()
        ]

    out(table(["predictor", *wide, *narrow], rows(figures["systems"])))
    out(f"\n{figures['protocol']}")
    out(f"{figures['people']} people, {figures['events']} events, {figures['liked']:.0%} liked")
    for name, gains in figures["differences"].items():
        for key, gain in gains.items():
            clear = "" if gain.low <= 0 <= gain.high else "  (clear of chance)"
            out(f"{key}, {figures['ours']} - {name}: {gain.mean:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]{clear}")
    if "few_shot" in figures:
        out("\n" + table(["fitted on", *wide, *narrow], rows(figures["few_shot"])))


def _mean(estimate: Any) -> str:
    return "-" if estimate is None else f"{estimate.mean:.4f}"
