"""What the one who runs the page wants to know, in Prometheus' text format: counts and times, nobody's words or names.

The format is that of https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
"""

from __future__ import annotations

import bisect
import threading
from collections import defaultdict
from collections.abc import Iterable

import psutil

from .line import Line
from .presence import Presence

KIND = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper ends of the histogram's buckets, in seconds."""


class Metrics:
    """Counts requests and their times, and reads the line. Safe to use from several threads."""

    def __init__(self, line: Line, presence: Presence) -> None:
        """Report on this page."""
        self._line = line
        self._presence = presence
        self._guard = threading.Lock()
        self._requests: dict[tuple[str, int], int] = defaultdict(int)
        self._buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._sums: dict[str, float] = defaultdict(float)
        self._process = psutil.Process()

    def request(self, kind: str, status: int, seconds: float) -> None:
        """A request of this kind was answered; seconds until its first byte."""
        with self._guard:
            self._requests[kind, status] += 1
            self._buckets[kind][bisect.bisect_left(_BOUNDS, seconds)] += 1
            self._sums[kind] += seconds

    def text(self) -> str:
        """Everything, as Prometheus reads it."""
        load = self._line.load()
        with self._guard:
            lines = [
                *_named("convrec_requests_total", "counter", "HTTP requests by kind and status.", (
                    (f'{{kind="{kind}",status="{status}"}}', count)
                    for (kind, status), count in sorted(self._requests.items())
                )),
                *self._histogram(),
            ]  # fmt: skip
        lines += _named("convrec_answers_total", "counter", "Answers by effort: full, plain (reasons by template), "
                        "bare (no language model).",
                        ((f'{{effort="{effort}"}}', count) for effort, count in load.served.items()))  # fmt: skip
        lines += _named("convrec_refusals_total", "counter", "Answers refused: rate (too many in a minute), each (too "
                        "many of one person), full (too many in all).",
                        ((f'{{reason="{reason}"}}', count) for reason, count in load.refused.items()))  # fmt: skip
        memory = self._process.memory_info().rss
        for name, text, value in (
            ("convrec_waiting", "Answers that wait for their turn.", load.waiting),
            ("convrec_running", "Answers that are being made.", load.running),
            ("convrec_listening", "Open streams of events.", len(self._presence)),
            ("convrec_answer_seconds", "Running mean of a full answer.", round(load.seconds, 4)),
            ("convrec_expected_wait_seconds", "Expected wait of a newcomer.", round(load.wait, 4)),
            ("convrec_effort_step", "0 full, 1 reasons by template, 2 no language model.",
             ("full", "plain", "bare").index(load.effort)),
            ("process_resident_memory_bytes", "Resident memory.", memory),
            ("process_threads", "Threads.", self._process.num_threads()),
        ):  # fmt: skip
            lines += _named(name, "gauge", text, [("", value)])
        return "\n".join(lines) + "\n"

    def _histogram(self) -> list[str]:
        name = "convrec_request_seconds"
        lines = [f"# HELP {name} Seconds until the first byte of an answer.", f"# TYPE {name} histogram"]
        for kind, counts in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), counts, strict=True):
                total += count
                lines.append(f'{name}_bucket{{kind="{kind}",le="{bound}"}} {total}')
            lines += [f'{name}_sum{{kind="{kind}"}} {self._sums[kind]:.6f}', f'{name}_count{{kind="{kind}"}} {total}']
        return lines


def _named(name: str, kind: str, text: str, values: Iterable[tuple[str, float]]) -> list[str]:
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}", *(f"{name}{labels} {value}" for labels, value in values)]
