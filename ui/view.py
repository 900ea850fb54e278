"""What changes on the page: made by handlers, shown by `app`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .words import Words


@dataclass(frozen=True, slots=True)
class View:
    """What changes on the page; None: stays as it is.

    Attributes:
        past: HTML of the answered exchanges.
        live: HTML of the newest exchange.
        profile: HTML of the panel "what I think you like".
        history: HTML of the history.
        talks: HTML of the list of talks.
        settings: HTML of the settings.
        busy: Whether an answer is being made.
        typed: Text to put into the box.
        notice: One line for the person, outside the talk.
        remedy: HTML beside the notice: a way back.
        user: The stored user to talk as from here on; empty: a new visitor.
        words: The language changed: everything else is labelled anew.
        tell: What the page's script is to do: `focus`, `tab`, `file` with its `text`, `theme`, `language`, `set`,
            `again` (look once more, soon).
    """

    past: str | None = None
    live: str | None = None
    profile: str | None = None
    history: str | None = None
    talks: str | None = None
    settings: str | None = None
    busy: bool | None = None
    typed: str | None = None
    notice: str | None = None
    remedy: str = ""
    user: str | None = None
    words: Words | None = None
    tell: Mapping[str, str] = field(default_factory=dict)
