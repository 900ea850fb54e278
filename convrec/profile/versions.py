"""What changed between two versions of a profile, statement by statement."""

from __future__ import annotations

from dataclasses import dataclass

from convrec.language import capital, facet_phrase, plural, short_title
from convrec.profile.latest import FACET as LATEST
from convrec.types import Attitude, Profile, Statement

WORTH_SAYING = 0.05
"""Change of strength below which a statement counts as the same."""

_STANDS: dict[Attitude, str] = {
    "loved": "loved",
    "liked": "liked",
    "consumed": "turned to",
    "dropped": "given up on",
    "disliked": "disliked",
}


@dataclass(frozen=True, slots=True)
class ProfileDiff:
    """What became of a profile.

    Attributes:
        before: Number of the older version, 0 for one that is not stored.
        after: Number of the newer.
        came: Statements that only the newer has, strongest first.
        gone: Statements that only the older has.
        changed: What both have and say differently: older and newer.
        lines: All of it in words, a line a statement; empty where nothing changed.
    """

    before: int
    after: int
    came: tuple[Statement, ...]
    gone: tuple[Statement, ...]
    changed: tuple[tuple[Statement, Statement], ...]
    lines: tuple[str, ...]


def diff(before: Profile, after: Profile, noun: str) -> ProfileDiff:
    """The statements that came, went and changed from one profile to another.

    Args:
        before: The older.
        after: The newer.
        noun: What one item is called.
    """
    old = {one.id: one for one in before.statements}
    new = {one.id: one for one in after.statements}
    came = tuple(one for key, one in new.items() if key not in old)
    gone = tuple(one for key, one in old.items() if key not in new)
    changed = tuple((old[key], one) for key, one in new.items() if key in old and _differs(old[key], one))
    lines = (
        *(f"New: {_what(one, noun)}, {_stands(one)}." for one in came),
        *(f"Gone: {_what(one, noun)}, {_stands(one)} before." for one in gone),
        *(f"{capital(_what(now, noun))}: {'; '.join(_changes(then, now))}." for then, now in changed),
    )
    return ProfileDiff(before.version, after.version, came, gone, changed, lines)


def _differs(then: Statement, now: Statement) -> bool:
    return bool(_changes(then, now))


def _changes(then: Statement, now: Statement) -> list[str]:
    found = []
    if _stands(then) != _stands(now):
        found.append(f"{_stands(now)}, {_stands(then)} before")
    if abs(now.strength - then.strength) >= WORTH_SAYING:
        word = "stronger" if now.strength > then.strength else "weaker"
        found.append(f"{word}, {now.strength:.2f} after {then.strength:.2f}")
    if now.count != then.count:
        found.append(f"{now.count} events after {then.count}")
    if (then.recent, then.faded) != (now.recent, now.faded):
        found.append("lately more" if now.recent else "lately less" if now.faded else "as steady as before")
    if now.locked != then.locked:
        found.append("locked" if now.locked else "no longer locked")
    if now.facet == LATEST and now.value != then.value:
        return [now.value]
    if not found and now.facet == "note" and now.text != then.text:
        found.append("in other words")
    return found


def _stands(one: Statement) -> str:
    if one.attitude is not None and one.polarity == ("dislike" if one.attitude in ("dropped", "disliked") else "like"):
        return _STANDS[one.attitude]
    return "liked" if one.polarity == "like" else "disliked"


def _what(one: Statement, noun: str) -> str:
    if one.facet == "note":
        return f"“{one.value}”"
    if one.facet == LATEST:
        return f"the latest {plural(noun)}"
    if one.facet == "likeness":
        return f"what is like {short_title(one.value)}"
    return facet_phrase(one.facet, [one.value], noun)
