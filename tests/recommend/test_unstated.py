"""Silence about what is inside of things is told, and denies nothing."""

from __future__ import annotations

from convrec.data.catalogue import ItemTable
from convrec.types import Explanation, Filter, Item, Request
from convrec.unstated import silent, told, with_silence

NO_NUTS = Filter("contains", "none_of", ("almonds", "cashews", "hazelnuts"), "no nuts")
NO_TRACES = Filter("may_contain", "none_of", ("nuts",), "no nuts")
NO_RED = Filter("colour", "none_of", ("red",), "not red")
NOT_TOXIC = Filter("toxic_to_cats", "none_of", ("true",), "not toxic")
ITEMS = [
    Item("a", "Bar", facts={"contains": ("milk",), "may_contain": ("none",), "toxic_to_cats": False}),
    Item("b", "Gums", facts={"may_contain": ("none",)}),
    Item("c", "Mints", facts={"contains": ("none",)}),
    Item("d", "Cake"),
]
REASON = Explanation("It is sweet.")


def text(item: Item, *filters: Filter) -> str:
    return with_silence(REASON, item, Request(filters=filters)).text


def test_only_contents_and_hazards_are_not_denied_by_silence() -> None:
    assert silent(ITEMS[3], [NO_NUTS, NO_RED]) == [NO_NUTS]
    assert told(ItemTable(ITEMS), [NO_NUTS, NO_RED]).tolist() == [True, False, True, False]
    assert told(ItemTable(ITEMS), [NO_RED]).all()


def test_a_reason_says_what_is_not_stated() -> None:
    assert text(ITEMS[0], NO_NUTS, NO_TRACES) == "It is sweet."
    assert text(ITEMS[1], NO_NUTS, NO_TRACES) == "It is sweet. Whether it contains nuts is not stated."
    assert text(ITEMS[2], NO_NUTS, NO_TRACES) == "It is sweet. Whether it may contain nuts is not stated."
    assert text(ITEMS[3], NO_NUTS, NO_TRACES) == "It is sweet. Whether it contains nuts is not stated."
    assert text(ITEMS[3], NOT_TOXIC) == "It is sweet. Whether it is toxic to cats is not stated."


def test_a_reason_is_left_alone_where_nothing_of_the_kind_was_refused() -> None:
    assert with_silence(REASON, ITEMS[3], Request(filters=(NO_RED,))) is REASON
