"""Names of fields that are doings (`flowering`), and words made of them that are no value of another field there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from convrec.dialogue.words.fields import Field
from convrec.dialogue.words.words import Word, singular

DETERMINERS = frozenset(
    [
        "a",
        "all",
        "an",
        "another",
        "any",
        "both",
        "each",
        "either",
        "every",
        "neither",
        "no",
        "none",
        "not",
        "other",
        "same",
        "some",
        "the",
    ]
)
"""Words before a field's name that say nothing of its values though it may have them: `no`, `any`."""
_DOES = frozenset({"do", "does", "did", "will"})
_DOERS = frozenset({"it", "they", "this", "that", "these", "those", "one", "ones", "two", "three", "both", "them"})


def names_doing(spoken: Sequence[Word], at: int, field: str, fields: Mapping[str, Field], *, said_before: str) -> bool:
    """Whether a word that is a value of one field tells there what another field's name tells.

    With a field `flowering` the value `flowers` of `edible` is not meant by `when does it flower`, nor by
    `yellow flowers`, where a word of a third field says what flowers.

    Args:
        spoken: The words of the message.
        at: Index of the word.
        field: Whose value it would be.
        fields: The catalogue's fields.
        said_before: The field of the value right before it; empty where there is none.
    """
    root = singular(spoken[at].text)
    doing = {f"{root}ing", f"{root.removesuffix('e')}ing"}
    if not any(other.label in doing for other in fields.values() if other.name != field):
        return False
    before = [word.text for word in spoken[max(0, at - 4) : at]]
    done = before[-1:] != [] and before[-1] in _DOERS and bool(_DOES & set(before))
    return done or said_before not in ("", field)
