"""A tea shop whose wishes have nothing in common with its labels: what is asked for must be learned."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

from convrec import Recommender, workspace
from convrec.data.sources import load
from convrec.embed.sentence import SentenceEncoder
from convrec.testing.tiny_encoder import make_encoder

KINDS = ["Green", "Black", "Oolong", "White"]
CUES = ["sleepy", "hungry", "brave", "lonely"]
EACH = 12


def shop(folder: Path) -> Path:
    """A workspace of 48 teas, 60 people who each keep to one kind, and the tiny encoder."""
    rng = random.Random(5)
    teas = [
        {"item_id": f"t{n}", "title": f"Leaf {n}", "genres": [KINDS[n % 4]], "text": f"Picked on hill {n % 7}."}
        for n in range(4 * EACH)
    ]
    items, log = folder / "teas.jsonl", folder / "log.csv"
    items.write_text("".join(json.dumps(tea) + "\n" for tea in teas))
    rows = ["user_id,item_id,rating,timestamp"]
    for person in range(60):
        drunk = [4 * n + person % 4 for n in rng.sample(range(EACH), 7)]
        rows += [f"p{person},t{n},{rng.choice([4, 5])},{1000 + at}" for at, n in enumerate(drunk)]
    log.write_text("\n".join(rows) + "\n")
    texts = [" ".join(map(str, tea.values())) for tea in teas]
    made = make_encoder(folder, [*texts, *CUES, "i feel today what do you have try this one . , ; ( ) text leaf"])
    place = folder / "shop"
    workspace.init(place, load(items=items, interactions=log), encoder=SentenceEncoder(made), noun="tea", verb="drank")
    settings = place / "convrec.toml"
    settings.write_text(settings.read_text() + f'\n[models]\nllm = "none"\nencoder = "{made}"\n')
    return place


def talks(folder: Path, count: int = 160) -> Path:
    """Recorded talk in which a mood is answered by a tea of the kind that goes with it; a quarter held out."""
    rng = random.Random(9)
    lines = []
    for number in range(count):
        mood = rng.randrange(4)
        tea = 4 * rng.randrange(EACH) + mood
        turns = [
            {"role": "user", "text": f"I feel {CUES[mood]} today, what do you have", "items": []},
            {"role": "assistant", "text": "try this one", "items": [f"t{tea}", "unheard-of"]},
        ]
        split = "dev" if number % 4 == 0 else "test" if number % 8 == 1 else "train"
        lines.append(json.dumps({"dialogue_id": f"d{number}", "split": split, "turns": turns}))
    path = folder / "talks.jsonl.gz"
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def opened(place: Path, **models: str) -> Recommender:
    """The workspace, with settings of its models."""
    return Recommender.open(place, models={"llm": "none", **models})
