import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convrec.data.catalogue import ItemTable
from convrec.errors import UsageError
from convrec.types import Filter, Item

ITEMS = [
    Item(
        "a", "Alpha", 1979, ("Horror", "Sci-Fi"), facts={"cast": ("Sigourney Weaver",), "minutes": 117, "dubbed": True}
    ),
    Item("b", "Beta", None, ("sci-fi",), facts={"minutes": 90, "mixed": 3}),
    Item("c", "Gamma", 1995, (), facts={"cast": ("Tom Hanks", "Tim Allen"), "dubbed": False, "mixed": "three"}),
]


@pytest.fixture
def table() -> ItemTable:
    return ItemTable(ITEMS)


def test_rows_follow_the_order_given(table: ItemTable) -> None:
    assert [table.row(item.id) for item in ITEMS] == [0, 1, 2]
    assert table["b"] is ITEMS[1]
    assert table.get("zz") is None
    assert "c" in table
    assert 3 not in table


def test_unknown_and_double_ids_are_named(table: ItemTable) -> None:
    with pytest.raises(UsageError, match="'zz'"):
        table.row("zz")
    with pytest.raises(UsageError, match="ids are strings"):
        table.row(7)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"'a' occurs 2 times"):
        ItemTable([*ITEMS, ITEMS[0]])


def test_fields_tell_words_numbers_and_flags(table: ItemTable) -> None:
    assert table.fields == {
        "title": "words",
        "genres": "words",
        "year": "number",
        "cast": "words",
        "minutes": "number",
        "dubbed": "flag",
        "mixed": "words",
    }


def test_values_count_items_and_keep_the_commonest_spelling() -> None:
    table = ItemTable(
        [Item(str(n), "t", genres=(word,)) for n, word in enumerate(["Sci-Fi", "sci-fi", "Sci-Fi", "War"])]
    )
    assert table.values("genres") == {"Sci-Fi": 3, "War": 1}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Filter("genres", "any_of", ("SCI-FI",)), "ab"),
        (Filter("genres", "all_of", ("sci-fi", "horror")), "a"),
        (Filter("genres", "all_of", ("horror", "HORROR")), "a"),
        (Filter("genres", "none_of", ("horror",)), "bc"),
        (Filter("year", "at_least", (1979,)), "ac"),
        (Filter("year", "at_most", ("1979",)), "a"),
        (Filter("year", "any_of", (1995.0, "1979")), "ac"),
        (Filter("year", "none_of", (1995,)), "ab"),
        (Filter("dubbed", "any_of", ("yes",)), "a"),
        (Filter("dubbed", "any_of", (False,)), "c"),
        (Filter("dubbed", "none_of", (True,)), "bc"),
        (Filter("cast", "any_of", ("tom hanks", "nobody")), "c"),
        (Filter("title", "any_of", ("alpha",)), "a"),
        (Filter("mixed", "any_of", (3,)), "b"),
        (Filter("genres", "any_of", ()), ""),
        (Filter("genres", "none_of", ()), "abc"),
    ],
)
def test_filters(table: ItemTable, wanted: Filter, expected: str) -> None:
    mask = table.matching([wanted])
    assert mask.dtype == np.bool_
    assert "".join(item.id for item, kept in zip(ITEMS, mask, strict=True) if kept) == expected
    assert [table.satisfies(item, [wanted]) for item in ITEMS] == mask.tolist()


def test_filters_are_joined_by_and(table: ItemTable) -> None:
    both = [Filter("genres", "any_of", ("sci-fi",)), Filter("minutes", "at_most", (100,))]
    assert table.matching(both).tolist() == [False, True, False]
    assert table.matching([]).all()


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Filter("colour", "any_of", ("red",)), "no field 'colour'.*genres"),
        (Filter("cast", "at_least", (3,)), "holds words"),
        (Filter("year", "at_least", ("soon",)), "takes one number"),
        (Filter("year", "at_least", (1, 2)), "takes one number"),
    ],
)
def test_senseless_filters_are_refused(table: ItemTable, wanted: Filter, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        table.matching([wanted])
    with pytest.raises(UsageError, match=message):
        table.satisfies(ITEMS[0], [wanted])


def test_digest_sees_every_part_and_the_order() -> None:
    base = ItemTable(ITEMS).digest
    changed = Item("a", "Alpha", 1979, ("Horror", "Sci-Fi"), facts={**ITEMS[0].facts, "minutes": 118})
    assert ItemTable(list(ITEMS)).digest == base
    assert ItemTable([changed, *ITEMS[1:]]).digest != base
    assert ItemTable(ITEMS[::-1]).digest != base


words = st.sampled_from(["red", "Red", "blue", "sky blue", "green"])
shelves = st.lists(
    st.builds(
        lambda year, genres, tag: (year, tuple(genres), tag),
        st.none() | st.integers(1990, 1995),
        st.lists(words, max_size=3),
        st.none() | words,
    ),
    min_size=1,
    max_size=8,
)
filters = st.one_of(
    st.builds(
        lambda field, op, values: Filter(field, op, tuple(values)),
        st.sampled_from(["genres", "tag"]),
        st.sampled_from(["any_of", "all_of", "none_of"]),
        st.lists(words, max_size=3),
    ),
    st.builds(
        lambda op, value: Filter("year", op, (value,)),
        st.sampled_from(["at_least", "at_most"]),
        st.integers(1989, 1996),
    ),
)


@given(shelves, st.lists(filters, max_size=3))
def test_columns_agree_with_item_by_item(shelf: list[tuple], wanted: list[Filter]) -> None:
    items = [
        Item(str(n), "t", year, genres, facts={"tag": tag} if tag else {})
        for n, (year, genres, tag) in enumerate(shelf)
    ]
    items.append(Item("last", "t", facts={"tag": "red"}))
    table = ItemTable(items)
    assert table.matching(wanted).tolist() == [table.satisfies(item, wanted) for item in items]


def test_a_field_that_carries_its_unit_is_found_by_its_name_without_it() -> None:
    priced = [Item(str(n), "t", facts={"price_eur": 10.0 * n, "pack size": n}) for n in range(4)]
    table = ItemTable(priced)
    assert table.called("price") == table.called("Price") == "price_eur"
    assert table.matching([Filter("price", "at_most", (15.0,))]).tolist() == [True, True, False, False]
    assert table.satisfies(priced[3], [Filter("price", "at_least", (15.0,))])
    assert table.values("price") == table.values("price_eur")
    assert table.settled(Filter("price", "at_most", (15.0,))).field == "price_eur"
    with pytest.raises(UsageError, match="no field 'cost'"):
        table.matching([Filter("cost", "at_most", (15.0,))])


def test_a_name_without_unit_that_two_fields_have_is_not_guessed() -> None:
    table = ItemTable([Item("a", "t", facts={"price_eur": 1.0, "price_usd": 2.0, "size_cm": 3.0, "size": 9})])
    assert (table.called("price"), table.called("size")) == ("price", "size")
    with pytest.raises(UsageError, match="no field 'price'"):
        table.matching([Filter("price", "at_most", (15.0,))])
