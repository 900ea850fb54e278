"""How a new wish joins the one that stands: what it replaces, what it adds to, what it takes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from convrec.days import number_of
from convrec.dialogue.rules.opposites import alike, opposed, turned, unopposed
from convrec.dialogue.understanding import Understanding
from convrec.dialogue.words.words import singular
from convrec.types import Filter, Request


def merged(
    request: Request, meaning: Understanding, lifted: Sequence[Filter], *, instead_of: Understanding | None = None
) -> Request:
    """The standing request after a message.

    A wanted word replaces the words wanted before on the same field (`a comedy`, later `a western`), unless the
    message joins them (`westerns too`); refusals add up; what is wanted is no longer refused, and the other way round;
    a bound on a number replaces the bounds before, except that a new lowest bound keeps a fitting highest one. A wish
    replaces those it turns round or sharpens (`funnier` or `even darker` after `dark`, `older` after `newer`). Where
    the message corrects the one before (`instead_of`), likenesses and wishes of that one give way to those of this.
    """
    if instead_of is not None:
        request = _corrected(request, meaning, instead_of)
    if meaning.fresh:
        request = replace(request, wishes=(), like=(), text="", novelty=0.0)
    filters = [one for one in request.filters if meaning.joins or not _turned_round(one, meaning.wishes)]
    for one in lifted:
        filters = _take_away(filters, one)
    avoid = [word for word in request.avoid if not _takes_back(word, lifted, meaning)]
    wanted = [one for one in meaning.filters if one.op in ("any_of", "all_of")]
    refused = [one for one in meaning.filters if one.op == "none_of"]
    bounds = [one for one in meaning.filters if one.op in ("at_least", "at_most")]
    filters = _want(filters, wanted, joins=meaning.joins)
    for one in refused:
        filters = _refuse(filters, one)
    filters = _bound(filters, bounds)
    likes = tuple(one for one in request.like if one not in (*meaning.unlike, *meaning.unliked))
    wishes = [
        wish for wish in request.wishes if not any(_one(wish, word) or alike(wish, word) for word in meaning.avoid)
    ]
    wishes = [wish for wish in wishes if not any(wish == word or alike(wish, word) for word in meaning.welcome)]
    wishes = [wish for wish in wishes if wish in meaning.wishes or not any(alike(wish, one) for one in meaning.wishes)]
    no_more = {_key(value) for one in refused for value in one.values}
    wishes = [wish for wish in wishes if _key(wish) not in no_more]
    wishes = wishes if meaning.joins else unopposed(wishes, meaning.wishes)
    avoid = [word for word in avoid if not any(alike(word, wish) for wish in meaning.wishes)]
    avoid += [word for word in meaning.avoid if word not in avoid]
    return replace(
        request,
        filters=tuple(filters),
        wishes=_added(wishes, meaning.wishes)[-8:],
        avoid=tuple(word for word in avoid if word not in meaning.wishes)[-8:],
        like=_added(likes, meaning.like)[-10:],
        unlike=_added([one for one in request.unlike if one not in meaning.like], meaning.unlike),
        k=meaning.k or request.k,
        novelty=request.novelty if meaning.novelty is None else meaning.novelty,
        diversity=request.diversity if meaning.diversity is None else meaning.diversity,
    )


def _turned_round(standing: Filter, wishes: Sequence[str]) -> bool:
    """Whether a wish asks for the opposite of all that a condition wants: `sweeter` of `dry`."""
    values = [str(value) for value in standing.values] if standing.op == "any_of" else []
    return bool(values) and any(all(opposed(value, wish) for value in values) for wish in wishes)


def _corrected(request: Request, meaning: Understanding, wrong: Understanding) -> Request:
    """The request without what the message before added, where this one says something of the same kind."""
    if meaning.like or meaning.mentions:
        request = replace(request, like=tuple(one for one in request.like if one not in wrong.like))
    if meaning.wishes or meaning.filters:
        request = replace(request, wishes=tuple(one for one in request.wishes if one not in wrong.wishes))
    return request


def _added(before: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    return (*before, *(one for one in new if one not in before))


def _takes_back(word: str, lifted: Sequence[Filter], meaning: Understanding) -> bool:
    values = {_key(value) for one in lifted for value in one.values} | {_key(one) for one in meaning.welcome}
    return any(value in word.casefold() for value in values) or word in meaning.wishes


def _take_away(filters: list[Filter], lifted: Filter) -> list[Filter]:
    """The filters without one of them, or without some of its words."""
    if lifted in filters or lifted.op in ("at_least", "at_most"):
        return [one for one in filters if one != lifted]
    return _without(filters, lifted.field, lifted.op, {_key(value) for value in lifted.values})


def _want(filters: list[Filter], wanted: Sequence[Filter], *, joins: bool) -> list[Filter]:
    for field in dict.fromkeys(one.field for one in wanted):
        new = [one for one in wanted if one.field == field]
        values = {_key(value) for one in new for value in one.values}
        old = [one for one in filters if one.field == field and one.op in ("any_of", "all_of")]
        filters = [one for one in filters if one not in old]
        filters = _without(filters, field, "none_of", values)
        if joins and old and len(new) == 1:
            both = dict.fromkeys((*(value for one in old for value in one.values), *new[0].values))
            new = [Filter(field, "any_of", tuple(both), f"{old[-1].said}, {new[0].said}")]
        filters += new
    return filters


def _refuse(filters: list[Filter], refused: Filter) -> list[Filter]:
    """Each refusal stays a condition of its own, so that it can be taken back by itself."""
    filters = _without(filters, refused.field, "any_of", {_key(value) for value in refused.values})
    known = {_key(v) for one in filters if one.field == refused.field and one.op == "none_of" for v in one.values}
    more = tuple(value for value in refused.values if _key(value) not in known)
    return [*filters, replace(refused, values=more)] if more else filters


def _without(filters: list[Filter], field: str, op: str, values: set[str]) -> list[Filter]:
    """The filters, one kind of them without some values; a filter left without values goes."""
    kept: list[Filter] = []
    for one in filters:
        if one.field != field or one.op != op:
            kept.append(one)
            continue
        left = tuple(value for value in one.values if _key(value) not in values)
        if left:
            kept.append(replace(one, values=left))
    return kept


def _bound(filters: list[Filter], bounds: Sequence[Filter]) -> list[Filter]:
    for field in dict.fromkeys(one.field for one in bounds):
        new = _tightest([one for one in bounds if one.field == field])
        ops = {one.op for one in new}
        kept = []
        for one in filters:
            numeric = one.field == field and one.op in ("at_least", "at_most")
            fits = numeric and one.op not in ops and _fits(one, new[0]) and not turned(one, new[0])
            if not numeric or fits:
                kept.append(one)
        filters = [*kept, *new]
    return filters


def _tightest(bounds: Sequence[Filter]) -> list[Filter]:
    """Of several lowest or highest bounds the one that lets least through: `too long, something under two hours`."""
    kept: dict[str, Filter] = {}
    for one in bounds:
        other = kept.setdefault(one.op, one)
        own, held = number_of(one.values[0]), number_of(other.values[0])
        if own is not None and held is not None and (own < held if one.op == "at_most" else own > held):
            kept[one.op] = one
    return list(kept.values())


def _fits(standing: Filter, new: Filter) -> bool:
    """Whether a lowest and a highest bound leave anything between them."""
    bounds = {standing.op: number_of(standing.values[0]), new.op: number_of(new.values[0])}
    return bounds.get("at_least", float("-inf")) <= bounds.get("at_most", float("inf"))


def _one(wish: str, word: str) -> bool:
    """Whether two wishes are one, in the singular or not: `mini`, `no minis`."""
    return singular(wish) == singular(word)


def _key(value: str | float) -> str:
    return str(value).casefold()
