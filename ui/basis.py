"""What a recommendation rests on: own items, facts, wishes, people of like taste, and each signal's share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convrec.language import capital
from convrec.types import Candidate, History, ItemId, Recommendation, Request

from .markup import esc
from .words import Words

if TYPE_CHECKING:
    from convrec import Recommender
    from convrec.explain.evidence import Grounds

_MOST_SIGNALS = 6
_LEAST_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Basis:
    """The evidence behind one card, ready to be read.

    Attributes:
        own: The person's own items: what they did, the item, what the two share, its part in what the log says.
        statements: Of the profile.
        wishes: Of this talk, in the person's words.
        facts: Of the item, a line a name.
        people: How many of how many people of like taste like it; None where too few do.
    """

    own: tuple[tuple[str, str, str, float], ...] = ()
    statements: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    people: tuple[int, int] | None = None

    @classmethod
    def of(cls, grounds: Grounds) -> Basis:
        """From the evidence that explanations are worded from."""
        return cls(
            tuple(
                (one.opinion.verb, one.item.label, ", ".join(value for _, value in one.shared[:3]), one.share)
                for one in grounds.cited[:4]
            ),
            tuple(one.text for one in grounds.statements[:3]),
            tuple(dict.fromkeys(one.said for one in grounds.wishes if one.said))[:4],
            _by_name(grounds.facts[:5]),
            grounds.liked_by,
        )


def bases(
    rec: Recommender, history: History, request: Request, entries: Sequence[Recommendation]
) -> dict[ItemId, Basis]:
    """What each of an answer's cards rests on."""
    found = [Candidate(entry.item.id, entry.score, entry.sources) for entry in entries]
    grounds = rec.stages.grounds(history, rec.quick_profile(history), request, found)
    return {one.item.id: Basis.of(one) for one in grounds}


def unfolded(entry: Recommendation, basis: Basis | None, words: Words, key: str) -> str:
    """The fold-out of a card; empty text where nothing is known.

    Args:
        entry: The card's.
        basis: What it rests on; None: the shares of the score alone.
        words: The page's own.
        key: By which the page keeps it open.
    """
    parts = [*_evidence(basis, words)] if basis is not None else []
    if bars := _bars(entry.sources, words):
        parts.append(f'<div class="cr-whole"><h4>{esc(words("basis.score"))}</h4><ul class="cr-bars">{bars}</ul></div>')
    if not parts:
        return ""
    return (
        f'<details class="cr-basis" data-keep="{esc(key)}"><summary>{esc(words("basis.title"))}</summary>'
        f'<div class="cr-basis-in">{"".join(parts)}</div></details>'
    )


def _evidence(basis: Basis, words: Words) -> list[str]:
    parts = []
    if basis.own:
        lines = "".join(_own(*one, words) for one in basis.own)
        parts.append(_part(words("basis.own"), f"<ul>{lines}</ul>"))
    for heading, texts in (
        ("basis.wishes", [f"“{wish}”" for wish in basis.wishes]),
        ("basis.statements", basis.statements),
        ("basis.facts", basis.facts),
    ):
        if texts:
            lines = "".join(f"<li>{esc(text, 200)}</li>" for text in texts)
            parts.append(_part(words(heading), f"<ul>{lines}</ul>"))
    if basis.people is not None:
        count, people = basis.people
        parts.append(
            _part(words("basis.people"), f"<p>{esc(words('basis.neighbours', count=count, people=people))}</p>")
        )
    return parts


def _by_name(facts: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """`Cast: Paul Newman, Robert Redford`."""
    found: dict[str, list[str]] = {}
    for name, value in facts:
        found.setdefault(name, []).append(value)
    return tuple(f"{capital(name)}: {', '.join(values)}" for name, values in found.items())


def _part(heading: str, inside: str) -> str:
    return f"<div><h4>{esc(heading)}</h4>{inside}</div>"


def _own(verb: str, label: str, shared: str, share: float, words: Words) -> str:
    said = words("basis.did", did=words.stage(verb), title="\x00")
    before, _, after = said.partition("\x00")
    details = [words("basis.shared", what=shared)] if shared else []
    details += [f"{share:.0%}"] if share >= _LEAST_SHARE else []
    small = f" <small>{esc(' · '.join(details), 160)}</small>" if details else ""
    return f"<li>{esc(before)}<b>{esc(label, 160)}</b>{esc(after)}{small}</li>"


def _bars(sources: Mapping[str, float], words: Words) -> str:
    """The largest shares, of all that speaks for or against."""
    whole = sum(abs(share) for share in sources.values())
    if not whole:
        return ""
    largest = sorted(sources.items(), key=lambda one: -abs(one[1]))[:_MOST_SIGNALS]
    widest = abs(largest[0][1])
    made = []
    for name, share in largest:
        if abs(share) < _LEAST_SHARE * whole:
            continue
        kind = "cr-against" if share < 0 else "cr-for"
        percent = f"{'−' if share < 0 else ''}{abs(share) / whole:.0%}"
        made.append(
            f'<li><span>{esc(words.signal(name), 60)}</span><i class="{kind}" '
            f'style="--share:{abs(share) / widest:.2f}"></i><small>{percent}</small></li>'
        )
    return "".join(made)
