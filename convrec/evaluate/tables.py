"""The figures of a ranking as text, at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from convrec.evaluate.report import table

if TYPE_CHECKING:
    from convrec.evaluate.interval import Estimate
    from convrec.evaluate.ranking import Comparison, Row

_CUTS = (1, 5, 10, 20, 50)
_HEADS = {"activity": "people by activity", "mainstream": "people by common taste", "shelf": "targets by fame",
          "opinion": "targets by opinion"}  # fmt: skip


def described(figures: Mapping[str, Any]) -> str:
    """What `ranking.evaluate` found, for people."""
    rows: Sequence[Row] = figures["systems"]
    several = figures["targets"] > figures["cases"]
    parts = [
        f"{figures['protocol']}: {figures['cases']:,} people, {figures['targets']:,} held-out items, "
        f"{figures['items']:,} items ranked\nties: {figures['ties']}; intervals: 95 %, bootstrap over people, "
        f"seed {figures['seed']}",
        _main(rows),
        _cuts(rows, "NDCG"),
        _cuts(rows, "HR"),
        # With one target a person recall is the hit rate.
        *([_cuts(rows, "Recall")] if several else []),
        _cuts(rows, "MRR"),
        _lists(rows),
        *(_groups(rows, by) for by in _HEADS if by in rows[0].groups),
        _comparisons(figures["ours"], figures["comparisons"]),
        *([_share(figures["llm_share"], figures["llm_share_liked"])] if figures["llm_share"] else []),
        *(f"note: {note}" for note in figures["notes"]),
    ]
    return "\n\n".join(parts)


def _main(rows: Sequence[Row]) -> str:
    shown = ("NDCG@10", "HR@10", "MRR")
    lines = [[row.name, *(str(row.figures[name]) for name in shown)] for row in rows]
    return table(["system", *shown], lines)


def _cuts(rows: Sequence[Row], metric: str) -> str:
    names = [f"{metric}@{k}" for k in _CUTS]
    return table(["system", *names], [[row.name, *(f"{row.figures[name].mean:.4f}" for name in names)] for row in rows])


def _lists(rows: Sequence[Row]) -> str:
    head = ["first ten places", "coverage", "novelty", "Gini", "pop. bias", "avg. pop.", "long tail", "fit s", "rank s"]
    lines = [
        [
            row.name,
            *(f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}" for value in row.lists.values()),
            *(f"{value:.1f}" for value in row.seconds.values()),
        ]
        for row in rows
    ]
    return table(head, lines)


def _groups(rows: Sequence[Row], by: str) -> str:
    first = rows[0].groups[by]
    head = [_HEADS[by], *(f"{name} ({first.cases[name]:,})" for name in first.groups), "gap"]
    lines = []
    for row in rows:
        gap = row.groups[by]
        lines.append([row.name, *(_short(estimate) for estimate in gap.groups.values()), f"{gap.gap:.3f}"])
    return "NDCG@10\n" + table(head, lines)


def _comparisons(ours: str, comparisons: Sequence[Comparison]) -> str:
    lines = [
        [
            entry.peer,
            f"{entry.difference.mean:+.4f} [{entry.difference.low:+.4f}, {entry.difference.high:+.4f}]",
            "-" if entry.gain is None else f"{entry.gain.mean:+.1%}",
            f"{entry.p:.4f}",
            f"{entry.p_holm:.4f}" + (" *" if entry.p_holm < 0.05 else "  "),
        ]
        for entry in comparisons
    ]
    head = ["less that of", "difference", "relative", "p", "p (Holm)  "]
    return (
        f"NDCG@10 of {ours}\n"
        + table(head, lines)
        + "\n* clear of chance at 5 % after correction for the number of comparisons"
    )


def _share(shares: Mapping[str, Estimate | None], liked: Mapping[str, Estimate | None]) -> str:
    lines = []
    for of, which in ((shares, ""), (liked, ", liked targets alone")):
        for name, gain in of.items():
            said = "not to be had" if gain is None else f"{gain.mean:+.1%} NDCG@10 [{gain.low:+.1%}, {gain.high:+.1%}]"
            lines.append(f"share of the LLM ({name}{which}): {said}")
    return "\n".join(lines)


def _short(estimate: Estimate) -> str:
    return f"{estimate.mean:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"
