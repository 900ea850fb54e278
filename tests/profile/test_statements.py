from __future__ import annotations

from convrec.data.catalogue import ItemTable
from convrec.profile.facets import Facets
from convrec.profile.profiler import TasteProfiler
from convrec.signal import Scale
from convrec.testing.shelf import EACH, games, played, strategist
from convrec.types import Item


def by_id(profiler, history, **kwargs):
    return {one.id: one for one in profiler.statements(history, **kwargs)}


def test_what_is_loved_and_what_is_hated_are_told_apart(profiler):
    found = by_id(profiler, strategist())
    assert found["genre:war"].polarity == "like"
    assert found["genre:horror"].polarity == "dislike"
    assert found["genre:war"].strength > 0.7


def test_a_statement_rests_on_the_events_it_counts(profiler, shelf):
    history = strategist()
    rated = {event.item_id: event.rating for event in history.events}
    for one in profiler.statements(history):
        assert one.count >= len(one.evidence) > 0
        for piece in one.evidence:
            assert piece.item_id in rated
            assert piece.title == shelf[piece.item_id].label
            good = rated[piece.item_id] >= 4
            assert good == (one.polarity == "like")
            assert piece.verb in (("loved", "liked") if good else ("hated", "disliked"))


def test_a_genre_that_everything_has_is_liked_by_nobody():
    items = [Item(f"{n}", f"Piece {n}", None, ("Common",), "", {"maker": f"maker {n % 4}"}) for n in range(40)]

    profiler = TasteProfiler(ItemTable(items), Scale(), "piece", "bought")
    liked = played([(f"{n}", 5.0) for n in range(0, 24, 4)])
    found = by_id(profiler, liked)
    assert "genre:common" not in found
    assert found["maker:maker-0"].polarity == "like"


def test_popularity_sets_the_base_rate(shelf):
    import numpy as np

    popular = np.ones(len(shelf), dtype=np.float32)
    popular[[shelf.row(f"castle-{n}") for n in range(EACH)]] = 1000
    plain, weighted = Facets(shelf), Facets(shelf, popular)
    number = plain.number("genre", "War")
    assert abs(plain.base[number] - 0.25) < 1e-6
    assert weighted.base[number] > 0.95
    history = played([(f"castle-{n}", 5.0) for n in range(4)] + [(f"garden-{n}", 4.0) for n in range(4)])
    everyone = TasteProfiler(shelf, Scale(), "game", "played", popularity=popular)
    assert "genre:war" not in by_id(everyone, history)
    assert "genre:family" in by_id(everyone, history)


def test_what_was_only_used_is_never_called_liked(profiler):
    used = played([(f"castle-{n}", None) for n in range(6)] + [("garden-1", None)])
    statements = profiler.statements(used)
    assert statements
    for one in statements:
        assert all(piece.verb == "played" for piece in one.evidence)
        assert "like" not in one.text
        assert "love" not in one.text
    assert "love" not in profiler.profile(used).text


def test_the_last_word_on_an_item_counts(profiler):
    turned = played([(f"castle-{n}", 5.0) for n in range(4)] + [(f"castle-{n}", 1.0) for n in range(4)])
    assert by_id(profiler, turned)["genre:war"].polarity == "dislike"


def test_using_it_again_does_not_take_a_judgement_back(profiler):
    events = [(f"crypt-{n}", 1.0) for n in range(4)] + [("castle-0", 5.0)] + [(f"crypt-{n}", None) for n in range(4)]
    assert by_id(profiler, played(events))["genre:horror"].polarity == "dislike"


def test_a_new_turn_of_taste_is_marked_recent(profiler):
    old = [(f"garden-{n}", 4.0) for n in range(10)]
    history = played([*old, *[(f"castle-{n}", 5.0) for n in range(6)]])
    found = by_id(profiler, history)
    assert found["genre:war"].recent
    assert "lately" in found["genre:war"].text
    assert not any(one.recent for one in found.values() if one.value in ("Family", "Trading"))


def test_nothing_known_gives_no_statements_and_says_so(profiler):
    assert profiler.statements(played([])) == ()
    assert "Nothing is known" in profiler.profile(played([])).text


def test_items_that_left_the_catalogue_are_passed_over(profiler):
    history = played([("gone", 5.0), ("castle-0", 5.0), ("castle-1", 5.0), ("castle-2", 5.0)])
    ids = {piece.item_id for one in profiler.statements(history) for piece in one.evidence}
    assert ids
    assert "gone" not in ids


def test_a_catalogue_of_bare_titles_still_gives_a_profile():

    titles = [f"Dragon Keep {n} - Console One" for n in "ABCD"] + [f"Puzzle Yard {n} - Console Two" for n in "ABCD"]
    titles += [f"Stand-alone piece {n} - Console Two" for n in range(12)]
    table = ItemTable([Item(str(n), title) for n, title in enumerate(titles)])
    profiler = TasteProfiler(table, Scale(), "game", "played")
    found = by_id(profiler, played([(str(n), None) for n in range(4)]))
    assert "title:dragon-keep" in found or "title:console-one" in found
    assert "Dragon Keep" in profiler.profile(played([(str(n), None) for n in range(4)])).text


def test_unknown_and_bracketed_values_are_not_facets():

    table = ItemTable([Item(str(n), f"T{n}", None, ("(no genres listed)", "unknown"), "", {}) for n in range(5)])
    assert not Facets(table).names


def test_groups_of_likeness_share_something(profiler, shelf):
    facets = profiler.facets
    for one in profiler.statements(strategist()):
        if one.facet == "likeness":
            rows = [shelf.row(piece.item_id) for piece in one.evidence]
            assert len(rows) >= 3
            assert all(facets.shared(rows[0], other) for other in rows[1:])


def test_forty_games_are_what_they_say():
    assert len(games()) == 4 * EACH


def test_a_name_counts_wherever_it_stands_in_a_title():
    titles = ("Star Trek", "Star Trek: The End", "Star Trek: Home", "Beyond: A Star Trek Story", "Star Chart", "Trek")
    table = ItemTable([Item(str(n), title, 1980 + n, ("Sci-Fi",)) for n, title in enumerate(titles)])
    facets = Facets(table)
    number = facets.number("title", "Star Trek")
    assert [row for row in range(len(titles)) if number in facets.of(row)] == [0, 1, 2, 3]


def test_items_called_the_same_are_no_series():
    titles = ("Quinta Suites", "Quinta Suites", "Quinta Suites", "Casa Marina", "Casa Tejo")
    table = ItemTable([Item(str(n), title, facts={"city": "Porto"}) for n, title in enumerate(titles)])
    assert Facets(table).number("title", "Quinta Suites") is None
