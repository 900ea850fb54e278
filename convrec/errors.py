"""The two families of errors a caller meets."""

from __future__ import annotations


class ConvrecError(Exception):
    """Base of every error that convrec raises on purpose."""


class UsageError(ConvrecError):
    """Something passed to convrec is wrong; the message names it and the way out."""


class RunError(ConvrecError):
    """A stage failed while running, through no fault of the arguments.

    Attributes:
        stage: The stage that failed: "models", "data", "store", "index", "llm", "embed", "profile",
            "retrieve", "rerank", "explain", "dialogue", "tune" or "evaluate".
    """

    def __init__(self, stage: str, message: str) -> None:
        """Keep the stage beside the message, which is shown as `stage: message`."""
        super().__init__(f"{stage}: {message}")
        self.stage = stage
