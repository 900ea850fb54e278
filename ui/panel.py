"""The profile beside the talk: statements, how strong, what they rest on, and how to correct them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from convrec.language import capital
from convrec.types import Evidence, Profile, Statement

from .look import Look
from .markup import button, esc, paragraphs
from .words import Words

SHOWN = 8
"""Statements a panel shows; the rest are behind a fold."""
_EVIDENCE = 6
_HEAD = 70
_FOLDED = 240
PENDING = '<p class="cr-why cr-pending" aria-hidden="true"><span></span><span></span></p>'


def panel(
    profile: Profile,
    look: Look,
    *,
    editable: bool,
    rewritable: bool = False,
    writing: bool = False,
    ignored: Sequence[tuple[str, str, str]] = (),
    noted: Sequence[str] = (),
    more: str = "",
) -> str:
    """The profile as a panel.

    Args:
        profile: What convrec thinks the person likes.
        look: How to show it.
        editable: Whether statements can be corrected, which needs somebody to keep it for.
        rewritable: Whether a model can be asked to write the text.
        writing: Whether it is doing so.
        ignored: Facet, value and label of what they said is somebody else's.
        noted: Titles that the person said something of, where that does not make a statement yet.
        more: HTML that follows the statements.
    """
    words = look.words
    if not profile.statements:
        said = words("taste.few", titles=", ".join(noted)) if noted else words("taste.empty")
        empty = f'<p class="cr-empty">{esc(said)}</p>'
        return frame(empty + (_adding(words) if editable else "") + more, words)
    parts = [_prose(profile, words, rewritable, writing)]
    for polarity in ("like", "dislike"):
        found = [one for one in profile.statements if one.polarity == polarity]
        if found:
            parts.append(f"<h3>{esc(words(f'taste.{polarity}'))}</h3>{_list(found, words, editable)}")
    parts += [_adding(words) if editable else f'<p class="cr-because">{esc(words("taste.visitor"))}</p>']
    return frame("".join(parts) + _others(ignored, words) + more, words)


def loading(words: Words) -> str:
    """The panel while the profile is being read."""
    return frame(PENDING, words)


def frame(inside: str, words: Words) -> str:
    """The panel around its contents."""
    title = esc(words("taste.title"))
    return f'<section class="cr-panel" aria-label="{title}"><h2>{title}</h2>{inside}</section>'


def _prose(profile: Profile, words: Words, rewritable: bool, writing: bool) -> str:
    """The text, its first lines until it is opened."""
    if writing:
        return PENDING
    if not profile.text or [profile.text.strip()] == [one.text.strip() for one in profile.statements]:  # said below
        return ""
    again = ""
    if rewritable and profile.written_by == "template":
        again = button("write", words("taste.reword"), mark="retry", css="cr-quiet", hint=words("taste.reword_hint"))
    tools = f'<div class="cr-tools">{again}</div>' if again else ""
    if len(profile.text) <= _FOLDED:
        return f'<div class="cr-prose">{paragraphs(profile.text)}</div>{tools}'
    on = f'<span class="cr-on">{esc(words("taste.more"))}</span>'
    text = f"<summary>{paragraphs(profile.text)}{on}</summary>"
    return f'<details class="cr-prose" data-keep="prose">{text}</details>{tools}'


def _list(found: list[Statement], words: Words, editable: bool) -> str:
    rows = [_statement(one, words, editable) for one in found]
    shown, rest = rows[:SHOWN], rows[SHOWN:]
    more = ""
    if rest:
        head = esc(words("taste.rest", count=len(rest)))
        more = (
            f'<details class="cr-rest" data-keep="rest-{found[0].polarity}"><summary>{head}</summary>'
            f"{''.join(rest)}</details>"
        )
    return f'<div class="cr-statements">{"".join(shown)}{more}</div>'


def _statement(one: Statement, words: Words, editable: bool) -> str:
    percent = round(100 * min(max(one.strength, 0.0), 1.0))
    holding = {
        "lately": one.recent and "lately" not in one.text,
        "faded": one.faded and "lately" not in one.text,
        "said": one.origin != "log",
        "locked": one.locked,
    }
    marks = "".join(
        f'<span class="cr-mark">{esc(words(f"taste.{mark}"))}</span>' for mark, holds in holding.items() if holds
    )
    head, rest = _headed(one.text)
    attitude = words.stage(one.attitude) if one.attitude else ""
    meter = (
        f'<span class="cr-held" title="{esc(words("taste.strength", percent=percent))}">'
        f'<span class="cr-strength" style="--strength:{percent}"></span><small>{esc(attitude)}</small></span>'
    )
    return (
        f'<details class="cr-statement cr-{one.polarity}" data-keep="statement-{esc(one.id, 200)}"><summary>'
        f'<span class="cr-text">{esc(head, 300)}{marks}</span>{meter}</summary>'
        f"{f'<p>{esc(rest, 400)}</p>' if rest else ''}{_evidence(one, words)}{_edits(one, words) if editable else ''}"
        "</details>"
    )


def _headed(text: str) -> tuple[str, str]:
    """A sentence as what it says and, after a colon, what it says it by: the first is read at a glance."""
    head, colon, rest = text.partition(": ")
    return (head, capital(rest)) if colon and rest and len(head) <= _HEAD else (text, "")


def _evidence(one: Statement, words: Words) -> str:
    if not one.evidence:
        why = words("taste.own_word" if one.origin != "log" else "taste.together")
        return f'<p class="cr-because">{esc(why)}</p>'
    lines = "".join(f"<li>{_event(event, words)}</li>" for event in one.evidence[:_EVIDENCE])
    more = one.count - min(len(one.evidence), _EVIDENCE)
    rest = f"<li>{esc(words('taste.and_more', count=more))}</li>" if more > 0 else ""
    return f'<p class="cr-because">{esc(words("taste.because"))}</p><ul class="cr-evidence">{lines}{rest}</ul>'


def _event(event: Evidence, words: Words) -> str:
    details = [words("taste.rated", rating=f"{event.rating:g}")] if event.rating is not None else []
    details += [year_of(event.timestamp)] if event.timestamp is not None and event.timestamp > 0 else []
    after = f" <small>{esc(', '.join(details))}</small>" if details else ""
    return f"{esc(words.stage(event.verb), 30)} <b>{esc(event.title, 160)}</b>{after}"


def year_of(timestamp: float) -> str:
    """The year of a time; a log may hold any number, and one that is no time has none."""
    try:
        return str(datetime.fromtimestamp(timestamp, UTC).year)
    except (ValueError, OverflowError, OSError):
        return "?"


def _edits(one: Statement, words: Words) -> str:
    lock = "unlock" if one.locked else "lock"
    made = button(
        "edit", words(f"taste.{lock}"), mark=lock, css="cr-quiet", hint=words(f"taste.{lock}_hint"),
        edit=lock, statement=one.id,
    )  # fmt: skip
    made += button(
        "edit", words("taste.remove"), mark="remove", css="cr-quiet", hint=words("taste.remove_hint"),
        edit="remove", statement=one.id,
    )  # fmt: skip
    if one.origin == "log" and one.facet not in ("note", "likeness", "latest"):
        made += button(
            "edit", words("taste.ignore"), css="cr-quiet", hint=words("taste.ignore_hint"),
            edit="ignore", statement=one.id,
        )  # fmt: skip
    return f'{_changing(one, words)}<div class="cr-tools">{made}</div>'


def _changing(one: Statement, words: Words) -> str:
    """How strongly, and whether at all: what a person may set of a statement beside keeping or removing it."""
    percent = round(100 * min(max(one.strength, 0.0), 1.0))
    other = "dislike" if one.polarity == "like" else "like"
    turn = button(
        "edit", words(f"taste.turn_{other}"), mark=other, css="cr-quiet", edit="set", statement=one.id, polarity=other
    )
    strength, key = esc(words("taste.how_strong")), esc(one.id, 200)
    return (
        f'<div class="cr-change"><label>{strength}<input type="range" max="100" value="{percent}" '
        f'data-change="edit" data-as="strength" data-edit="set" data-statement="{key}"></label>{turn}</div>'
    )


def _adding(words: Words) -> str:
    """A line of one's own."""
    label = esc(words("taste.add_label"))
    add = button("add", words("taste.add"), mark="more", css="cr-quiet", polarity="like")
    avoid = button("add", words("taste.add_avoid"), mark="less", css="cr-quiet", polarity="dislike")
    return (
        f'<div class="cr-form" data-form><input type="text" name="text" maxlength="400" aria-label="{label}" '
        f'placeholder="{label}" data-enter="add" data-polarity="like"><div class="cr-tools">{add}{avoid}</div></div>'
    )


def _others(ignored: Sequence[tuple[str, str, str]], words: Words) -> str:
    if not ignored:
        return ""
    rows = "".join(
        f"<li>{esc(label, 100)} "
        + button("edit", words("taste.heed"), css="cr-quiet", edit="heed", facet=facet, value=value)
        + "</li>"
        for facet, value, label in ignored
    )
    return f'<h3>{esc(words("taste.ignored"))}</h3><ul class="cr-plain">{rows}</ul>'
