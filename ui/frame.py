"""What stands around the talk: the line at the top, and the tabs of the side."""

from __future__ import annotations

from .markup import button, esc, icon
from .words import Words

TABS = ("taste", "history", "talks", "settings")
_MARKS = {"taste": "like", "history": "seen", "talks": "talk", "settings": "more"}


def top(words: Words) -> str:
    """The buttons at the top: a new talk, and on a small screen the way to the side."""
    side = (
        f'<button type="button" class="cr-button cr-quiet cr-narrow" data-side="open" aria-controls="cr-side">'
        f"{icon('like')}<span>{esc(words('top_line.side'))}</span></button>"
    )
    return side + button(
        "fresh", words("top_line.fresh"), mark="fresh", css="cr-quiet", hint=words("top_line.fresh_hint")
    )


def tabs(words: Words) -> str:
    """The tabs; which one is open, the page's script knows."""
    made = "".join(
        f'<button type="button" role="tab" id="cr-tab-{name}" data-tab="{name}" aria-controls="cr-pane-{name}" '
        f'aria-selected="false" tabindex="-1">{esc(words(f"tabs.{name}"))}</button>'
        for name in TABS
    )
    close = (
        f'<button type="button" class="cr-button cr-quiet cr-bare cr-narrow" data-side="close" '
        f'aria-label="{esc(words("tabs.close"))}">{icon("remove")}</button>'
    )
    return f'<div class="cr-tabs" role="tablist" aria-label="{esc(words("tabs.label"))}">{made}</div>{close}'
