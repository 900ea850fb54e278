"""Taste over time: which share of what a person took up went to which genre, as a small drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from convrec.language import said
from convrec.protocols import Catalogue
from convrec.types import History

from .markup import esc, hue
from .panel import year_of
from .words import Words

_WIDE, _HIGH = 300.0, 96.0
_LEAST = 12
"""Events from which on a course can be seen."""
_BANDS = 5
_STEPS = 8
_APART = 73
"""Degrees between two colours that stand beside each other."""


def plot(history: History, catalogue: Catalogue, words: Words) -> str:
    """The drawing with its legend; empty text where there is too little to draw.

    Args:
        history: Of the person, oldest first.
        catalogue: Knows the genres.
        words: The page's own.
    """
    counted = [[one for one in catalogue[event.item_id].genres if said(one)]
               for event in history.events if event.item_id in catalogue]  # fmt: skip
    counted = [genres for genres in counted if genres]
    if len(counted) < _LEAST:
        return ""
    bands = [name for name, _ in Counter(one for genres in counted for one in genres).most_common(_BANDS)]
    if len(bands) < 2:
        return ""
    steps = min(_STEPS, len(counted) // 4)
    shares = [_shares(part, bands) for part in _parts(counted, steps)]
    return _drawn(bands, shares, history, words)


def _parts(counted: Sequence[list[str]], steps: int) -> list[Sequence[list[str]]]:
    """Equally many events each, so that a quiet year is no gap."""
    ends = [round(len(counted) * step / steps) for step in range(steps + 1)]
    return [counted[start:end] for start, end in pairwise(ends)]


def _shares(part: Sequence[list[str]], bands: Sequence[str]) -> list[float]:
    """Share of each band; an event with two genres counts half for each."""
    weights: Counter[str] = Counter()
    for genres in part:
        for genre in genres:
            weights[genre] += 1 / len(genres)  # type: ignore[assignment]
    whole = sum(weights.values()) or 1.0
    return [weights[band] / whole for band in bands]


def _drawn(bands: Sequence[str], shares: Sequence[Sequence[float]], history: History, words: Words) -> str:
    tops = [0.0] * len(shares)
    paths, legend = [], []
    for place, band in enumerate(bands):
        low = list(tops)
        tops = [top + share[place] for top, share in zip(tops, shares, strict=True)]
        colour = f"--hue:{(hue(bands[0].lower()) + _APART * place) % 360}"
        trend = f"{shares[0][place]:.0%} → {shares[-1][place]:.0%}"
        title = f"<title>{esc(band, 40)}: {trend}</title>"
        paths.append(f'<path class="cr-band" style="{colour}" d="{_area(low, tops)}">{title}</path>')
        legend.append(f'<li><i style="{colour}"></i>{esc(band, 40)} <small>{trend}</small></li>')
    first, last = _ends(history)
    said_of = esc(words("plot.label", first=bands[0], start=f"{shares[0][0]:.0%}", end=f"{shares[-1][0]:.0%}"), 200)
    ends = (first or words("plot.oldest"), last or words("plot.newest"))
    axis = f'<div class="cr-axis">{"".join(f"<span>{esc(end)}</span>" for end in ends)}</div>'
    return (
        f'<section class="cr-time"><h3>{esc(words("plot.title"))}</h3>'
        f'<svg viewBox="0 0 {_WIDE:g} {_HIGH:g}" preserveAspectRatio="none" role="img" aria-label="{said_of}">'
        f'{"".join(paths)}</svg>{axis}<ul class="cr-legend">{"".join(legend)}</ul></section>'
    )


def _area(low: Sequence[float], high: Sequence[float]) -> str:
    """A closed band between two courses."""
    step = _WIDE / max(len(low) - 1, 1)
    there = " ".join(f"{place * step:.1f},{_HIGH * (1 - value):.1f}" for place, value in enumerate(high))
    back = " ".join(f"{place * step:.1f},{_HIGH * (1 - low[place]):.1f}" for place in range(len(low) - 1, -1, -1))
    return f"M{there} L{back}Z"


def _ends(history: History) -> tuple[str, str]:
    """The years at both ends, or nothing where all is of one year or has no time."""
    times = [
        event.timestamp for event in history.events if event.timestamp is not None and event.timestamp > 86_400 * 366
    ]
    if not times:
        return "", ""
    first, last = year_of(min(times)), year_of(max(times))
    return (first, last) if first != last else ("", "")
