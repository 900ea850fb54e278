"""The person's history: search it, add to it, correct and remove, read a file, take it along, be forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from convrec.data.sheet import Sheet
from convrec.protocols import Catalogue
from convrec.types import History, Interaction, Item

from .markup import button, esc, icon
from .versions import day
from .words import Words

PAGE = 40
"""Events shown at once."""
_REFUSED = 8
KINDS = ("like", "dislike", "seen", "save")
ONLY = ("all", *KINDS)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read and waits for a yes.

    Attributes:
        name: Of the file.
        sheet: What it says.
        known: How many of its rows are in the history already.
        fresh: Those that are not.
    """

    name: str
    sheet: Sheet
    known: int
    fresh: tuple[Interaction, ...]


@dataclass(frozen=True, slots=True)
class Diary:
    """What the pane shows.

    Attributes:
        history: All events, oldest first.
        query: What is searched for.
        only: `all`, or the kind of events shown.
        shown: How many at most.
        found: Items of the catalogue that the query names and the history has not.
        ratings: Those that the log uses.
        reading: A file that waits for a yes.
        leaving: Whether the person is asked if they want to be forgotten.
        stored: Whether it is kept.
    """

    history: History
    query: str = ""
    only: str = "all"
    shown: int = PAGE
    found: Sequence[Item] = ()
    ratings: Sequence[float] = ()
    reading: Reading | None = None
    leaving: bool = False
    stored: bool = True
    marks: frozenset[str] = field(default_factory=frozenset)


def diary(one: Diary, catalogue: Catalogue, words: Words) -> str:
    """The pane as HTML."""
    title = esc(words("history.title"))
    count = words.many("history.count", len(one.history.events))
    note = "" if one.stored else f'<p class="cr-because">{esc(words("history.passing"))}</p>'
    return (
        f'<section class="cr-panel cr-diary" aria-label="{title}"><h2>{title} <small>{esc(count)}</small></h2>'
        f"{note}{_tools(words)}{_reading(one, words)}{_leaving(one, words)}{_search(one, words)}"
        f"{_list(one, catalogue, words)}{_found(one, words)}</section>"
    )


def _tools(words: Words) -> str:
    # The browser shows a chooser for files only to a label or a click of its own: no script opens it.
    choose = (
        '<label class="cr-button cr-quiet cr-file"><input type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" '
        f'data-file="file">{icon("file")}<span>{esc(words("history.import"))}</span></label>'
    )
    take = button("export", words("history.export"), mark="export", css="cr-quiet", hint=words("history.export_hint"))
    leave = button("going", words("history.forget"), mark="remove", css="cr-quiet")
    drop = f'<p class="cr-because cr-dropping">{esc(words("history.drop"))}</p>'
    return f'<div class="cr-tools">{choose}{take}{leave}</div>{drop}'


def _search(one: Diary, words: Words) -> str:
    label = esc(words("history.search"))
    chips = "".join(
        button("only", words(f"history.{kind}"), css="cr-chip cr-small", only=kind).replace(
            "<button ", f'<button aria-pressed="{"true" if kind == one.only else "false"}" ', 1
        )
        for kind in ONLY
    )
    return (
        f'<div class="cr-form"><input type="search" name="query" maxlength="120" aria-label="{label}" '
        f'placeholder="{label}" autocomplete="off" data-type="search" data-as="query"></div>'
        f'<div class="cr-chips" role="group" aria-label="{esc(words("history.filter"))}">{chips}</div>'
    )


def matching(one: Diary, catalogue: Catalogue) -> list[Interaction]:
    """The events that query and kind let through, newest first."""
    wanted = one.query.casefold().split()
    kept = []
    for event in reversed(one.history.events):
        if one.only != "all" and event.kind != one.only:
            continue
        item = catalogue[event.item_id] if event.item_id in catalogue else None  # noqa: SIM401
        text = f"{item.label} {' '.join(item.genres)}" if item is not None else event.item_id
        if all(word in text.casefold() for word in wanted):
            kept.append(event)
    return kept


def _list(one: Diary, catalogue: Catalogue, words: Words) -> str:
    events = matching(one, catalogue)
    if not events:
        empty = "history.none_like" if one.query or one.only != "all" else "history.empty"
        return f'<p class="cr-empty">{esc(words(empty, query=one.query))}</p>'
    rows = "".join(_row(event, catalogue, one.ratings, words) for event in events[: one.shown])
    rest = len(events) - one.shown
    more = button("more_events", words("history.more", count=rest), css="cr-quiet") if rest > 0 else ""
    return f'<ul class="cr-events">{rows}</ul>{more}'


def _row(event: Interaction, catalogue: Catalogue, ratings: Sequence[float], words: Words) -> str:
    item = catalogue[event.item_id] if event.item_id in catalogue else None  # noqa: SIM401
    label = item.label if item is not None else event.item_id
    when = f"<small>{esc(day(event.timestamp)[:10])}</small>" if event.timestamp and event.timestamp > 86_400 else ""
    gone = button("drop", "", mark="remove", css="cr-quiet cr-bare", hint=words("history.remove", title=label),
                  event=event.event_id)  # fmt: skip
    return f"<li><span><b>{esc(label, 160)}</b> {when}</span>{_select(event, label, ratings, words)}{gone}</li>"


def _select(event: Interaction, label: str, ratings: Sequence[float], words: Words) -> str:
    """What was said of it, to be set to something else."""
    now = f"rate:{event.rating:g}" if event.rating is not None else event.kind
    choices = [(f"rate:{rating:g}", words("history.stars", rating=f"{rating:g}")) for rating in reversed(ratings)]
    choices += [(kind, words(f"history.{kind}")) for kind in KINDS]
    if now not in dict(choices):
        said = now.removeprefix("rate:")
        choices.insert(0, (now, words("history.stars", rating=said) if said != now else words.stage(now)))
    options = "".join(
        f'<option value="{esc(value, 60)}"{" selected" if value == now else ""}>{esc(text, 60)}</option>'
        for value, text in choices
    )
    hint = esc(words("history.correct", title=label), 240)
    data = f'data-change="correct" data-as="to" data-event="{esc(event.event_id)}"'
    return f'<select aria-label="{hint}" {data}>{options}</select>'


def _found(one: Diary, words: Words) -> str:
    """What could be added."""
    if not one.found:
        return ""
    rows = []
    for item in one.found:
        made = "".join(
            button("know", "", mark=kind, css="cr-quiet cr-bare",
                   hint=words(f"card.{kind}_hint", title=item.label), item=item.id, verdict=kind)
            for kind in ("like", "dislike", "seen")
        )  # fmt: skip
        rows.append(f"<li><span><b>{esc(item.label, 160)}</b></span>{made}</li>")
    return f'<h3>{esc(words("history.to_add"))}</h3><ul class="cr-events">{"".join(rows)}</ul>'


def _reading(one: Diary, words: Words) -> str:
    """The report of a file, and the question whether to keep what it says."""
    read = one.reading
    if read is None:
        return ""
    sheet = read.sheet
    lines = [
        words.many("file.fresh", len(read.fresh)),
        *([words.many("file.known", read.known)] if read.known else []),
        words("file.columns", columns=", ".join(f"{column} → {meaning}" for meaning, column in sheet.columns.items())),
    ]
    if sheet.scale is not None:
        lines.append(words("file.scale", low=f"{sheet.scale[0]:g}", high=f"{sheet.scale[1]:g}"))
    if sheet.undated:
        lines.append(words.many("file.undated", sheet.undated))
    if sheet.refused:
        lines.append(words.many("file.refused", len(sheet.refused)))
    refused = "".join(
        f"<li>{esc(words('file.line', line=row.line))} <b>{esc(row.said, 80)}</b>: "
        f"{esc(words(f'file.{row.reason}'))}</li>"
        for row in sheet.refused[:_REFUSED]
    )
    if len(sheet.refused) > _REFUSED:
        refused += f"<li>{esc(words('taste.and_more', count=len(sheet.refused) - _REFUSED))}</li>"
    said = "".join(f"<li>{esc(line, 300)}</li>" for line in lines)
    add = button("take", words.many("file.add", len(read.fresh)), mark="more", css="cr-strong") if read.fresh else ""
    head = words("file.title", name=read.name, count=f"{sheet.read:,}")
    return (
        f'<div class="cr-ask" role="group" aria-label="{esc(head, 200)}"><h3>{esc(head, 200)}</h3><ul>{said}</ul>'
        f"{f'<ul class=cr-refused>{refused}</ul>' if refused else ''}"
        f'<div class="cr-tools">{add}{button("untake", words("ask.no"), css="cr-quiet")}</div></div>'
    )


def _leaving(one: Diary, words: Words) -> str:
    if not one.leaving:
        return ""
    key = "forget.stored" if one.stored else "forget.passing"
    yes = button("forget", words("forget.yes"), mark="remove", css="cr-strong cr-warn")
    no = button("stay", words("forget.no"), css="cr-quiet")
    return (
        f'<div class="cr-ask cr-warned" role="alertdialog" aria-label="{esc(words("history.forget"))}">'
        f"<h3>{esc(words('forget.title'))}</h3><p>{esc(words.many(key, len(one.history.events)))}</p>"
        f'<div class="cr-tools">{yes}{no}</div></div>'
    )
