"""A sentence in which everything is thought of alike: whether it says so, and no more than that."""

from __future__ import annotations

import re
from collections.abc import Iterator

from convrec.grounding.marks import MARKED
from convrec.grounding.material import Material

_LOVE = re.compile(r"\b(?:loves?|loving|adores?|favou?rites?|(?:can|could)(?:not|['’]t) get enough|dear(?:est)? to)\b")
_LIKE = re.compile(
    r"\b(?:you(?:['’](?:d|ll|ve))?(?: \w+)? (?:like|love|enjoy|adore|favou?r|appreciate)|lik(?:ing|able)|enjoyment|"
    r"fond\w*|adores?|favou?rites?|tastes? for|soft spot|weakness|appeals?|draws?|drawn|at home|suits?|joy|delight\w*|"
    r"pleasures?|pleases?|heart|right up|your kind|your thing|win you|wins you|happ\w+|to your liking)\b"
)
_GOOD_PAST = re.compile(r"\b(?:loved|liked|enjoyed|pleased|adored|appealed|delighted|favou?rites?)\b")
_BAD = re.compile(
    r"\b(?:dislik\w*|hat(?:e|es|ed|ing)|cold|little|no|not|nor|neither|never|none|nothing|hardly|rarely|seldom|fail\w*|"
    r"avoid\w*|without|skip|miss|lost on|gives? up|gave up|giving up|unfinished|off|wrong|bottom|least|low|"
    r"sour|weak\w*|struggle\w*|cannot)\b|n['’]t\b"
)
_NEGATOR = re.compile(
    r"\b(?:no|not|nor|never|neither|none|nothing|hardly|rarely|seldom|little|few|less|least|without|fail\w*|cannot|"
    r"far from|lack\w*)\b|n['’]t\b"
)
_COUNTED = re.compile(
    r"\b\w+ (?:out )?of (?:the |your |all )?\w+[^,;:.]{0,24}(?:pleased|pleasing)(?: you)?|"
    r"\ball \w+[^,;:.]{0,24}pleased"
)
_NEARBY = 28
"""Characters before a word of liking within which a negation reaches it."""
_IDIOMS = re.compile(
    r"\b(?:cannot|can['’]t|could not|never) get enough\b|\bnever far\b|\bnot (?:only|least|far)\b|"
    r"\bno (?:surprise|less|wonder|longer|more)\b|\blittle wonder\b|\bnever (?:fails?|lets?)\b|"
    r"\b(?:nothing|few(?: \w+)?|little|no \w+) (?:\w+ )?"
    r"(?:please[sd]?|suits?|draws?|appeals?|beats?|wins?|does|you love) (?:\w+ ){0,4}(?:more|better|so|like|as)\b"
)


def unlike(masked: str, material: Material) -> Iterator[str]:
    """What the sentence says that the attitude of its material does not bear out.

    Args:
        masked: The sentence without its titles and values.
        material: With an `attitude`.
    """
    text = MARKED.sub(" ", masked).lower()
    verbs = {one.verb for one in material.named if one.verb}
    if material.attitude in ("disliked", "dropped"):
        yield from _against(text)
        return
    plain = _IDIOMS.sub(" ", text)
    if material.drift != "less" and (found := _NEGATOR.search(_without_counts(plain))):
        yield f"{found.group()!r} of what is liked"
    if re.search(r"\b(?:dislik\w+|hat(?:e|es|ed)|avoid\w*|cold)\b", plain):
        yield "a dislike of what is liked"
    if material.attitude != "loved" and (found := _LOVE.search(text)):
        yield f"{found.group()!r} of what is not loved"
    if material.attitude == "consumed" and (found := _LIKE.search(text)):
        yield f"{found.group()!r} of what is only turned to"
    if "loved" not in verbs and (found := re.search(r"\bloved\b", text)):
        yield f"{found.group()!r} of titles that were not"
    if verbs and not verbs & {"loved", "liked"} and (found := _GOOD_PAST.search(_without_counts(text))):
        yield f"{found.group()!r} of titles that were not judged"


def _against(text: str) -> Iterator[str]:
    if not _BAD.search(text):
        yield "a dislike that is not called one"
    for pattern in (_LIKE, _GOOD_PAST, _LOVE):
        for found in pattern.finditer(_without_counts(text)):
            before = text[max(0, found.start() - _NEARBY) : found.end()]
            if not _NEGATOR.search(before):
                yield f"{found.group()!r} of what is disliked"


def _without_counts(text: str) -> str:
    """Without `12 of the 13 you rated pleased you`, which is checked as a count."""
    return _COUNTED.sub(" ", text)
