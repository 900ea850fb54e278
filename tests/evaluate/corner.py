"""A corner shop where the next thing taken follows from the last: what a ranker has to learn is known."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from convrec import Recommender, workspace
from convrec.data.sources import load
from convrec.testing.hashing import HashingEncoder
from convrec.tune.recipe import Recipe, parse

THINGS = 24


def shop(folder: Path, people: int = 48) -> Path:
    """A workspace of 24 things and people who take them in a circle from a place of their own."""
    rng = random.Random(4)
    items, log = folder / "things.jsonl", folder / "log.csv"
    things = [{"item_id": f"t{n}", "title": f"Thing {n}", "text": f"word{n} kind{n % 4}"} for n in range(THINGS)]
    items.write_text("".join(json.dumps(thing) + "\n" for thing in things))
    rows = ["user_id,item_id,rating,timestamp"]
    for person in range(people):
        start = rng.randrange(THINGS)
        rows += [
            f"p{person},t{(start + at) % THINGS},{rng.choice([2, 5])},{1000 + at}" for at in range(rng.randrange(8, 14))
        ]
    log.write_text("\n".join(rows) + "\n")
    place = folder / "corner"
    workspace.init(place, load(items=items, interactions=log), encoder=HashingEncoder(32), noun="thing", verb="took")
    return place


def opened(place: Path, **settings: Any) -> Recommender:
    """The workspace; without an LLM where the settings name none."""
    settings.setdefault("models", {"llm": "none"})
    return Recommender.open(place, encoder=HashingEncoder(32), **settings)


def ranking(base: Path, **changes: Any) -> Recipe:
    """A recipe that learns the circle in seconds on a tiny base."""
    task = {"kind": "rank", "lr": 1e-2, "id_dim": 16, "out_dim": 32, "like_weight": 0.2, **changes.pop("task", {})}
    train = {"steps": 20, "batch_size": 8, "lr": 3e-3, "validate_every": 10, "warmup": 2, **changes.pop("train", {})}
    return parse({"name": "rank", "base": str(base), "layers": 1, "lora": {"r": 4}, "train": train, "task": [task],
                  **changes})  # fmt: skip
