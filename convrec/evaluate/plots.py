"""Plots as SVG, written by hand: two curves in a square need no plotting library."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

Points = Sequence[tuple[float, float]]

_SIZE, _LEFT, _TOP, _LEGEND = 400, 62, 40, 22
_COLOURS = ("#1f77b4", "#d95f02", "#1b9e77", "#7570b3", "#e7298a", "#66a61e", "#a6761d", "#666666")
"""Dark enough to read on white, and apart for most colour-blind people."""


def write(figures: Mapping[str, Any], folder: Path) -> list[Path]:
    """Write `calibration.svg` and `roc.svg` from what `convrec.evaluate.prediction.evaluate` returned.

    Args:
        figures: Needs `calibration` and `roc`.
        folder: Made where it is missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    calibrated = {
        name: [(entry["chance"], entry["liked"]) for entry in bins] for name, bins in figures["calibration"].items()
    }
    drawn = {
        "calibration.svg": square("Calibration", "predicted probability", "share liked", calibrated, dots=True),
        "roc.svg": square("ROC", "false positive rate", "true positive rate", figures["roc"]),
    }
    for name, text in drawn.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in drawn]


def square(title: str, across: str, up: str, curves: Mapping[str, Points], *, dots: bool = False) -> str:
    """Curves in the unit square with its diagonal, axes, ticks and a legend.

    Args:
        title: Above the square.
        across: Label of the horizontal axis.
        up: Label of the vertical axis.
        curves: Points by name, coordinates in [0, 1].
        dots: Mark the points.
    """
    height = _TOP + _SIZE + 62 + _LEGEND * len(curves)
    middle = _LEFT + _SIZE / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _SIZE + 28} {height}" '
        'font-family="sans-serif" font-size="13" fill="#222">',
        f'<rect width="{_LEFT + _SIZE + 28}" height="{height}" fill="white"/>',
        _text(middle, 24, title, size=16),
    ]
    for tenth in range(0, 11, 2):
        x, y = _place((tenth / 10, tenth / 10))
        parts += [
            f'<path d="M{x},{_TOP}V{_TOP + _SIZE + 5}M{_LEFT - 5},{y}H{_LEFT + _SIZE}" stroke="#ddd" fill="none"/>',
            _text(x, _TOP + _SIZE + 20, f"{tenth / 10:.1f}"),
            _text(_LEFT - 9, y + 4, f"{tenth / 10:.1f}", anchor="end"),
        ]
    parts += [
        f'<path d="M{_LEFT},{_TOP + _SIZE}L{_LEFT + _SIZE},{_TOP}" stroke="#999" stroke-dasharray="5 4" fill="none"/>',
        f'<path d="M{_LEFT},{_TOP}V{_TOP + _SIZE}H{_LEFT + _SIZE}" stroke="#222" fill="none"/>',
        _text(middle, _TOP + _SIZE + 42, across),
        f'<g transform="translate(18 {_TOP + _SIZE / 2}) rotate(-90)">{_text(0, 0, up)}</g>',
    ]
    for number, (name, points) in enumerate(curves.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(_place, points))
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if dots:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in map(_place, points)]
        y_line = _TOP + _SIZE + 68 + _LEGEND * number
        parts.append(f'<path d="M{_LEFT},{y_line}h26" stroke="{colour}" stroke-width="3"/>')
        parts.append(_text(_LEFT + 34, y_line + 4, name, anchor="start"))
    return "\n".join([*parts, "</svg>\n"])


def _place(point: tuple[float, float]) -> tuple[float, float]:
    return _LEFT + _SIZE * point[0], _TOP + _SIZE * (1 - point[1])


def _text(x: float, y: float, text: str, *, anchor: str = "middle", size: int = 13) -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
