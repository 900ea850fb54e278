"""A shop whose people each walk one and the same round of things: what comes next is known, and popularity no help."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

from convrec import Recommender, workspace
from convrec.data.log import Log
from convrec.data.sources import Dataset
from convrec.data.sources import load as load_dataset
from convrec.testing.hashing import HashingEncoder

THINGS, PEOPLE = 40, 70
ROUND = random.Random(8).sample(range(THINGS), THINGS)
"""The order in which things are taken up."""

ENCODER = HashingEncoder(64)


def liked(person: int, thing: int) -> bool:
    """Even people like even things, odd people odd ones."""
    return person % 2 == thing % 2


def walk(person: int, steps: int) -> list[int]:
    """What a person takes up, oldest first."""
    start = (person * 7) % THINGS
    return [ROUND[(start + step) % THINGS] for step in range(steps)]


def steps_of(person: int) -> int:
    """How many events a person has, 6 to 12."""
    return 6 + person % 7


def tables(folder: Path, people: int = PEOPLE) -> tuple[Path, Path]:
    """Catalogue and log as files."""
    items, log = folder / "things.csv", folder / "walks.csv"
    lines = [f"t{n},Thing {n},{1950 + n},made of stuff {n * n % 23} and {n * 5 % 17}" for n in range(THINGS)]
    items.write_text("\n".join(["item_id,title,year,text", *lines]) + "\n")
    rows = [
        f"p{person},t{thing},{5 if liked(person, thing) else 1},{1e9 + 86_400 * at + 7 * person:.0f}"
        for person in range(people)
        for at, thing in enumerate(walk(person, steps_of(person)))
    ]
    log.write_text("\n".join(["user_id,item_id,rating,timestamp", *rows]) + "\n")
    return items, log


def dataset(folder: Path, people: int = PEOPLE) -> Dataset:
    """Of the files."""
    items, log = tables(folder, people)
    return load_dataset(items=items, interactions=log)


def shop(folder: Path, people: int = PEOPLE, encoder: HashingEncoder = ENCODER) -> Path:
    """A workspace over it, without an LLM."""
    return workspace.init(folder / "walkers", dataset(folder, people), encoder=encoder, noun="thing", verb="took")


def opened(place: Path, llm: Path | str = "none", **overrides: object) -> Recommender:
    """The workspace with an LLM."""
    models = {"llm": str(llm), "device": "cpu", "dtype": "float32"}
    return Recommender.open(place, encoder=ENCODER, models=models, **overrides)


def events(log: Log) -> Iterable[tuple[str, str]]:
    """Who took what."""
    return ((event.user_id, event.item_id) for event in log.interactions())
