"""What a button may ask for, by name, and which handler does it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from convrec.errors import UsageError
from convrec.types import UserId

from .page import Page
from .view import View

Data = Mapping[str, str]
Act = Callable[[Page, str, "UserId | None", Data], "View | Iterable[View]"]

ANSWERS: Mapping[str, Act] = {
    "say": lambda page, who, user, data: page.send(who, user, data["text"]),
    "retry": lambda page, who, user, data: page.retry(who, user),
    "write": lambda page, who, user, data: page.write(who, user),
}
"""Acts that use the models: they wait in line."""

ACTS: Mapping[str, Act] = {
    "look": lambda page, who, user, data: page.look(who, user),
    "stop": lambda page, who, user, data: page.stop(who, user),
    "fresh": lambda page, who, user, data: page.fresh(who, user),
    "undo": lambda page, who, user, data: page.undo(who, user),
    "back": lambda page, who, user, data: page.undo(who, user, data["turn"]),
    "verdict": lambda page, who, user, data: page.verdict(who, user, data["item"], data["verdict"]),
    "resume": lambda page, who, user, data: page.resume(who, user, data["talk"]),
    "erase": lambda page, who, user, data: page.side.erase(who, user, data["talk"]),
    "tab": lambda page, who, user, data: page.side.tab(who, user, data["tab"]),
    "edit": lambda page, who, user, data: page.side.edit(who, user, data),
    "add": lambda page, who, user, data: page.side.add(who, user, data["text"], data["polarity"]),
    "choose": lambda page, who, user, data: _choose(page, who, user, data["name"], data["value"]),
    "search": lambda page, who, user, data: page.side.records.search(who, user, data["query"]),
    "only": lambda page, who, user, data: page.side.records.only(who, user, data["only"]),
    "more_events": lambda page, who, user, data: page.side.records.more(who, user),
    "know": lambda page, who, user, data: _known(
        page, who, user, page.side.records.know(who, user, data["item"], data["verdict"])
    ),
    "correct": lambda page, who, user, data: _known(
        page, who, user, page.side.records.correct(who, user, data["event"], data["to"])
    ),
    "drop": lambda page, who, user, data: _known(page, who, user, page.side.records.drop(who, user, data["event"])),
    "restore": lambda page, who, user, data: _known(page, who, user, page.side.records.restore(who, user)),
    "file": lambda page, who, user, data: page.side.records.file(who, user, data),
    "take": lambda page, who, user, data: _known(page, who, user, page.side.records.take(who, user, True)),
    "untake": lambda page, who, user, data: page.side.records.take(who, user, False),
    "export": lambda page, who, user, data: page.side.records.export(who, user),
    "going": lambda page, who, user, data: page.side.records.leave(who, user, True),
    "stay": lambda page, who, user, data: page.side.records.leave(who, user, False),
    "forget": lambda page, who, user, data: _forgotten(page, who, user),
}
"""All others."""


def act(page: Page, visitor: str, user_id: UserId | None, data: Data) -> Iterable[View]:
    """Do what a button asks for.

    Args:
        page: The page.
        visitor: Who asks.
        user_id: As whom.
        data: What the button sent: `act` and what belongs to it, which is whatever the browser likes to send.

    Raises:
        UsageError: There is no such act, or what it was sent is nonsense.
        KeyError: Something that belongs to it is missing.
    """
    name = data.get("act", "")
    handler = ANSWERS.get(name) or ACTS.get(name)
    if handler is None:
        raise UsageError(f"nothing here does {name[:40]!r}")
    found = handler(page, visitor, user_id, data)
    return [found] if isinstance(found, View) else found


def _choose(page: Page, who: str, user: UserId | None, name: str, value: str) -> Iterable[View]:
    """A setting, in force at once: another language or length of reasons is seen in the talk, too."""
    yield page.side.choose(who, user, name, value)
    if name in ("language", "reasons"):
        yield page.redrawn(who, user)


def _forgotten(page: Page, who: str, user: UserId | None) -> Iterable[View]:
    """The page of somebody new, under the line that says what was erased: that line stays until they go on."""
    said = page.side.records.forget(who, user)
    yield said
    if said.user is not None:
        for view in page.open(who, user if page.named else None):
            yield replace(view, notice=None)


def _known(page: Page, who: str, user: UserId | None, view: View) -> Iterable[View]:
    """A change of the history; the welcome says how much is known."""
    yield view
    if not page.talks.get(who, user).exchanges:
        yield page.redrawn(who, user)
