"""A cell of a grid of weights that does not hang on who happened to be asked.

With a thousand people the differences between neighbouring weights are smaller than their standard errors, so that the
best cell is mostly luck: chosen on half of the people, it does worse on the other half than fixed weights do
(MovieLens-100k, MovieLens-small). So the people are redrawn many times (Bayesian bootstrap, Rubin 1981), each draw
chooses, and the choices are averaged (bagging, Breiman 1996). In every draw the weights that did well elsewhere count
as if a few people more had asked for them: that decides where a log is small, and is drowned where it is large.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

DRAWS = 100
PULL = 1.0
"""People's worth of the prior: what a weight e times the prior's loses by it, in units of a person's figure."""

_OFFSET = 0.1
"""Added to weights before their logarithm is taken, so that 0 is not infinitely far."""


def agreed(
    figures: Floats, grids: tuple[Sequence[float], Sequence[float]], prior: tuple[float, float], *, seed: int = 0
) -> tuple[int, int]:
    """The cell that redrawn people choose on average.

    Args:
        figures: Of each person in each cell, higher is better, shape `(n_people, n_rows, n_columns)`.
        grids: Weights of the rows and of the columns, 0 or more, ascending.
        prior: Weights that are taken where the figures do not say otherwise.
        seed: Of the draws.

    Returns:
        Row and column.
    """
    rows, columns = (np.log(np.asarray(grid) + _OFFSET) for grid in grids)
    far = np.square(rows - np.log(prior[0] + _OFFSET))[:, None] + np.square(columns - np.log(prior[1] + _OFFSET))
    crowds = np.random.default_rng(seed).exponential(size=(DRAWS, len(figures)))
    means = np.tensordot(crowds / crowds.sum(axis=1, keepdims=True), figures, axes=1)
    best = [int((smoothed(mean) - far * (PULL / len(figures))).argmax()) for mean in means]
    at = np.unravel_index(best, far.shape)
    row, column = (
        int(np.abs(grid - grid[places].mean()).argmin()) for grid, places in zip((rows, columns), at, strict=True)
    )
    return row, column


def smoothed(figures: Floats) -> Floats:
    """Each figure averaged with its neighbours on the grid, the edges repeated; a lucky cell does not stand out."""
    reach = tuple((0, 0) if size == 1 else (1, 1) for size in figures.shape)
    padded = np.pad(figures, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, tuple(1 + low + high for low, high in reach))
    return np.asarray(windows.mean(axis=(2, 3)), dtype=np.float64)
