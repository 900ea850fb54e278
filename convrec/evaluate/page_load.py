"""Many people at one page: who is served, how long each waits, what a flood does, whether memory grows.

Load is closed: each person thinks, asks, reads the whole answer and thinks again (Schroeder et al., NSDI 2006, say why
that and an open flood are different measurements; the flood here is open).
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import httpx
import psutil

from convrec.evaluate.page_visitor import Heard, Layout, PageVisitor

SAY = (
    "something quiet for tonight", "a comedy from the eighties", "like that but newer", "nothing too long",
    "surprise me", "something my parents would enjoy", "less well known please", "a thriller, but not violent",
    "what would you suggest after a long day", "something with a good ending",
)  # fmt: skip
_WARM = 0.3
"""Share of a run that counts as warming up, for the memory."""


async def people(
    address: str, pid: int, *, count: int, seconds: float, think: float, seed: int = 0,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:  # fmt: skip
    """So many people talk for so long.

    Args:
        address: Of the page.
        pid: Its process, whose memory is watched.
        count: People, each with a cookie and a session of their own.
        seconds: How long new messages are sent; answers begun are waited for.
        think: Mean seconds between an answer and the next message, exponentially distributed.
        seed: Of messages and pauses.
        progress: Told about every minute.

    Returns:
        Counts of messages, served, refused and errors; seconds to the first status, the cards, the first reason and the
        end (p50, p95, max); each person's mean time against the median of all (`fairness_worst`, 1: all alike); memory
        in MiB and its slope in MiB a minute.
    """
    layout = await _layout(address)
    until = time.monotonic() + seconds
    memory = asyncio.create_task(_memory(pid, seconds))
    talks = [
        asyncio.create_task(_talk(address, layout, until, think, random.Random(f"{seed} {n}"))) for n in range(count)
    ]
    while time.monotonic() < until and not all(talk.done() for talk in talks):
        await asyncio.sleep(min(60.0, max(0.1, until - time.monotonic())))
        progress(f"{max(0, round(until - time.monotonic()))} s to go, {await _load(address)}")
    heard = [await talk for talk in talks]
    everything = [one for mine in heard for one in mine]
    return _summary(heard, everything) | {"memory": await memory, "server": await _metrics(address)}


async def overload(
    address: str, *, calm: float, flood: float, rate: float, honest: int = 3, think: float = 2.0, seed: int = 0,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, Any]:  # fmt: skip
    """A few people talk in peace, then beside a flood, then after it.

    Args:
        address: Of the page.
        calm: Seconds of peace.
        flood: Seconds of flood.
        rate: Messages a second that nobody listens to, from visitors without number.
        honest: People who talk all the while.
        think: Their mean pause.
        seed: Of messages and pauses.
        progress: Told of each part.

    Returns:
        Times of the honest before and in the flood, how quickly the flood was refused and whether it was told when to
        come back, and the seconds after its end until the line was empty.
    """
    layout = await _layout(address)
    progress(f"{honest} people in peace for {calm:.0f} s")
    before = await _honest(address, layout, honest, calm, think, seed)
    progress(f"a flood of {rate:.0f} messages a second for {flood:.0f} s beside them")
    talking = asyncio.create_task(_honest(address, layout, honest, flood, think, seed + 1))
    answers = await _flood(address, layout, flood, rate)
    ended = time.monotonic()
    emptied: float | None = None
    while time.monotonic() - ended < 60 and emptied is None:
        load = await _metrics(address)
        if load.get("convrec_waiting") == 0 and load.get("convrec_effort_step") == 0:
            emptied = time.monotonic() - ended
        await asyncio.sleep(0.25)
    during = await talking
    after = await _honest(address, layout, 1, 3.0, 0.5, seed + 2)
    refused = [one for one in answers if one[0] in (429, 503)]
    return {
        "calm": before, "flooded": during, "after": after,
        "flood": {
            "sent": len(answers),
            "accepted": sum(status == 200 for status, _, _ in answers),
            "refused": len(refused),
            "errors": sum(status not in (200, 429, 503) for status, _, _ in answers),
            "refusal_s": _quantiles([seconds for _, seconds, _ in refused]),
            "refusals_that_say_when": sum(bool(when) for _, _, when in refused),
        },
        "recovery_s": emptied, "server": await _metrics(address),
    }  # fmt: skip


async def _talk(address: str, layout: Layout, until: float, think: float, rng: random.Random) -> list[Heard]:
    found: list[Heard] = []
    await asyncio.sleep(rng.uniform(0, min(think, max(0.0, until - time.monotonic()))))
    async with PageVisitor(address, layout) as visitor:
        while time.monotonic() < until:
            one = await visitor.say(rng.choice(SAY))
            one.text.clear()
            found.append(one)
            pause = float(one.retry_after or 0) if one.refused_s is not None else rng.expovariate(1 / think)
            await asyncio.sleep(min(max(pause, 0.2), 3 * think))
    return found


async def _honest(address: str, layout: Layout, count: int, seconds: float, think: float, seed: int) -> dict[str, Any]:
    until = time.monotonic() + seconds
    talks = (_talk(address, layout, until, think, random.Random(f"{seed} {n}")) for n in range(count))
    heard = await asyncio.gather(*talks)
    return _summary(heard, [one for mine in heard for one in mine])


async def _flood(address: str, layout: Layout, seconds: float, rate: float) -> list[tuple[int, float, str]]:
    """Status, seconds and Retry-After of each message."""
    # Whoever floods does not wait for a free connection: what is measured is the page.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=64)
    function = int(layout.function("cr-box", "submit")["id"])
    answers: list[tuple[int, float, str]] = []
    async with httpx.AsyncClient(base_url=address, timeout=30, trust_env=False, limits=limits) as client:

        async def one(number: int) -> None:
            # Every second message comes from a visitor of its own, the others from one that forgot its cookie.
            body = {
                "data": layout.inputs(function, {"cr-box": "flood"}), "event_data": None, "fn_index": function,
                "session_hash": f"flood{number}", "trigger_id": None,
            }  # fmt: skip
            began = time.perf_counter()
            try:
                if number % 2:
                    first = await client.get("/gradio_api/startup-events")
                    kept = "; ".join(f"{name}={value}" for name, value in first.cookies.items())
                    headers = {"cookie": kept}
                else:
                    headers = {}
                client.cookies.clear()
                began = time.perf_counter()
                answer = await client.post("/gradio_api/queue/join", json=body, headers=headers)
                answers.append((answer.status_code, time.perf_counter() - began, answer.headers.get("retry-after", "")))
            except httpx.HTTPError:
                answers.append((0, time.perf_counter() - began, ""))

        tasks: list[asyncio.Task[None]] = []
        began = time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            while len(tasks) < passed * rate:
                tasks.append(asyncio.create_task(one(len(tasks))))
            await asyncio.sleep(0.02)
        await asyncio.gather(*tasks)
    return answers


async def _memory(pid: int, seconds: float) -> dict[str, float]:
    process = psutil.Process(pid)
    times: list[float] = []
    sizes: list[float] = []
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        times.append(passed / 60)
        sizes.append(process.memory_info().rss / 2**20)
        await asyncio.sleep(min(2.0, seconds / 20))
    late = [(at, size) for at, size in zip(times, sizes, strict=True) if at >= _WARM * times[-1]]
    slope = statistics.linear_regression(*zip(*late, strict=True)).slope if len(late) > 2 else 0.0
    return {"first_mib": round(sizes[0], 1), "last_mib": round(sizes[-1], 1), "slope_mib_a_minute": round(slope, 3)}


def _summary(heard: Sequence[Sequence[Heard]], everything: Sequence[Heard]) -> dict[str, Any]:
    served = [one for one in everything if one.done_s is not None and not one.failed]
    means = [
        statistics.fmean(times)
        for mine in heard
        if (times := [one.done_s for one in mine if one.done_s is not None and not one.failed])
    ]
    middle = statistics.median(means) if means else 0.0
    return {
        "people": len(heard),
        "people_served": len(means),
        "messages": len(everything),
        "served": len(served),
        "refused": sum(one.refused_s is not None for one in everything),
        "errors": sum(bool(one.failed) for one in everything),
        "first_error": next((one.failed for one in everything if one.failed), ""),
        "place_shown": sum(one.waited for one in served),
        "eased": sum(one.eased for one in served),
        "status_s": _quantiles([one.status_s for one in served]),
        "cards_s": _quantiles([one.cards_s for one in served]),
        "word_s": _quantiles([one.word_s for one in served]),
        "done_s": _quantiles([one.done_s for one in served]),
        "fairness_worst": round(max(means) / middle, 2) if middle else None,
    }


def _quantiles(values: Sequence[float | None]) -> dict[str, float]:
    known = sorted(value for value in values if value is not None)
    if not known:
        return {}
    return {
        "p50": round(known[len(known) // 2], 3),
        "p95": round(known[min(len(known) - 1, int(0.95 * len(known)))], 3),
        "max": round(known[-1], 3),
    }


async def _layout(address: str) -> Layout:
    async with PageVisitor(address) as visitor:
        assert visitor.layout is not None
        return visitor.layout


async def _metrics(address: str) -> dict[str, float]:
    """The page's own figures that carry no label but the effort or the reason of a refusal."""
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        text = (await client.get(f"{address}/metrics")).text
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, value in pairs if "request" not in name}


async def _load(address: str) -> str:
    found = await _metrics(address)
    return f"{found['convrec_running']:.0f} being answered, {found['convrec_waiting']:.0f} waiting"
