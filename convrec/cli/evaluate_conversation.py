"""`convrec evaluate conversation`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from convrec.cli.console import Folder, Json, out, out_json, say

if TYPE_CHECKING:
    from convrec.evaluate.conversation import Row, Versus


def conversation(
    workspace: Folder,
    dialogues: Annotated[list[Path], typer.Option(help="Recorded talks, JSON lines, also .gz; repeatable.")],
    split: Annotated[
        str, typer.Option(help="Which to judge by: the file's own word (dev, test...), `held-out` (a tenth), or `all`.")
    ] = "all",
    training: Annotated[
        list[Path] | None, typer.Option(help="Talks that popularity is counted in; else the other splits of the same.")
    ] = None,
    words_only: Annotated[
        bool, typer.Option("--words-only", help="Give the words without the ids of the items named in them.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of bootstrap and randomisation.")] = 0,
    as_json: Json = False,
) -> None:
    """Does it find what people in such talks go on to name? Beside popularity, BM25, the untuned encoder and an echo.

    Every assistant turn that names items is predicted from the turns before it, over the whole catalogue; first for
    items not named before, then with repeats. `held-out` is the tenth that tuning leaves out, by a checksum of the ids.
    """
    from convrec import Recommender
    from convrec.data.dialogues import parted
    from convrec.evaluate import conversation as talks
    from convrec.evaluate.conversation_peers import peers
    from convrec.evaluate.report import context

    judged, others = parted(dialogues, split)
    if training:
        others = parted(training, "all")[0]
    with Recommender.open(workspace, models={"llm": "none"}) as rec:
        figures = talks.evaluate(
            rec, judged, peers(rec, others), words_only=words_only, seed=seed, progress=say
        )  # fmt: skip
    if as_json:
        out_json(context() | {"split": split} | figures)
        return
    for line in _lines(figures):
        out(line)


def _lines(figures: Mapping[str, Any]) -> list[str]:
    from convrec.evaluate.conversation import CUTS, KINDS
    from convrec.evaluate.report import table

    rows: Sequence[Row] = figures["systems"]
    versus: Sequence[Versus] = figures["comparisons"]
    named = {"new": "items not named before", "all": "all items named, repeats included"}
    lines = [
        f"{figures['dialogues']:,} dialogues, {figures['moments']:,} turns that name items, {figures['items']:,} items "
        f"ranked; intervals: 95 %, bootstrap over dialogues, seed {figures['seed']}"
    ]
    for kind in KINDS:
        lines.append(f"\n{named[kind]}: {figures['cases'][kind]:,} cases")
        shown = ("Recall@1", "Recall@10", "Recall@50")
        lines.append(
            table(["system", *shown], [[row.name, *(_short(row.figures[kind][m]) for m in shown)] for row in rows])
        )
        cuts = [f"{metric}@{k}" for metric in ("Recall", "NDCG") for k in CUTS]
        heads = [name.replace("Recall", "R").replace("NDCG", "N") for name in cuts]
        lines.append(
            table(["", *heads], [[row.name, *(f"{row.figures[kind][m].mean:.3f}" for m in cuts)] for row in rows])
        )
    lines.append("\nconvrec less a peer, items not named before (* clear of chance after Holm's correction)")
    lines.append(
        table(
            ["peer", "metric", "difference", "p (Holm)  "],
            [
                [one.peer, one.metric, str(one.difference), f"{one.p_holm:.4f}" + (" *" if one.p_holm < 0.05 else "  ")]
                for one in versus
            ],
        )
    )
    return lines


def _short(estimate: Any) -> str:
    return f"{estimate.mean:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
