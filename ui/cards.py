"""One recommendation as a card: what it is, why, how sure, and what to say about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from convrec.language import capital, said, short_title, singular
from convrec.types import FactValue, Item, ItemId, Recommendation, Verdict

from .markup import button, esc, hue

FACTS = 2
"""Facts a card shows beside year and genres."""
_LONGEST = 60


def card(entry: Recommendation, verb: str, verdict: Verdict | None = None, *, waiting: bool = False) -> str:
    """The card of a recommendation.

    Args:
        entry: What to show; without an explanation the card shows none, or a placeholder while waiting.
        verb: What people did with an item: `watched`.
        verdict: What the person said about it already.
        waiting: Whether the explanation is still being written.
    """
    item = entry.item
    return (
        f'<article class="cr-card" aria-label="{esc(item.label, 200)}">'
        f"{_tile(item)}"
        f'<div class="cr-card-body"><div class="cr-card-head"><h3>{esc(item.title, 160)}'
        f"{_year(item)}</h3>{_sure(entry)}</div>"
        f"{_about(item)}{_why(entry, waiting)}{_actions(item, verb, verdict)}</div></article>"
    )


def cards(
    entries: tuple[Recommendation, ...],
    verb: str,
    verdicts: Mapping[ItemId, Verdict],
    *,
    waiting: bool = False,
) -> str:
    """Several cards as one list, best first; empty text for none."""
    if not entries:
        return ""
    inside = "".join(card(entry, verb, verdicts.get(entry.item.id), waiting=waiting) for entry in entries)
    return f'<div class="cr-cards">{inside}</div>'


def facts(item: Item, limit: int = FACTS) -> list[tuple[str, str]]:
    """The first few facts that are short enough to read at a glance, as (name, words)."""
    return [pair for pair in _readable(item)][:limit]


def _readable(item: Item) -> Iterator[tuple[str, str]]:
    for name, value in item.facts.items():
        words = _words(value)
        hidden = name.lower() in ("also", "id") or name.lower().endswith(("_id", "url", "link"))
        if not hidden and words and len(words) <= _LONGEST and "://" not in words:
            yield capital(singular(name)), words


def _words(value: FactValue) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, tuple):
        return ", ".join(word for word in value[:2] if said(word))
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if not isinstance(value, str) or said(value) else ""


def _tile(item: Item) -> str:
    initial = next((letter for letter in item.title if letter.isalnum()), "·").upper()
    return f'<div class="cr-tile" style="--hue:{hue(item.id)}" aria-hidden="true">{esc(initial)}</div>'


def _year(item: Item) -> str:
    return "" if item.year is None else f' <span class="cr-year">{esc(item.year)}</span>'


def _sure(entry: Recommendation) -> str:
    if entry.probability is None:
        return ""
    percent = round(100 * min(max(entry.probability, 0.0), 1.0))
    return (
        f'<span class="cr-sure" style="--sure:{percent}" title="Chance that you will like it">'
        f"<b>{percent}%</b> chance</span>"
    )


def _about(item: Item) -> str:
    parts = [" · ".join(esc(genre, 40) for genre in item.genres[:4] if said(genre))]
    parts += [f'<span class="cr-fact"><i>{esc(name, 30)}</i> {esc(words)}</span>' for name, words in facts(item)]
    inside = "".join(f"<span>{part}</span>" for part in parts if part)
    return f'<div class="cr-about">{inside}</div>' if inside else ""


def _why(entry: Recommendation, waiting: bool) -> str:
    if entry.explanation is not None and entry.explanation.text:
        return f'<p class="cr-why">{esc(entry.explanation.text, 600)}</p>'
    if waiting:
        return '<p class="cr-why cr-pending" aria-label="Writing why"><span></span><span></span></p>'
    return ""


def _actions(item: Item, verb: str, verdict: Verdict | None) -> str:
    title = item.label
    given = {
        "like": ("Like", f"I like {title}"),
        "dislike": ("Not for me", f"{title} is not for me"),
        "seen": (capital(verb), f"I have {verb} {title} already"),
    }
    made = "".join(_verdict(kind, label, hint, item.id, verdict == kind) for kind, (label, hint) in given.items())
    more = button(
        "say",
        "More",
        rest="like this",
        mark="more",
        css="cr-more",
        hint=f"More like {title}",
        text=f"More like {short_title(item.title)}" + (f" ({item.year})" if item.year is not None else ""),
    )
    return f'<div class="cr-actions" role="group" aria-label="{esc(title, 200)}">{made}{more}</div>'


def _verdict(kind: str, label: str, hint: str, item_id: ItemId, pressed: bool) -> str:
    made = button("verdict", label, mark=kind, css=f"cr-{kind}", hint=hint, item=item_id, verdict=kind)
    return made.replace("<button ", f'<button aria-pressed="{"true" if pressed else "false"}" ', 1)
