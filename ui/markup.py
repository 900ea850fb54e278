"""Text from people, models and catalogues made safe to stand in a page: this is the only way into our HTML."""

from __future__ import annotations

import html
import re
from hashlib import blake2b

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
"""Control characters, and those that turn or hide what stands beside them."""

_ICONS = {
    "like": "M7 11v9H3v-9h4Zm0 0 4-8a2.2 2.2 0 0 1 2 2.6L12.5 9H19a2 2 0 0 1 2 2.4l-1.3 7A2 2 0 0 1 17.7 20H7",
    "dislike": "M17 13V4h4v9h-4Zm0 0-4 8a2.2 2.2 0 0 1-2-2.6l.5-3.4H5a2 2 0 0 1-2-2.4l1.3-7A2 2 0 0 1 6.3 4H17",
    "seen": "m4 12.5 5 5L20 6.5",
    "save": "M6 3.5h12v17l-6-4.5-6 4.5z",
    "more": "M12 5v14M5 12h14",
    "less": "M5 12h14",
    "edit": "m4 20 1-4L16.5 4.5l3 3L8 19z",
    "search": "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM16 16l5 5",
    "file": "M12 15V4M8 8l4-4 4 4M4 14v6h16v-6",
    "export": "M12 4v11M8 11l4 4 4-4M4 16v4h16v-4",
    "talk": "M4 5h16v11H10l-5 4v-4H4z",
    "open": "m9 5 7 7-7 7",
    "undo": "M8 5 3 10l5 5M3 10h11a6 6 0 0 1 0 12h-3",
    "retry": "M20 5v5h-5M4 19v-5h5M19 10a8 8 0 0 0-14-3M5 14a8 8 0 0 0 14 3",
    "fresh": "M4 5h16v11H10l-5 4v-4H4zM12 7.5v6M9 10.5h6",
    "lock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
    "unlock": "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2",
    "remove": "M6 6l12 12M18 6 6 18",
}


def esc(text: object, cap: int = 4000) -> str:
    """The text as HTML text or attribute value: no markup, no hidden characters, at most `cap` characters.

    >>> esc('<img src=x onerror="alert(1)">')
    '&lt;img src=x onerror=&quot;alert(1)&quot;&gt;'
    """
    plain = _UNSEEN.sub("", str(text))
    if len(plain) > cap:
        plain = plain[: cap - 1] + "…"
    return html.escape(plain, quote=True)


def paragraphs(text: str) -> str:
    """Plain text as paragraphs; single line breaks are kept."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return "".join(f"<p>{esc(block).replace(chr(10), '<br>')}</p>" for block in blocks)


def icon(name: str) -> str:
    """A small drawing that says nothing to a screen reader."""
    return f'<svg class="cr-icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{_ICONS[name]}"/></svg>'


def hue(key: str) -> int:
    """A colour of its own for every key, 0 to 359 degrees, the same on every run."""
    return int.from_bytes(blake2b(key.encode(), digest_size=2).digest(), "big") % 360


def button(act: str, label: str, *, rest: str = "", mark: str = "", css: str = "", hint: str = "", **data: str) -> str:
    """A button that the page's script hands to the server as `act` with this data.

    Args:
        act: What it does.
        label: What stands on it.
        rest: More of the label, where there is room.
        mark: Name of its icon.
        css: Further classes.
        hint: What it does, in full, for tooltips and screen readers.
        data: Texts handed to the server.
    """
    attributes = "".join(f' data-{name}="{esc(value)}"' for name, value in data.items())
    # What is spoken holds what is seen: people who speak to their machine say what they see.
    name = hint if label.lower() in hint.lower() else f"{label}: {hint}"
    spoken = f' aria-label="{esc(name)}" title="{esc(hint)}"' if hint else ""
    more = f'<span class="cr-wide"> {esc(rest)}</span>' if rest else ""
    inside = f"{icon(mark) if mark else ''}<span>{esc(label)}{more}</span>"
    return f'<button type="button" class="cr-button {css}" data-act="{act}"{attributes}{spoken}>{inside}</button>'
