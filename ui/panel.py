"""The profile beside the talk: statements, what they rest on, and how to correct them."""

from __future__ import annotations

from datetime import UTC, datetime

from convrec.language import capital, plural
from convrec.types import Evidence, Profile, Statement

from .markup import button, esc, paragraphs

SHOWN = 12
"""Statements a panel shows; the rest are behind a fold."""
_EVIDENCE = 6
_HEAD = 70
_FOLDED = 240
_PENDING = '<p class="cr-why cr-pending" aria-label="Reading your history"><span></span><span></span></p>'


def panel(profile: Profile, noun: str, *, editable: bool, rewritable: bool = False, writing: bool = False) -> str:
    """The profile as a panel.

    Args:
        profile: What convrec thinks the person likes.
        noun: What one item is called: `film`.
        editable: Whether statements can be removed and locked, which needs somebody to keep it for.
        rewritable: Whether a model can be asked to write the text.
        writing: Whether it is doing so.
    """
    if not profile.statements:
        return _frame(
            f'<p class="cr-empty">Nothing yet. Name {esc(plural(noun))} you enjoy, or press Like on a card, '
            "and what I make of it will stand here.</p>"
        )
    parts = [_prose(profile, rewritable, writing)]
    for polarity, heading in (("like", "You like"), ("dislike", "You avoid")):
        found = [one for one in profile.statements if one.polarity == polarity]
        if found:
            parts.append(f"<h3>{heading}</h3>{_list(found, noun, editable)}")
    return _frame("".join(parts))


def _prose(profile: Profile, rewritable: bool, writing: bool) -> str:
    """The text, its first lines until it is opened."""
    if writing:
        return _PENDING
    if not profile.text:
        return ""
    more = '<span class="cr-on">Read on</span>' if len(profile.text) > _FOLDED else ""
    again = ""
    if rewritable and profile.written_by == "template":
        again = button("write", "Reword", mark="retry", css="cr-quiet", hint="Let the language model word this text")
    return (
        f'<details class="cr-prose"><summary>{paragraphs(profile.text)}{more}</summary></details>'
        f'<div class="cr-tools">{again}</div>'
    )


def loading() -> str:
    """The panel while the profile is being read."""
    return _frame(_PENDING)


def _frame(inside: str) -> str:
    return f'<section class="cr-panel" aria-label="Your profile"><h2>What I think you like</h2>{inside}</section>'


def _list(found: list[Statement], noun: str, editable: bool) -> str:
    rows = [_statement(one, noun, editable) for one in found]
    shown, rest = rows[:SHOWN], rows[SHOWN:]
    more = f"<details class='cr-rest'><summary>{len(rest)} more</summary>{''.join(rest)}</details>" if rest else ""
    return f'<div class="cr-statements">{"".join(shown)}{more}</div>'


def _statement(one: Statement, noun: str, editable: bool) -> str:
    percent = round(100 * min(max(one.strength, 0.0), 1.0))
    holding = {"lately": one.recent and "lately" not in one.text, "said": one.origin != "log", "locked": one.locked}
    marks = "".join(f'<span class="cr-mark">{mark}</span>' for mark, holds in holding.items() if holds)
    head, rest = _headed(one.text)
    return (
        f'<details class="cr-statement cr-{one.polarity}"><summary>'
        f'<span class="cr-text">{esc(head, 300)}{marks}</span>'
        f'<span class="cr-strength" style="--strength:{percent}" title="How strongly: {percent}%"></span></summary>'
        f"{f'<p>{esc(rest, 400)}</p>' if rest else ''}{_evidence(one, noun)}{_edits(one) if editable else ''}</details>"
    )


def _headed(text: str) -> tuple[str, str]:
    """A sentence as what it says and, after a colon, what it says it by: the first is read at a glance."""
    head, colon, rest = text.partition(": ")
    return (head, capital(rest)) if colon and rest and len(head) <= _HEAD else (text, "")


def _evidence(one: Statement, noun: str) -> str:
    if not one.evidence:
        why = "You said so yourself." if one.origin != "log" else f"From the {plural(noun)} you know taken together."
        return f'<p class="cr-because">{esc(why)}</p>'
    lines = "".join(f"<li>{_event(event)}</li>" for event in one.evidence[:_EVIDENCE])
    more = one.count - min(len(one.evidence), _EVIDENCE)
    rest = f"<li>and {more} more</li>" if more > 0 else ""
    return f'<p class="cr-because">Because you</p><ul class="cr-evidence">{lines}{rest}</ul>'


def _event(event: Evidence) -> str:
    details = [f"rated {event.rating:g}"] if event.rating is not None else []
    details += [str(_year(event.timestamp))] if event.timestamp is not None and event.timestamp > 0 else []
    after = f" <small>{esc(', '.join(details))}</small>" if details else ""
    return f"{esc(event.verb, 30)} <b>{esc(event.title, 160)}</b>{after}"


def _year(timestamp: float) -> int | str:
    try:
        return datetime.fromtimestamp(timestamp, UTC).year
    except (ValueError, OverflowError, OSError):
        return "long ago"  # a log may hold any number


def _edits(one: Statement) -> str:
    lock = "unlock" if one.locked else "lock"
    keep = button(
        "edit",
        capital(lock),
        mark=lock,
        css="cr-quiet",
        hint="New events may change this again" if one.locked else "Keep this as it is",
        edit=lock,
        statement=one.id,
    )
    drop = button(
        "edit", "Remove", mark="remove", css="cr-quiet", hint="This is wrong", edit="remove", statement=one.id
    )
    return f'<div class="cr-tools">{keep}{drop}</div>'
