"""Two wishes in one message, for two people or two times: `something funny for the kids and a thriller for me later`.

They are not blended: the first is answered, and the second waits until it is asked for.
"""

from __future__ import annotations

import re

_LONGEST = 240
"""Longer messages tell a story, where such words join anything."""
_HEAD = r"(?:something|anything|one|an?|another)\b"
_WHOM = (
    r"for (?:me|us|myself|ourselves|him|her|them|later|today|tomorrow|tonight|after(?:wards)?|now|breakfast|lunch"
    r"|dinner|dessert|work|kids|adults|(?:the|my|our|his|her|their) \w+)\b"
)
_WHEN = r"(?:later(?: on)?|afterwards?|after that|tomorrow|tonight|next|now|first|once (?:they|the kids)\b.*)"
_TWO = re.compile(
    rf"^(?P<first>(?=.*?\b{_HEAD}).*?(?:\b{_WHOM}|\b{_WHEN}).*?)"
    r"(?P<tie>\s*[,.]?\s*(?:;|\band\b|\bthen\b|\bplus\b|&)(?:\s*(?:\band\b|\bthen\b|\balso\b|\blater\b|\bmaybe\b))*\s*)"
    rf"(?P<second>{_HEAD}(?=.*(?:\b{_WHOM}|\b{_WHEN}\W*$)).+)$"
)
_TAIL = re.compile(rf"[\s,]*\b(?:for )?{_WHEN}\W*$")
_OTHER = re.compile(
    r"^\W*(?:(?:ok|okay|and|now|then|so|great|good|thanks|thank you|yes)\W+)*"
    r"(?:for |show (?:me |us )?|what about |how about )?the (?:other|second) (?:one|wish|thing)"
    r"(?: (?:please|pls|now|then))*\W*$"
)


def parted(plain: str) -> tuple[int, int] | None:
    """Where the first of two wishes ends and the second begins; None: there is one wish.

    Args:
        plain: Folded message.
    """
    match = _TWO.match(plain) if len(plain) <= _LONGEST else None
    return (match.start("tie"), match.start("second")) if match else None


def put_off(second: str) -> str:
    """The second wish as it can be said when its time has come: without `later`, `tomorrow`."""
    return _TAIL.sub("", second).strip(" ,.;!?")


def is_due(plain: str, waiting: str, *, pointed: bool) -> bool:
    """Whether a message asks for the wish that waits: says it again, or `now the other one`.

    Args:
        plain: Folded message.
        waiting: The wish, folded; empty: none waits.
        pointed: Whether `the second one` points at something in view.
    """
    if not waiting:
        return False
    said = plain.strip(" ,.;!?")
    return said == waiting or (_OTHER.match(plain) is not None and not (pointed and "second one" in plain))
