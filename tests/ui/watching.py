"""Waiting for what a page comes to show: a busy machine draws late, and no assertion may be sooner than the page."""

from __future__ import annotations

from typing import Any

PATIENCE = 120_000
"""Milliseconds until a page that does not show something is wrong."""


def holds(place: Any, text: str) -> None:
    """The element comes to contain this text."""
    _expect(place).to_contain_text(text, timeout=PATIENCE)


def lacks(place: Any, text: str) -> None:
    """The element comes to be without this text."""
    _expect(place).not_to_contain_text(text, timeout=PATIENCE)


def has_value(field: Any, text: str) -> None:
    """The field comes to hold this text."""
    _expect(field).to_have_value(text, timeout=PATIENCE)


def counts(places: Any, number: int) -> None:
    """So many elements come to be there."""
    _expect(places).to_have_count(number, timeout=PATIENCE)


def _expect(place: Any) -> Any:
    from playwright.sync_api import expect  # an extra that not every test run has

    return expect(place)
