"""`convrec evaluate simulate`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from convrec.cli.console import Folder, Json, out, out_json, say
from convrec.cli.evaluate_profiles import lines
from convrec.errors import UsageError


def simulate(
    workspace: Folder,
    users: Annotated[int, typer.Option(min=10, help="People.")] = 300,
    turns: Annotated[int, typer.Option(min=1, max=20, help="Messages a talk may have.")] = 5,
    talks: Annotated[int, typer.Option(min=0, help="Talks given in full.")] = 5,
    llm: Annotated[bool, typer.Option("--llm", help="The LLM words what people say; checked, and slow.")] = False,
    seed: Annotated[int, typer.Option(help="Of people, what they say, and the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """Simulated people, built from real histories, talk until they are shown what they went on to like.

    Beside them the same people without a word, five cards after the other, and the same talks by strangers.
    """
    from convrec import Recommender
    from convrec.evaluate.report import context
    from convrec.evaluate.simulate import evaluate
    from convrec.evaluate.simulate_rephrase import Rephrasing

    overrides: dict[str, Any] = {} if llm else {"models": {"llm": "none"}}
    with Recommender.open(workspace, **overrides) as rec:
        if llm and rec.model is None:
            raise UsageError("the settings name no LLM to word what people say; leave out --llm")
        rephrase = Rephrasing(rec.model, rec.understander) if llm and rec.model is not None else None
        figures = evaluate(rec, users=users, turns=turns, seed=seed, rephrase=rephrase, sample=talks, progress=say)
        if rephrase is not None:
            figures["worded_anew"] = f"{rephrase.taken} of {rephrase.asked} messages"
    if as_json:
        out_json(context() | figures)
        return
    for line in lines(figures):
        out(line)
