"""Trains a recipe in its own process, so that a test can kill it: `killed_run.py RECIPE_FOLDER OUT`."""

from __future__ import annotations

import sys
from pathlib import Path

import torch

from convrec.tune import recipe as recipes
from convrec.tune.run import tune

if __name__ == "__main__":
    torch.set_num_threads(1)
    plan, folder = recipes.load(sys.argv[1])
    tune(plan, folder, out=Path(sys.argv[2]), device="cpu")
