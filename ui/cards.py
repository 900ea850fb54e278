"""One recommendation as a card: what it is, why, how sure, what it rests on, and what to say about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from convrec.facts import amount_words, unit_of, value_words
from convrec.flags import flag_words
from convrec.language import capital, said, short_title, singular
from convrec.types import FactValue, Item, ItemId, Recommendation, Verdict

from .basis import Basis, unfolded
from .look import Look
from .markup import button, esc
from .tile import tile

FACTS = 2
"""Facts a card shows beside year and genres."""
PICTURES = ("image", "poster", "cover", "picture", "thumbnail")
"""Facts that hold a picture: they are shown as one, not said."""
_LONGEST = 60


def card(
    entry: Recommendation,
    look: Look,
    verdict: Verdict | None = None,
    *,
    waiting: bool = False,
    basis: Basis | None = None,
    key: str = "",
) -> str:
    """The card of a recommendation.

    Args:
        entry: What to show; without an explanation the card shows none, or a placeholder while waiting.
        look: How.
        verdict: What the person said about it already.
        waiting: Whether the explanation is still being written.
        basis: What it rests on; None: not known yet.
        key: Tells this card from others of the same item, further up.
    """
    item = entry.item
    fold = "" if waiting else unfolded(entry, basis, look.words, f"basis-{key}-{item.id}")
    return (
        f'<article class="cr-card" aria-label="{esc(item.label, 200)}">'
        f"{tile(item, look.picture(item))}"
        f'<div class="cr-card-body"><div class="cr-card-head"><h3>{esc(item.title, 160)}'
        f"{_year(item)}</h3>{_sure(entry, look)}</div>"
        f"{_about(item)}{_why(entry, look, waiting)}{fold}{_actions(item, look, verdict)}</div></article>"
    )


def cards(
    entries: tuple[Recommendation, ...],
    look: Look,
    verdicts: Mapping[ItemId, Verdict],
    *,
    waiting: bool = False,
    bases: Mapping[ItemId, Basis] | None = None,
    key: str = "",
) -> str:
    """Several cards as one list, best first; empty text for none."""
    if not entries:
        return ""
    known = bases or {}
    inside = "".join(
        card(one, look, verdicts.get(one.item.id), waiting=waiting, basis=known.get(one.item.id), key=key)
        for one in entries
    )
    return f'<div class="cr-cards">{inside}</div>'


def facts(item: Item, limit: int = FACTS) -> list[tuple[str, str]]:
    """The first few facts that are short enough to read at a glance, as (name, words)."""
    return [pair for pair in _readable(item)][:limit]


def _readable(item: Item) -> Iterator[tuple[str, str]]:
    for name, value in item.facts.items():
        label, words = _words(name, value)
        plain = name.lower()
        hidden = plain in ("also", "id", *PICTURES) or plain.endswith(("_id", "url", "link"))
        if not hidden and words and len(words) <= _LONGEST and "://" not in words:
            yield label, words


def _words(name: str, value: FactValue) -> tuple[str, str]:
    """The name that stands before a fact, empty where the words name it themselves (`45 minutes`), and the words."""
    if isinstance(value, bool):
        return "", capital(flag_words(name)) if value else ""
    if isinstance(value, tuple):
        return capital(singular(name)), ", ".join(word for word in value[:2] if said(word))
    if isinstance(value, str):
        return capital(singular(name)), value if said(value) else ""
    label, unit = unit_of(name)
    return capital(label), amount_words(value_words(value), unit)


def _year(item: Item) -> str:
    return "" if item.year is None else f' <span class="cr-year">{esc(item.year)}</span>'


def _sure(entry: Recommendation, look: Look) -> str:
    if entry.probability is None:
        return ""
    percent = round(100 * min(max(entry.probability, 0.0), 1.0))
    before, _, after = look.words("card.chance", percent="\x00").partition("\x00")
    return (
        f'<span class="cr-sure" style="--sure:{percent}" title="{esc(look.words("card.chance_hint"))}">'
        f"{esc(before)}<b>{percent}%</b>{esc(after)}</span>"
    )


def _about(item: Item) -> str:
    parts = [" · ".join(esc(genre, 40) for genre in item.genres[:4] if said(genre))]
    parts += [f'<span class="cr-fact">{_named(name)}{esc(words)}</span>' for name, words in facts(item)]
    inside = "".join(f"<span>{part}</span>" for part in parts if part)
    return f'<div class="cr-about">{inside}</div>' if inside else ""


def _named(name: str) -> str:
    return f"<i>{esc(name, 30)}</i> " if name else ""


def _why(entry: Recommendation, look: Look, waiting: bool) -> str:
    if look.choices.reasons == "none":
        return ""
    why = entry.explanation
    if why is not None and why.text:
        titles = [entry.item.title, *(claim.text for claim in why.claims if claim.kind == "history")]
        return f'<p class="cr-why">{esc(look.reason(why.text, titles), 600)}</p>'
    if waiting:
        writing = esc(look.words("card.writing"))
        return f'<p class="cr-why cr-pending" aria-label="{writing}"><span></span><span></span></p>'
    return ""


def _actions(item: Item, look: Look, verdict: Verdict | None) -> str:
    title, words = item.label, look.words
    kinds: tuple[Verdict, ...] = ("like", "dislike", "seen", "save")
    made = "".join(_verdict(kind, item, look, verdict == kind) for kind in kinds)
    named = short_title(item.title) + (f" ({item.year})" if item.year is not None else "")
    for act, wish in (("more", f"More like {named}"), ("less", f"Nothing like {named}")):
        made += button(
            "say",
            words(f"card.{act}"),
            mark=act,
            css=f"cr-{act}",
            hint=words(f"card.{act}_hint", title=title),
            text=wish,
        )
    return f'<div class="cr-actions" role="group" aria-label="{esc(title, 200)}">{made}</div>'


def _verdict(kind: Verdict, item: Item, look: Look, pressed: bool) -> str:
    label = look.words(f"card.{kind}")
    hint = look.words(f"card.{kind}_hint", title=item.label)
    made = button("verdict", label, mark=kind, css=f"cr-{kind}", hint=hint, item=item.id, verdict=kind)
    return made.replace("<button ", f'<button aria-pressed="{"true" if pressed else "false"}" ', 1)
