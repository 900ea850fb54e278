"""What stands in a conversation: a pure fold over its turns, so that undo, edit and retry are folds of fewer turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal, Protocol

from convrec.dialogue.merge import merged
from convrec.dialogue.replies.describe import groups_of
from convrec.dialogue.rules.opposites import cut
from convrec.dialogue.understanding import ProfileEdit, Understanding
from convrec.dialogue.words.words import folded
from convrec.types import Filter, ItemId, Request, Turn, Verdict

NO_VERDICTS: Mapping[ItemId, Verdict] = MappingProxyType({})
NO_STRENGTHS: Mapping[ItemId, float] = MappingProxyType({})
KEPT_TEXTS = 3


@dataclass(frozen=True, slots=True)
class Pending:
    """A question of ours that waits for its answer.

    Attributes:
        kind: `choose` among options, or `relax`: whether to drop a condition.
        filters: For `relax`: the conditions in question.
    """

    kind: Literal["choose", "relax"]
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What stands at the end of a conversation.

    Attributes:
        request: The standing wish; its `exclude` holds everything shown, refused, seen or named.
        dropped: Conditions taken back, oldest first.
        shown: Every item shown, in order.
        last_shown: The items of the newest cards.
        verdicts: Newest verdict by item, taps and words alike.
        strengths: How strongly each judged item was liked, -1 to 1.
        named: Items the person named, in order.
        accepted: Items the person took.
        focus: The item spoken of last; None: none in particular.
        asked: How many questions we asked before the first cards.
        pending: Our question that waits; None: none.
        edits: Corrections of the profile, oldest first.
        texts: The person's newest wishes in their own words, oldest first.
        later: A second wish of one message, which waits until it is asked for; empty: none.
        latest: What the newest message meant; None before the first.
        told: The person's messages, folded, with what each meant, oldest first.
        turns: Number of turns folded.
        sent: When the newest message of the person was sent, seconds since 1970; None: now.
    """

    request: Request = field(default_factory=Request)
    dropped: tuple[Filter, ...] = ()
    shown: tuple[ItemId, ...] = ()
    last_shown: tuple[ItemId, ...] = ()
    verdicts: Mapping[ItemId, Verdict] = field(default_factory=lambda: NO_VERDICTS)
    strengths: Mapping[ItemId, float] = field(default_factory=lambda: NO_STRENGTHS)
    named: tuple[ItemId, ...] = ()
    accepted: tuple[ItemId, ...] = ()
    focus: ItemId | None = None
    asked: int = 0
    pending: Pending | None = None
    edits: tuple[ProfileEdit, ...] = ()
    texts: tuple[str, ...] = ()
    later: str = ""
    latest: Understanding | None = None
    told: tuple[tuple[str, Understanding], ...] = ()
    turns: int = 0
    sent: float | None = None


class Understands(Protocol):
    """What the fold needs to know of an understander."""

    def understand(self, text: str, state: State) -> Understanding:
        """What a message means where it stands."""
        ...


def start(k: int) -> State:
    """The state before the first turn, with k items an answer."""
    return State(request=Request(k=k))


def fold(turns: Iterable[Turn], understander: Understands, *, k: int = 5) -> State:
    """The state after some turns.

    Args:
        turns: Oldest first.
        understander: Reads the user's turns.
        k: How many items an answer has until the person says otherwise.
    """
    state = start(k)
    before: list[State] = []
    for turn in turns:
        if turn.role == "assistant":
            state = heard(state, turn)
            continue
        state = replace(state, sent=turn.timestamp)
        meaning = understander.understand(turn.text, state) if turn.text.strip() else None
        if meaning is not None and "undo" in meaning.acts:
            earlier = before.pop() if before else start(k)
            # the cards that were in view come back
            room = replace(earlier.request, exclude=earlier.request.exclude - frozenset(earlier.last_shown))
            state = replace(earlier, request=room, latest=meaning, turns=state.turns + 1, shown=state.shown)
            continue
        if meaning is not None:
            before.append(state)
        state = told(state, turn, meaning, k=k)
    return state


def heard(state: State, turn: Turn) -> State:
    """After a turn of the assistant."""
    asks = not turn.items and "?" in turn.text
    pending = None
    if asks:
        groups = groups_of(state.request.filters)
        offered = turn.text.rpartition("Shall I drop ")[2] if "Shall I drop " in turn.text else ""
        doubtful = tuple(one for label, filters in groups if f"“{label}”" in offered for one in filters)
        pending = Pending("relax", doubtful) if doubtful else Pending("choose")
    if not turn.items:
        asked = state.asked + int(asks and not state.shown)
        focus = turn.focus or state.focus  # "I would take X": what is asked next is about X
        return replace(state, pending=pending, asked=asked, focus=focus, turns=state.turns + 1)
    shown = state.shown + tuple(one for one in turn.items if one not in state.shown)
    focus = turn.items[0] if len(turn.items) == 1 else None
    request = replace(state.request, exclude=state.request.exclude | frozenset(turn.items))
    return replace(
        state, request=request, shown=shown, last_shown=turn.items, focus=focus, pending=None, turns=state.turns + 1
    )


def told(state: State, turn: Turn, meaning: Understanding | None, *, k: int) -> State:
    """After a turn of the person, whose words mean `meaning` (None: taps only)."""
    if meaning is not None and "reset" in meaning.acts:
        fresh = Request(k=k, exclude=state.request.exclude)
        state = replace(state, request=fresh, dropped=(), texts=(), told=(), pending=None, focus=None, later="")
    if meaning is not None:
        state = _with_meaning(state, meaning)
        state = replace(state, told=(*state.told, (folded(turn.text), meaning)))
    taps: dict[ItemId, Verdict] = dict(turn.verdicts)
    if taps:
        strengths = {one: {"like": 0.9, "save": 0.6, "dislike": -0.9}.get(said, 0.0) for one, said in taps.items()}
        state = _judged(state, taps, strengths)
    named = state.named + tuple(one for one in turn.items if one not in state.named)
    exclude = state.request.exclude | frozenset(turn.items)
    return replace(state, named=named, request=replace(state.request, exclude=exclude), turns=state.turns + 1)


def _with_meaning(state: State, meaning: Understanding) -> State:
    lifted = meaning.lifted
    acts = set(meaning.acts)
    more = acts & {"more", "surprise"} and not meaning.says_something  # "show me more" takes the way out, too
    if state.pending is not None and state.pending.kind == "relax" and ("yes" in acts or more):
        lifted = lifted + tuple(one for one in state.pending.filters if one not in lifted)
    request = merged(state.request, meaning, lifted, instead_of=state.latest if meaning.corrects else None)
    named = tuple(one.item_id for one in meaning.mentions)
    gone = [wish for wish in state.request.wishes if wish not in request.wishes]
    earlier = (
        ()
        if meaning.fresh
        else tuple(left for text in state.texts if text not in meaning.unsaid and (left := cut(text, gone)))
    )
    texts = (*earlier, meaning.text)[-KEPT_TEXTS:] if meaning.text else earlier
    exclude = request.exclude | frozenset(named)
    if "again" in meaning.acts:
        exclude -= frozenset(meaning.referred or state.last_shown or state.shown)
    request = replace(request, text=". ".join(texts), exclude=exclude)
    state = replace(
        state,
        request=request,
        dropped=state.dropped + tuple(one for one in lifted if one not in state.dropped),
        named=state.named + tuple(one for one in named if one not in state.named),
        accepted=state.accepted + tuple(one for one in meaning.accepted if one not in state.accepted),
        focus=_focus(state, meaning),
        pending=None,
        edits=state.edits + tuple(one for one in meaning.edits if one not in state.edits),
        texts=texts,
        later=meaning.later or state.later,
        latest=meaning,
    )
    verdicts: dict[ItemId, Verdict] = {one.item_id: one.verdict for one in meaning.feedback}
    verdicts.update(_noted(meaning.edits))
    verdicts.update({one: "save" for one in meaning.accepted if one not in verdicts})
    return _judged(state, verdicts, {one.item_id: one.strength for one in meaning.feedback})


def _noted(edits: Iterable[ProfileEdit]) -> dict[ItemId, Verdict]:
    """Items to be noted as liked or not: an event says that better than a statement."""
    return {
        item_id: "dislike" if edit.polarity == "dislike" else "like"
        for edit in edits
        if edit.action == "add"
        for item_id in edit.item_ids
    }


def _judged(state: State, verdicts: Mapping[ItemId, Verdict], strengths: Mapping[ItemId, float]) -> State:
    if not verdicts:
        return state
    request = state.request
    liked = [one for one, said in verdicts.items() if said == "like"]
    disliked = [one for one, said in verdicts.items() if said == "dislike"]
    request = replace(
        request,
        like=tuple(one for one in request.like if one not in disliked),
        unlike=tuple(one for one in request.unlike if one not in liked)
        + tuple(one for one in disliked if one not in request.unlike),
        exclude=request.exclude | frozenset(verdicts),
    )
    return replace(
        state,
        request=request,
        verdicts={**state.verdicts, **verdicts},
        strengths={**state.strengths, **strengths},
    )


def _focus(state: State, meaning: Understanding) -> ItemId | None:
    named = [one.item_id for one in meaning.mentions]
    if named:
        return named[-1]
    if len(meaning.referred) == 1:
        return meaning.referred[0]
    return meaning.accepted[-1] if meaning.accepted else state.focus
