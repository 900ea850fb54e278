"""Settings of a workspace: arguments over `CONVREC_*` over `convrec.toml` over defaults.

Nested settings are written `CONVREC_RERANK__LLM_WEIGHT=0.2` in the environment and `[rerank] llm_weight = 0.2`
in the file.
"""

from __future__ import annotations

import os
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from convrec.errors import UsageError

FILE = "convrec.toml"
DATABASE = "convrec.db"
INDEX = "index"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelSettings(_Section):
    """Which models."""

    llm: str = "smollm2-135m"
    """`smollm2-135m` (embedded), a Hugging Face id, a local folder, `http://...` of an OpenAI-protocol server, or
    `none`: no LLM, everything worded by templates."""
    encoder: str = "minilm-l6"
    """`minilm-l6` (embedded), a Hugging Face id or a local folder of a sentence transformer."""
    encoder_adapter: str = ""
    """Folder of a LoRA adapter for the encoder, as `convrec tune encoder` writes it; empty: none."""
    device: str = "auto"
    """`auto`, `cpu`, `cuda`, `cuda:1`..."""
    dtype: str = "auto"
    """`auto` (bf16 where the processor has it), `bfloat16`, `float16`, `float32` or `4bit` (bitsandbytes)."""
    adapters: dict[str, str] = Field(default_factory=dict)
    """Adapter folder by task: `rank`, `profile`, `explain`, `understand`."""
    remote_model: str = ""
    """With an `http` llm: the model's name on that server."""


class RetrieveSettings(_Section):
    """How candidates are found."""

    candidates: int = Field(200, ge=1, le=5000)
    """How many leave retrieval."""
    ridge: float = Field(300.0, gt=0)
    """EASE's L2 penalty."""
    sequence_weight: float = Field(0.0, ge=0.0)
    """Weight of the tuned LLM (adapter `rank`), in units of the score. Chosen on validation by `convrec tune`."""
    sequence_index_from: int = Field(50_000, ge=8)
    """Items from which on the tuned LLM finds its candidates through an index of its own, and not by a score of every
    item. The index is made, and made anew, when a workspace with another adapter is first asked."""
    half_life: float = Field(3.5, gt=0)
    """History weight halves every so many events (recency-weighted EASE; exp(-age/5))."""


class RerankSettings(_Section):
    """How candidates are ordered."""

    depth: int = Field(20, ge=0, le=500)
    """How many of the candidates the LLM scores; 0: none."""
    llm_weight: float = Field(0.0, ge=0.0, le=1.0)
    """Share of the LLM in the fused score. Chosen on validation for the model at hand."""
    liking_weight: float = Field(0.3, ge=0.0)
    """Weight of the probability of liking, in units of the retrieval score. Chosen on validation: 0.3 ranks what is
    liked next higher and what is disliked next lower, at no loss over all."""
    diversity: float = Field(0.0, ge=0.0, le=1.0)
    """Default of `Request.diversity`."""


class ExplainSettings(_Section):
    """How reasons are worded."""

    wording: str = Field("auto", pattern="^(auto|llm|template)$")
    """Who words reasons and profiles: `auto` is a server's LLM, and templates where the LLM is a local one, because
    that takes seconds; `llm` is whatever LLM there is, with its adapters, whose words were liked better in blind
    reading than the templates' (64 of 90 reasons, 13 of 15 profiles); `template` none."""
    max_tokens: int = Field(44, ge=8, le=400)


class ChatSettings(_Section):
    """The talk."""

    cards: int = Field(5, ge=1, le=20)
    max_message: int = Field(2000, ge=1)
    """Characters; longer messages are refused with a message that says so."""
    now: datetime | None = None
    """What is taken for the time in `tonight` and `next week`, as `2027-06-12T19:30`; None: when a message was sent."""


class Settings(BaseSettings):
    """Everything that can be set, with its default."""

    model_config = SettingsConfigDict(env_prefix="CONVREC_", env_nested_delimiter="__", extra="forbid", frozen=True)

    name: str = ""
    """What the catalogue is called: `ml-100k`, or the workspace's folder name."""
    noun: str = "item"
    """What one item is called to people: `film`, `game`, `artist`, `book`."""
    verb: str = "tried"
    """What people did with it: `watched`, `played`, `heard`, `read`, `bought`."""
    like_from: float | None = None
    """Ratings from here up count as liking; None: learned from the log's scale."""
    database: str = ""
    """SQLAlchemy URL; empty: `convrec.db` in the workspace."""
    online: bool = False
    """Whether model libraries may use the network."""
    models: ModelSettings = ModelSettings()
    retrieve: RetrieveSettings = RetrieveSettings()
    rerank: RerankSettings = RerankSettings()
    explain: ExplainSettings = ExplainSettings()
    chat: ChatSettings = ChatSettings()


def load(workspace: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings of a workspace.

    Args:
        workspace: Its folder; None: defaults, environment and overrides only.
        overrides: By section name, as nested dicts.

    Raises:
        UsageError: A key is unknown or a value out of range; the message names both.
    """
    path = workspace / FILE if workspace is not None else None
    if path is not None and not path.is_file():
        raise UsageError(
            f"{str(workspace)!r} is not a workspace (no {FILE} in it); "
            f"make one with: convrec init {workspace} --dataset ml-100k"
        )
    file = path

    class _Loaded(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            toml = (TomlConfigSettingsSource(settings_cls, toml_file=file),) if file else ()
            return (init_settings, env_settings, *toml)

    try:
        return _Loaded(**overrides)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"setting {where!r}: {first['msg']} (from arguments, CONVREC_* or {path})") from error


def home() -> Path:
    """Where models and datasets are kept: `CONVREC_HOME`, or `convrec` in the user's cache folder."""
    if given := os.environ.get("CONVREC_HOME"):
        return Path(given).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "convrec"
