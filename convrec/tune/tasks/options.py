"""Options of a `[[task]]`, read and refused in one way."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from convrec.errors import UsageError
from convrec.tune.recipe import TaskRecipe

Options = TypeVar("Options", bound=BaseModel)


def options_of(kind: type[Options], spec: TaskRecipe, defaults: dict[str, Any] | None = None) -> Options:
    """The options of a task.

    Args:
        kind: What they are.
        spec: The `[[task]]`.
        defaults: In place of those of the kind.

    Raises:
        UsageError: One is unknown, missing or out of range; names it and lists those there are.
    """
    try:
        return kind.model_validate({**(defaults or {}), **spec.options})
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(map(str, first["loc"]))
        known = ", ".join(kind.model_fields)
        raise UsageError(f"task {spec.kind!r}: {entry}: {first['msg']}; options are: {known}") from error
