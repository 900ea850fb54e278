from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from convrec import Recommender, workspace
from convrec.data.sources import load
from convrec.testing.hashing import HashingEncoder
from convrec.tune import fusion

KINDS = ["Red", "White", "Rosé", "Sparkling"]
REGIONS = ["Alsace", "Douro", "Etna", "Jura", "Mosel"]


def shop(folder: Path) -> tuple[Path, Path]:
    """Forty wines and sixty people who each keep to one or two kinds: what is right is known by construction."""
    rng = random.Random(3)
    items = folder / "wines.jsonl"
    wines = [
        {
            "item_id": f"w{n}",
            "title": f"Vineyard {n:02d}",
            "year": 1990 + n % 30,
            "genres": [KINDS[n % 4]],
            "text": f"A {KINDS[n % 4].lower()} wine from {REGIONS[n % 5]}, bottled by hand.",
            "region": REGIONS[n % 5],
            "price": 8 + n,
        }
        for n in range(40)
    ]
    items.write_text("".join(json.dumps(wine) + "\n" for wine in wines))
    log = folder / "log.csv"
    rows = ["user_id,item_id,rating,timestamp"]
    for person in range(60):
        loved = person % 4
        tasted = rng.sample(range(40), 14)
        rows += [f"p{person},w{n},{5 if n % 4 == loved else 2},{1000 + place}" for place, n in enumerate(tasted)]
    log.write_text("\n".join(rows) + "\n")
    return items, log


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Recommender]]:
    """A recommender over the shop, with or without its log."""
    opened: list[Recommender] = []

    def made(*, log: bool = True, **settings: Any) -> Recommender:
        items, events = shop(tmp_path)
        folder = tmp_path / "shop"
        encoder = HashingEncoder()
        if not folder.exists():
            loaded = load(items=items, interactions=events if log else None)
            workspace.init(folder, loaded, encoder=encoder, noun="wine", verb="drank")
            with Recommender.open(folder, encoder=encoder, models={"llm": "none"}) as fresh:
                fusion.write(folder, fusion.choose(fresh))
        settings.setdefault("models", {"llm": "none"})
        opened.append(Recommender.open(folder, encoder=encoder, **settings))
        return opened[-1]

    yield made
    for rec in opened:
        rec.close()


@pytest.fixture
def rec(make: Callable[..., Recommender]) -> Recommender:
    return make()
