"""Acts and questions of a message where the LLM has read it: its chances, the rules where they know better."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast, get_args

from convrec.dialogue.readers.tagger import LIKELY, likely
from convrec.dialogue.understanding import Act, Question, QuestionKind
from convrec.dialogue.words.fields import Field
from convrec.facts import holds_contents
from convrec.types import ItemId

KINDS: tuple[QuestionKind, ...] = ("why", "about", "fact", "profile", "wish", "help", "have")
_ACTS = frozenset(cast("tuple[str, ...]", get_args(Act)))
_PLAIN: frozenset[str] = frozenset(("undo", "reset"))
"""Worded so plainly where the rules find them that only a clear no of the LLM counts."""
CLEARLY_NOT = 0.05
_ROOT = 5
"""Letters that words of one family begin with."""


def acts_heard(by_rules: Sequence[Act], heard: Mapping[str, float]) -> list[Act]:
    """Acts of a message by its wording.

    Args:
        by_rules: What the rules find.
        heard: Chance of each act.
    """
    acts = [cast("Act", act) for act in likely(heard) if act in _ACTS]
    if "reject" in by_rules and "again" not in by_rules:  # "you already showed me that"
        acts = list(dict.fromkeys("reject" if act == "again" else act for act in acts))
    plain = [act for act in by_rules if act in _PLAIN and heard.get(act, 0.0) > CLEARLY_NOT and act not in acts]
    return [*plain, *acts]


def questions_heard(
    by_rules: Sequence[Question],
    heard: Mapping[str, float],
    subject: tuple[ItemId, ...],
    words: str,
    fields: Mapping[str, Field],
    named: tuple[ItemId, ...] = (),
    name: str = "",
    *,
    openly: bool = True,
) -> list[Question]:
    """What a message asks.

    Args:
        by_rules: What the rules find, with the fields that are asked for.
        heard: Chance of each act.
        subject: Items it is about.
        words: The fact that is asked for, in the person's words; empty: none was heard.
        fields: The catalogue's fields.
        named: Items that it names.
        name: What it asks for, in the person's words; empty: none was heard.
        openly: Whether it is worded as a question.
    """
    inside = [one for one in by_rules if one.kind == "fact" and one.fields and all(map(holds_contents, one.fields))]
    if inside:
        return inside  # "what's in the second one?" asks for no story
    kinds = [kind for kind in KINDS if heard.get(kind, 0.0) >= LIKELY]
    wants = any(heard.get(act, 0.0) >= LIKELY for act in ("recommend", "inform", "more"))
    kept = [one for one in by_rules if one.kind in kinds or (one.kind == "unknown" and ("fact" in kinds or not wants))]
    for kind in kinds:
        if any(one.kind == kind or (kind == "fact" and one.kind == "unknown") for one in kept):
            continue
        if kind == "have":  # never of what merely is in view
            kept += [Question(kind, named, (), name)] if named or name[:1].isupper() else []
            continue
        if kind == "fact" and not openly and not words:
            continue  # "wow, so original, Star Wars"
        about = subject if kind in ("why", "about", "fact") else ()
        kept.append(Question(kind, about, *((_meant(words, fields), words) if kind == "fact" else ())))
    return kept


def answerable(asked: Sequence[Question], by_rules: Sequence[Question]) -> list[Question]:
    """Questions of a message that points at nothing: of `retinol serum` none, it asks for one.

    Args:
        asked: What the LLM and the rules hear.
        by_rules: What the rules hear.
    """
    return [one for one in asked if one.kind != "about" or one in by_rules]


def _meant(words: str, fields: Mapping[str, Field]) -> tuple[str, ...]:
    """Fields whose names begin as one of some words does: `directed` asks for `director`."""
    roots = [word[:_ROOT] for word in words.lower().split() if len(word) >= _ROOT - 1]
    return tuple(
        name for name, field in fields.items()
        if any(word.startswith(root) for word in field.label.lower().split() for root in roots)
    )  # fmt: skip
