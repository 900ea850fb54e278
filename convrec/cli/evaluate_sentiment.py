"""`convrec evaluate sentiment`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convrec.cli.console import Json, out, out_json, say
from convrec.cli.evaluate_profiles import lines


def sentiment(
    most: Annotated[int | None, typer.Option(min=100, help="At most so many sentences a set.")] = None,
    write: Annotated[Path | None, typer.Option(help="Fit on both sets and write the regression here.")] = None,
    seed: Annotated[int, typer.Option(help="Of the sample and the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """How well reviews are read: accuracy on film and shop reviews, each fitted on the other, beside two lexicons."""
    from convrec import config
    from convrec.codec import encode
    from convrec.embed import open_encoder
    from convrec.evaluate import sentiment as reading
    from convrec.evaluate.report import context

    settings = config.load(None)
    encoder = open_encoder(settings.models, online=settings.online)
    if write is not None:
        reading.write(encoder, write, say)
        out(f"written: {write}")
        return
    figures = reading.evaluate(encoder, most=most, seed=seed, progress=say)
    if as_json:
        out_json(context() | encode(figures))
        return
    for line in lines(figures):
        out(line)
