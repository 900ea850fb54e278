"""Training of the network that reads messages with the states of the LLM and of the encoder (`dialogue.readers.joint`).

Both readers stay as they are. What they see of every message is computed once; over that the network is small enough
for a pass in a minute. Messages that the readers were held back from judge it, and its best pass is kept.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.dialogue.readers import joint
from convrec.dialogue.readers.ear import Ear
from convrec.dialogue.readers.slots import Parse, read
from convrec.dialogue.readers.tagger import HABIT_JOINT, Tagger
from convrec.dialogue.readers.tags import LABELS, Encoded, agreement, labels, spans, whole_words
from convrec.dialogue.readers.votes import WEIGHTS
from convrec.errors import RunError, UsageError
from convrec.llm.adapter_files import EXAMPLES
from convrec.tune import manifest
from convrec.tune.recipe import load as load_recipe
from convrec.tune.tasks.tagging import is_held
from convrec.tune.writer import CARD, PARTIAL

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
Progress = Callable[[str], None]
_TOGETHER = 32
"""Messages that are read side by side."""
_SAMPLE = 10_000
"""Words, about, that tell how states are spread."""
_NO_LABEL = -100


@dataclass(frozen=True)
class Plan:
    """How it is trained.

    Attributes:
        passes: Over all messages.
        units: Hidden units in each direction.
        dropout: Of states and hidden units, 0 to below 1.
        rate: The highest learning rate; it falls to 0 in a line.
        batch: Messages a step.
        smoothing: Share of each label's weight that is spread over all labels.
        seed: Of weights and batches.
    """

    passes: int = 10
    units: int = 112
    dropout: float = 0.3
    rate: float = 1e-3
    batch: int = 64
    smoothing: float = 0.02
    seed: int = 0


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Attributes:
        folder: Of the adapter.
        before: Precision, recall and F1 over exact spans of the vote on held-out messages.
        after: The same of the network.
        best: The pass that is kept.
        curve: F1 after each pass.
        train: Messages learned from.
        validation: Messages judged by.
        seconds: That it took.
    """

    folder: Path
    before: dict[str, float]
    after: dict[str, float]
    best: int
    curve: tuple[float, ...]
    train: int
    validation: int
    seconds: float


@dataclass(frozen=True)
class _Seen:
    """Messages as both readers see them, word by word, one after another.

    Attributes:
        parses: By hand.
        states: Of all words, shape `(n_words, width)`.
        chances: Shape `(n_words, 2 * LABELS)`.
        wanted: Labels by hand, shape `(n_words,)`.
        places: Of the words of each message.
        ends: Where each message begins, and where the last one ends.
    """

    parses: Sequence[Parse]
    states: NDArray[np.float16]
    chances: NDArray[np.float16]
    wanted: NDArray[np.int64]
    places: Sequence[NDArray[np.int64]]
    ends: NDArray[np.int64]


def tune(
    tagger: Tagger,
    ear: Ear,
    out: Path,
    plan: Plan,
    data: Sequence[Path] = (),
    *,
    progress: Progress = lambda message: None,
) -> Outcome:
    """Train the network and write it beside the encoder's adapter, as a new folder.

    Args:
        tagger: The LLM with its adapter.
        ear: The encoder with its adapter, which is copied.
        out: The folder to make.
        plan: How.
        data: Messages taken apart by hand; empty: those that the encoder's recipe names.
        progress: Told each step.

    Raises:
        UsageError: The folder exists, or the messages are missing or malformed.
        RunError: It cannot be written.
    """
    if out.exists():
        raise UsageError(f"{str(out)!r} exists; choose another folder")
    began = time.monotonic()
    found = [row for file in data or named(ear.folder) for row in read(file)]
    train = [parse for parse, more in found if not is_held(parse, more)]
    held = [parse for parse, more in found if is_held(parse, more)]
    if not train or not held:
        raise UsageError("too few messages: some to learn from and some to judge by are needed")
    progress(f"reading {len(held):,} messages to judge by")
    judged = _seen(tagger, ear, held, progress)
    progress(f"reading {len(train):,} messages to learn from")
    learned = _seen(tagger, ear, train, progress)
    before = _figures(judged, _vote(judged), ear)
    progress(f"vote: F1 {before['F1']:.4f}")
    made, best, curve = _trained(learned, judged, ear, plan, progress)
    after = _figures(judged, _marks(made, judged), ear)
    outcome = Outcome(out, before, after, best, curve, len(train), len(held), time.monotonic() - began)
    _write(outcome, made, plan, tagger.folder, ear.folder)
    return outcome


def named(folder: Path) -> list[Path]:
    """Files of messages that the recipe of an adapter names."""
    recipe, place = load_recipe(str(folder))
    given = recipe.task[0].options.get("data", ())
    return [place / one for one in ([given] if isinstance(given, str) else given)]


def _seen(tagger: Tagger, ear: Ear, parses: Sequence[Parse], progress: Progress) -> _Seen:
    rows: list[Any] = [None] * len(parses)
    order = sorted(range(len(parses)), key=lambda place: len(parses[place].text))
    for start in range(0, len(order), _TOGETHER):
        part = order[start : start + _TOGETHER]
        texts = [parses[place].text for place in part]
        for place, text, *both in zip(part, texts, tagger.heard(texts), ear.read(texts), strict=True):
            states, chances, places = joint.inputs(text, (both[0], both[1]))
            rows[place] = states.astype(np.float16), chances.astype(np.float16), places
        if start and start % (200 * _TOGETHER) == 0:
            progress(f"read {start:,}")
    wanted = [
        labels(parse, Encoded((), 0, places)) for parse, (_, _, places) in zip(parses, rows, strict=True)
    ]  # fmt: skip
    return _Seen(
        parses,
        np.concatenate([row[0] for row in rows]),
        np.concatenate([row[1] for row in rows]),
        np.concatenate(wanted),
        [row[2] for row in rows],
        np.cumsum([0, *(len(row[2]) for row in rows)]),
    )


def _trained(
    learned: _Seen, judged: _Seen, ear: Ear, plan: Plan, progress: Progress
) -> tuple[Any, int, tuple[float, ...]]:
    import torch

    torch.manual_seed(plan.seed)
    made = joint.network(learned.states.shape[1], plan.units, plan.dropout)
    joint.normalise(made, learned.states[:: max(len(learned.states) // _SAMPLE, 1)])
    weights = [one for one in made.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(weights, plan.rate, weight_decay=0.02)
    order = [place for place in np.argsort(np.diff(learned.ends), kind="stable").tolist() if len(learned.places[place])]
    batches = [order[at : at + plan.batch] for at in range(0, len(order), plan.batch)]
    draw, steps, step = np.random.default_rng(plan.seed), plan.passes * len(batches), 0
    best, kept, curve = -1.0, {}, []
    for number in range(1, plan.passes + 1):
        made.train()
        for batch in draw.permutation(len(batches)).tolist():
            for group in optimiser.param_groups:
                group["lr"] = plan.rate * (1 - step / steps)
            states, chances, wanted = _batch(learned, batches[batch])
            loss = torch.nn.functional.cross_entropy(
                joint.judge(made, states, chances).flatten(0, 1),
                wanted.flatten(),
                ignore_index=_NO_LABEL,
                label_smoothing=plan.smoothing,
            )
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, 1.0)
            optimiser.step()
            step += 1
        curve.append(_figures(judged, _marks(made, judged), ear)["F1"])
        progress(f"pass {number} of {plan.passes}: F1 {curve[-1]:.4f}")
        if curve[-1] > best:
            best, kept = curve[-1], {name: value.clone() for name, value in made.state_dict().items()}
    made.load_state_dict(kept)
    return made, int(np.argmax(curve)) + 1, tuple(curve)


def _batch(seen: _Seen, chosen: Sequence[int]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    import torch

    sizes = [int(seen.ends[place + 1] - seen.ends[place]) for place in chosen]
    states = np.zeros((len(chosen), max(sizes), seen.states.shape[1]), dtype=np.float32)
    chances = np.zeros((len(chosen), max(sizes), 2 * LABELS), dtype=np.float32)
    wanted = np.full((len(chosen), max(sizes)), _NO_LABEL, dtype=np.int64)
    for row, (place, size) in enumerate(zip(chosen, sizes, strict=True)):
        own = slice(int(seen.ends[place]), int(seen.ends[place + 1]))
        states[row, :size], chances[row, :size], wanted[row, :size] = (
            seen.states[own], seen.chances[own], seen.wanted[own],
        )  # fmt: skip
    return torch.from_numpy(states), torch.from_numpy(chances), torch.from_numpy(wanted)


def _marks(made: Any, seen: _Seen) -> list[Floats]:
    """Logits of the words of each message, by the network."""
    import torch

    made.eval()
    found = []
    for place, places in enumerate(seen.places):
        if not len(places):
            found.append(np.zeros((0, LABELS), dtype=np.float32))
            continue
        states, chances, _ = _batch(seen, [place])
        with torch.inference_mode():
            found.append(joint.judge(made, states, chances)[0].numpy())
    return found


def _vote(seen: _Seen) -> list[Floats]:
    voted = WEIGHTS[0] * seen.chances[:, :LABELS] + WEIGHTS[1] * seen.chances[:, LABELS:]
    return [voted[start:end].astype(np.float32) for start, end in zip(seen.ends[:-1], seen.ends[1:], strict=True)]


def _figures(seen: _Seen, marks: Sequence[Floats], ear: Ear) -> dict[str, float]:
    habit = HABIT_JOINT * ear.moves
    found = [
        Parse(parse.text, whole_words(parse.text, spans(mark, Encoded((), 0, places), habit)), parse.acts)
        for parse, mark, places in zip(seen.parses, marks, seen.places, strict=True)
    ]
    every = agreement(seen.parses, found)
    return {name: every[name] for name in ("precision", "recall", "F1")}


def _write(outcome: Outcome, made: Any, plan: Plan, llm: Path, encoder: Path) -> None:
    """Everything into `<out>.partial`, the manifest last, then renamed."""
    partial = outcome.folder.with_name(outcome.folder.name + PARTIAL)
    try:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.copytree(encoder, partial, ignore=shutil.ignore_patterns(EXAMPLES))
        joint.save(partial / joint.FILE, made, plan.units, (llm, encoder))
        card = (partial / CARD).read_text(encoding="utf-8").partition(_HEADING)[0].rstrip("\n")
        (partial / CARD).write_text(f"{card}\n\n{_section(outcome, plan)}", encoding="utf-8")
        facts = {name: value for name, value in manifest.read(encoder).items() if name not in ("format", "files")}
        (partial / manifest.FILE).unlink(missing_ok=True)
        manifest.write(partial, facts | {"joint": asdict(plan) | {"best": outcome.best, "after": outcome.after}})
        partial.rename(outcome.folder)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise RunError("tune", f"{str(outcome.folder)!r} cannot be written: {error}") from error


_HEADING = "## Read together with the LLM"


def _section(outcome: Outcome, plan: Plan) -> str:
    before, after = outcome.before, outcome.after
    rows = [f"| {name} | {before[name]:.4f} | {after[name]:.4f} |" for name in before]
    return "\n".join(
        [
            _HEADING,
            f"`{joint.FILE}` is a network over the states of this adapter and of the LLM's, trained by",
            "",
            f"    convrec tune joint --out {outcome.folder.name}",
            "",
            f"on {outcome.train:,} messages, {plan.passes} passes of batches of {plan.batch}, {plan.units} units, "
            f"dropout {plan.dropout:g}, rate {plan.rate:g}, seed {plan.seed}; {outcome.seconds / 60:.0f} minutes. "
            f"Pass {outcome.best} is kept, the best on validation.",
            "",
            f"| {outcome.validation:,} held-out messages, exact spans | vote | network |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )
