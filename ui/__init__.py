"""The chat page, over Gradio: `serve` serves it, `mount` puts it into another application."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .limits import Limits as Limits
    from .server import create_app as create_app
    from .server import mount as mount
    from .server import serve as serve

__all__ = ["Limits", "create_app", "mount", "serve"]


def __getattr__(name: str) -> Any:
    """Names are found where they are made when they are first asked for, so that an import loads nothing heavy."""
    from importlib import import_module

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(".limits" if name == "Limits" else ".server", __name__), name)
