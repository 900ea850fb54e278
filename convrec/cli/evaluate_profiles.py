"""`convrec evaluate profiles` and `convrec evaluate explanations`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from convrec.cli.console import Folder, Json, out, out_json, say
from convrec.errors import UsageError


def profiles(
    workspace: Folder,
    max_users: Annotated[int, typer.Option(min=10, help="People in the sample.")] = 300,
    worded: Annotated[bool, typer.Option("--worded", help="Also let the LLM write the texts.")] = False,
    validation: Annotated[
        bool, typer.Option("--validation", help="Judge the text alone by the second newest event, to choose weights.")
    ] = False,
    seed: Annotated[int, typer.Option(help="Of the sample and the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """Whether profiles are true and steer: statements recounted, the text recommended from, changed and obeyed."""
    from convrec import Recommender
    from convrec.codec import encode
    from convrec.evaluate.profiles import evaluate
    from convrec.evaluate.report import context

    asked: dict[str, Any] = {"explain": {"wording": "llm"}} if worded else {}
    with Recommender.open(workspace, **asked) as rec:
        if worded and rec.stages.profiler.wording is None:
            raise UsageError("no model words profiles here: tune one (adapter profile), or leave out --worded")
        figures = evaluate(rec, max_users=max_users, seed=seed, worded=worded, validation=validation, progress=say)
    if as_json:
        out_json(context() | encode(figures))
        return
    for line in lines(figures):
        out(line)


def explanations(
    workspace: Folder,
    count: Annotated[int, typer.Option(min=10, help="Explanations, five a list.")] = 2000,
    worded: Annotated[bool, typer.Option("--worded", help="Let the LLM write them; slow.")] = False,
    seed: Annotated[int, typer.Option(help="Of people, wishes and the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """Whether reasons are true: every claim looked up again, how varied they are, whether they name the wish."""
    from convrec import Recommender
    from convrec.codec import encode
    from convrec.evaluate.explanations import evaluate
    from convrec.evaluate.report import context

    asked: dict[str, Any] = {"explain": {"wording": "llm"}} if worded else {}
    with Recommender.open(workspace, **asked) as rec:
        if worded and rec.stages.explainer.writer == "template":
            raise UsageError("no model words reasons here: name one under [models], or leave out --worded")
        figures = evaluate(rec, count=count, seed=seed, progress=say)
    if as_json:
        out_json(context() | encode(figures))
        return
    for line in lines(figures):
        out(line)


def lines(figures: dict[str, Any], indent: str = "") -> list[str]:
    """Nested figures as indented lines."""
    found = []
    for name, value in figures.items():
        said = name.replace("_", " ")
        if isinstance(value, dict):
            found += [f"{indent}{said}", *lines(value, indent + "  ")]
        elif isinstance(value, float):
            found.append(f"{indent}{said}: {value:.4f}")
        elif isinstance(value, list):
            found += [f"{indent}{said}:", *(f"{indent}  {entry}" for entry in value)] if value else []
        else:
            found.append(f"{indent}{said}: {value}")
    return found
