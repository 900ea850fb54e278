"""What a person changed in their profile, laid over what is computed from their events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from hashlib import blake2b
from typing import Any, Literal, cast, get_args

from convrec.errors import UsageError
from convrec.language import capital, facet_phrase, short_title, singular
from convrec.profile.statements import statement_id
from convrec.types import OF_TITLES, Evidence, Origin, Polarity, Statement

Action = Literal["remove", "lock", "unlock", "set", "add", "ignore", "heed"]
MAX_NOTE = 400
"""Characters of a statement in the person's own words."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One change, in the order in which the person made it.

    Attributes:
        action: `remove` (it does not come back), `lock` (new events do not change it), `unlock`, `set` (changes
            polarity, strength or text), `add` (a statement of the person's own), `ignore` (events on items that have
            this do not count: somebody else watched them), `heed` (they do again).
        statement_id: Which statement; for `add` it may be empty.
        facet: With `value`, another way to say which; `note` for free words.
        value: What of the facet.
        polarity: With `set`, `add` and `lock`.
        strength: 0 to 1.
        text: The sentence; for `add` it may stand alone, and becomes a note.
        origin: `edit`, or `chat` where it was said in conversation.
    """

    action: Action
    statement_id: str = ""
    facet: str = ""
    value: str = ""
    polarity: Polarity | None = None
    strength: float | None = None
    text: str = ""
    origin: Origin = "edit"

    def __post_init__(self) -> None:
        if self.action not in get_args(Action):
            raise UsageError(f"profile edit action {self.action!r}; one of: {', '.join(get_args(Action))}")
        if self.polarity not in (None, "like", "dislike"):
            raise UsageError(f"profile edit polarity {self.polarity!r}; 'like' or 'dislike'")
        if self.strength is not None and not 0 <= self.strength <= 1:
            raise UsageError(f"profile edit strength {self.strength!r}; a number from 0 to 1")
        if len(self.text) > MAX_NOTE:
            raise UsageError(f"profile edit text of {len(self.text)} characters; at most {MAX_NOTE}")
        if not self.target:
            raise UsageError(f"profile edit {self.action!r} names nothing: give statement_id, facet and value, or text")

    @property
    def target(self) -> str:
        """Id of the statement it is about."""
        if self.statement_id:
            return self.statement_id
        if self.facet and self.value:
            return statement_id(singular(self.facet), self.value)
        if self.action == "add" and self.text.strip():
            return f"note:{blake2b(self.text.strip().lower().encode(), digest_size=6).hexdigest()}"
        return ""

    @classmethod
    def of(cls, given: Edit | Mapping[str, object]) -> Edit:
        """An edit from a mapping, as the store and the command line hold it.

        Raises:
            UsageError: A key is unknown or a value out of range.
        """
        if isinstance(given, Edit):
            return given
        known = [field.name for field in fields(cls)]
        if unknown := sorted(set(given) - set(known)):
            raise UsageError(f"profile edit has no {unknown[0]!r}; it may have: {', '.join(known)}")
        if "action" not in given:
            raise UsageError(f"profile edit without 'action'; one of: {', '.join(get_args(Action))}")
        return cls(**cast("dict[str, Any]", dict(given)))

    @classmethod
    def lock(cls, statement: Statement) -> Edit:
        """Keep a statement as it stands now."""
        return cls(
            "lock",
            statement.id,
            statement.facet,
            statement.value,
            statement.polarity,
            statement.strength,
            statement.text[:MAX_NOTE],
        )


def apply(
    computed: Sequence[Statement], edits: Sequence[Edit | Mapping[str, object]], noun: str
) -> tuple[Statement, ...]:
    """The statements after every edit, in their order, added ones first.

    Args:
        computed: From the events, strongest first.
        edits: Oldest first; later ones win.
        noun: What one item is called, for the sentence of an added statement.

    Raises:
        UsageError: An edit is malformed.
    """
    by_id = {statement.id: statement for statement in computed}
    removed: set[str] = set()
    own: dict[str, Statement] = {}
    for edit in map(Edit.of, edits):
        target = edit.target
        if edit.action in ("remove", "ignore"):
            removed.add(target)
            own.pop(target, None)
            continue
        removed.discard(target)
        if edit.action == "heed":
            continue
        if edit.action == "unlock":
            if target in own and own[target].origin == "log":
                del own[target]
            elif target in own:
                own[target] = replace(own[target], locked=False)
            continue
        changed = _changed(own.get(target) or by_id.get(target), edit, noun)
        if changed is not None:
            own[target] = changed
    kept = [one for one in computed if one.id not in own and not _is_removed(one, removed)]
    return (*own.values(), *kept)


def _is_removed(statement: Statement, removed: set[str]) -> bool:
    """Whether it, or a group of likeness around one of the same items, was removed."""
    if statement.id in removed:
        return True
    return statement.facet == "likeness" and any(f"likeness:{one.item_id}" in removed for one in statement.evidence)


def _changed(before: Statement | None, edit: Edit, noun: str) -> Statement | None:
    locked = edit.action == "lock"
    if before is None:
        facet = singular(edit.facet) if edit.facet else "note"
        value = edit.value or edit.text.strip()
        if not value:
            return None  # about a statement that no longer is: nothing to change
        polarity = edit.polarity or "like"
        text = edit.text.strip() or _own_sentence(facet, value, polarity, noun)
        strength = 0.8 if edit.strength is None else edit.strength
        origin: Origin = "log" if locked else edit.origin
        return Statement(edit.target, facet, value, polarity, strength, 1.0, text, origin=origin, locked=locked)
    turned = edit.polarity is not None and edit.polarity != before.polarity
    polarity = edit.polarity or before.polarity
    text = edit.text.strip() or (_own_sentence(before.facet, before.value, polarity, noun) if turned else before.text)
    return replace(
        before,
        polarity=polarity,
        strength=before.strength if edit.strength is None else edit.strength,
        text=text,
        evidence=_evidence(before, text, turned, locked),
        count=0 if turned else before.count,
        origin=before.origin if locked else edit.origin,
        locked=before.locked or locked,
    )


def _evidence(before: Statement, text: str, turned: bool, locked: bool) -> tuple[Evidence, ...]:
    """What the events still bear out once the person has had their say."""
    if turned:  # what they say of themselves needs no events, and those of the other polarity do not bear it out
        return ()
    if locked and before.facet in OF_TITLES:  # it keeps its titles, and not those that came since
        return tuple(one for one in before.evidence if short_title(one.title) in text)
    return before.evidence


def _own_sentence(facet: str, value: str, polarity: Polarity, noun: str) -> str:
    verb = "like" if polarity == "like" else "do not care for"
    what = value if facet in ("note", *OF_TITLES) else facet_phrase(facet, [value], noun)
    return capital(f"you said you {verb} {what}.")


def ignored(edits: Sequence[Edit | Mapping[str, object]]) -> set[tuple[str, str]]:
    """What the person said does not count, as facets and values; the last word on each counts."""
    found: set[tuple[str, str]] = set()
    for edit in map(Edit.of, edits):
        feature = (singular(edit.facet), edit.value)
        if edit.action == "ignore":
            found.add(feature)
        elif edit.action == "heed":
            found.discard(feature)
    return found
