"""The kinds of task, by name."""

from __future__ import annotations

from convrec.errors import UsageError
from convrec.tune.recipe import TaskRecipe
from convrec.tune.task import Context, Task

IN_WORDS = ("predict", "profile", "explain")
"""Tasks that are a text to write after a prompt; `predict` is one where its entry names data in words."""
ON_MESSAGES = ("understand", "hear")
"""Tasks that are learned from messages with their parses; `hear` by an encoder, all others by a causal model."""
ON_LOGS = ("rank",)
"""Tasks that are learned from the log of a workspace, as `predict` is where no data are named."""


def build(spec: TaskRecipe, context: Context) -> Task:
    """The task of a recipe's `[[task]]`.

    Raises:
        UsageError: There is no such kind, an option is unknown, or its data are missing or unfit.
    """
    if spec.kind in ON_LOGS or (spec.kind == "predict" and "data" not in spec.options):
        if context.recommender is None:
            raise UsageError(f"task {spec.kind!r} learns from a log: name a workspace, as in: convrec tune WORKSPACE")
        from convrec.tune.tasks.sequence import SequenceTask

        task: Task = SequenceTask.build(spec, context)
        return task
    if spec.kind in ON_MESSAGES:
        from convrec.tune.tasks.tagging import HearingTask, TaggingTask

        return (HearingTask if spec.kind == "hear" else TaggingTask).build(spec, context)
    if spec.kind in IN_WORDS:
        from convrec.tune.tasks.text import TextTask

        return TextTask.build(spec, context)
    raise UsageError(f"no task {spec.kind!r}; there are: {', '.join([*ON_LOGS, *ON_MESSAGES, *IN_WORDS])}")
