"""`convrec bench page`: many people at the chat page at once."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from convrec.cli.console import Folder, Json, out, out_json, say


def page(
    workspace: Folder,
    people: Annotated[int, typer.Option(help="How many talk at once.")] = 20,
    minutes: Annotated[float, typer.Option(help="How long they talk.")] = 10.0,
    think: Annotated[float, typer.Option(help="Mean seconds between an answer and the next message.")] = 20.0,
    overload: Annotated[bool, typer.Option("--overload", help="Measure a flood instead: refusals, recovery.")] = False,
    rate: Annotated[float, typer.Option(help="Messages a second of the flood.")] = 50.0,
    seed: Annotated[int, typer.Option(help="Of messages and pauses.")] = 0,
    as_json: Json = False,
) -> None:
    """People talk to the page, served by a process of its own: first paint, waits, who is served, fairness, memory; or
    a flood. One person alone: --people 1 --think 1 --minutes 1.
    """
    import asyncio

    from convrec.evaluate import page_load as measuring
    from convrec.evaluate.page_paint import paint
    from convrec.evaluate.page_process import running
    from convrec.evaluate.report import context

    say("serving the page in a process of its own")
    with running(workspace) as (address, pid):
        seen = {} if overload else {"paint": paint(address)}  # before anybody talks
        if overload:
            calm, flood = 60 * minutes * 0.4, 60 * minutes * 0.6
            work = measuring.overload(address, calm=calm, flood=flood, rate=rate, seed=seed, progress=say)
        else:
            work = measuring.people(
                address, pid, count=people, seconds=60 * minutes, think=think, seed=seed, progress=say
            )
        found = seen | asyncio.run(work)
    if as_json:
        out_json(context() | found)
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    if "flood" in found:
        flood = found["flood"]
        out(f"to the end of an answer, in peace: {found['calm']['done_s']}")
        out(f"to the end of an answer, beside the flood: {found['flooded']['done_s']}")
        counts = ", ".join(f"{flood[name]} {name}" for name in ("sent", "accepted", "refused", "errors"))
        out(f"flood: {counts}; refused within {flood['refusal_s']} s, {flood['refusals_that_say_when']} say when")
        out(f"seconds after the flood until nobody waited and answers were full again: {found['recovery_s']}")
        return
    out(f"seconds until the page is seen and can be used, before anybody talks: {found['paint']}")
    counts = ", ".join(f"{found[name]} {name}" for name in ("messages", "served", "refused", "errors"))
    out(f"{found['people']} people: {counts}; place in line shown {found['place_shown']} times")
    out(f"seconds to the first status {found['status_s']}, the cards {found['cards_s']}")
    out(f"seconds to the first reason {found['word_s']}, the end {found['done_s']}")
    out(f"slowest person's mean against the median: {found['fairness_worst']}")
    out(f"memory {found['memory']}")
