"""A recipe says what is trained on what: `recipe.toml`, by the name of one that comes with convrec or by its path."""

from __future__ import annotations

import json
import tomllib
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from convrec.errors import UsageError

FILE = "recipe.toml"

_NAME = r"^[a-z0-9][a-z0-9_-]{0,39}$"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LoraRecipe(_Table):
    """Low-rank adaptation (Hu et al., arXiv 2106.09685) and two of its relatives."""

    r: int = Field(16, ge=1, le=256)
    """Rank."""
    alpha: float = Field(32, gt=0)
    """The update is scaled by `alpha / r`, with `rslora` by `alpha / sqrt(r)`."""
    dropout: float = Field(0.0, ge=0, lt=1)
    targets: str | list[str] = "all-linear"
    """`all-linear`, or the names of the layers to adapt: `["q_proj", "v_proj"]`."""
    method: Literal["lora", "rslora", "dora"] = "lora"
    """Rank-stabilised LoRA is arXiv 2312.03732, DoRA arXiv 2402.09353."""
    quantize: Literal["none", "4bit"] = "none"
    """`4bit`: the frozen weights as NF4 with double quantisation (QLoRA, arXiv 2305.14314)."""
    frozen: bool = False
    """The adapter stays at zero, only what tasks have of their own learns: to see what the adapter is worth."""


class TrainRecipe(_Table):
    """How long, how fast, and what is watched."""

    steps: int = Field(400, ge=1)
    """Optimiser steps."""
    batch_size: int = Field(8, ge=1)
    """Sequences a batch; each task reads it."""
    lr: float = Field(3e-4, gt=0)
    warmup: float = Field(0.05, ge=0)
    """Steps over which the rate rises from 0: a share of all below 1, their number from 1 up."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    floor: float = Field(0.0, ge=0, le=1)
    """Share of `lr` that the schedule ends at."""
    weight_decay: float = Field(0.0, ge=0)
    """Of matrices; vectors are never decayed."""
    ema: float = Field(0.0, ge=0, lt=1)
    """Decay of an exponential moving average of the weights, which is what is validated and kept in place of the
    weights themselves: 0.99 averages over about the last hundred steps, and evens out what the last few batches did
    (Polyak and Juditsky 1992). 0: no average."""
    clip: float = Field(1.0, ge=0)
    """Largest norm of the gradient; 0: not clipped."""
    accumulation: int = Field(1, ge=1)
    """Batches a step."""
    checkpointing: bool = False
    """Gradient checkpointing: less memory, a third more time."""
    checkpoint_every: int = Field(50, ge=1)
    """Steps between checkpoints of the run."""
    validate_every: int = Field(50, ge=0)
    """Steps between validations; 0: before and after only."""
    patience: int = Field(0, ge=0)
    """Validations without a better score after which training ends; 0: never."""
    diverged: float = Field(3.0, gt=1)
    """Losses so many times their running median, three steps running, end the run."""
    seed: int = Field(0, ge=0)
    dtype: str = "auto"
    """Of the frozen weights, as in the settings."""


class TaskRecipe(BaseModel):
    """One `[[task]]`. What is not listed here are options of that kind of task, in `options`."""

    model_config = ConfigDict(extra="allow", frozen=True)

    kind: str = Field(pattern=_NAME)
    """`rank`, one of the tasks in words (`predict`, `profile`, `explain`, `understand`), or `hear`, on an encoder."""
    weight: float = Field(1.0, gt=0)
    """Lambda: its share of the common loss."""
    lr: float | None = Field(None, gt=0)
    """Learning rate of the task's own parameters; None: that of `[train]`."""

    @property
    def options(self) -> dict[str, Any]:
        """What the task itself reads."""
        return dict(self.model_extra or {})


class Recipe(_Table):
    """The whole of a `recipe.toml`."""

    name: str = Field(pattern=_NAME)
    base: str = "smollm2-135m"
    """The model to adapt: an embedded name, a Hugging Face id or a folder."""
    layers: int = Field(0, ge=0)
    """0: all; else only the first so many layers of the decoder are kept and trained."""
    backbone: Literal["pretrained", "random"] = "pretrained"
    """`random`: fresh weights of the same shapes, all of them trained, no adapter: to see what pre-training is worth.
    Such a run yields figures and no adapter."""
    licence: str = ""
    """A note on the licence of the recipe's own data files, for the card; a log's is told by `--licence`."""
    lora: LoraRecipe = LoraRecipe()
    train: TrainRecipe = TrainRecipe()
    task: list[TaskRecipe] = Field(min_length=1)

    @property
    def of_a_log(self) -> bool:
        """Whether all it learns from is a workspace's log: it has no data of its own."""
        return all("data" not in spec.options for spec in self.task)

    @property
    def digest(self) -> str:
        """SHA-256 of its content: the same for every spelling of the same recipe.

        Options that came later count only where they are used, so that runs begun before there were any go on.
        """
        content = self.model_dump(mode="json")
        if self.backbone == "pretrained":
            del content["backbone"]
        if not self.lora.frozen:
            del content["lora"]["frozen"]
        if not self.train.ema:
            del content["train"]["ema"]
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def names() -> list[str]:
    """Recipes that come with convrec."""
    place = files("convrec._adapters")
    return sorted(entry.name for entry in place.iterdir() if entry.is_dir() and (entry / FILE).is_file())


def find(given: str) -> Path:
    """The file of a recipe.

    Args:
        given: Name of one that comes with convrec, a `recipe.toml`, or a folder that holds one.

    Raises:
        UsageError: There is none.
    """
    path = Path(given).expanduser()
    if path.suffix == ".toml" and path.is_file():
        return path
    if path.is_dir() and (path / FILE).is_file():
        return path / FILE
    if given in names():
        return Path(str(files("convrec._adapters"))) / given / FILE
    raise UsageError(f"no recipe {given!r}: neither a {FILE} nor one that comes with convrec ({', '.join(names())})")


def load(given: str, **train: Any) -> tuple[Recipe, Path]:
    """Read a recipe.

    Args:
        given: As for `find`.
        train: Entries of `[train]` to use in place of the file's; None: the file's.

    Returns:
        The recipe and its folder, from which its data files are named.

    Raises:
        UsageError: There is none, or it says something that recipes do not say.
    """
    file = find(given)
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"recipe {str(file)!r} cannot be read: {error}") from error
    if changed := {key: value for key, value in train.items() if value is not None}:
        data["train"] = {**data.get("train", {}), **changed}
    return parse(data, str(file)), file.parent


def parse(data: dict[str, Any], where: str = FILE) -> Recipe:
    """Check the content of a recipe.

    Raises:
        UsageError: An entry is unknown (names those there are), missing or out of range.
    """
    try:
        return Recipe.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            known = ", ".join(_entries(first["loc"]))
            raise UsageError(f"recipe {where!r}: unknown entry {entry!r}; there are: {known}") from error
        raise UsageError(f"recipe {where!r}: {entry}: {first['msg']}") from error


def _entries(place: tuple[int | str, ...]) -> list[str]:
    tables: dict[str, type[BaseModel]] = {"lora": LoraRecipe, "train": TrainRecipe}
    table = tables.get(str(place[0]), Recipe) if len(place) > 1 else Recipe
    return list(table.model_fields)
