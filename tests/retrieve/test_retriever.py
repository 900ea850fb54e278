from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest

from convrec.config import RetrieveSettings
from convrec.data.catalogue import ItemTable
from convrec.errors import UsageError
from convrec.retrieve.retriever import HybridRetriever
from convrec.retrieve.statements import agreement, asked_for, ruled_out
from convrec.signal import Scale
from convrec.testing.shelf import games, played, strategist
from convrec.types import FIRM, Filter, History, Interaction, Item, Profile, Request, Statement


def ids(candidates):
    return [candidate.item_id for candidate in candidates]


def kinds(candidates):
    return [candidate.item_id.split("-")[0] for candidate in candidates]


REQUESTS = {
    "nothing asked": Request(),
    "a wish": Request(text="ghosts and betrayal"),
    "wishes": Request(wishes=("plants", "shipping"), avoid=("siege",)),
    "like an item": Request(like=("garden-3",), unlike=("crypt-1",)),
    "filters": Request(text="betrayal", filters=(Filter("year", "at_least", (2000,)),)),
    "well known": Request(novelty=-1.0),
    "off the beaten track": Request(novelty=1.0, diversity=0.5),
    "away from what is known": Request(explore=1.0),
    "words count most": Request(alpha=0.0),
    "history counts most": Request(alpha=1.0, wishes=("plants",)),
}


@pytest.mark.parametrize("with_log", [True, False])
@pytest.mark.parametrize("past", [History(), strategist()], ids=["stranger", "strategist"])
@pytest.mark.parametrize("request_", REQUESTS.values(), ids=REQUESTS)
def test_what_holds_for_every_request(retriever, retriever_without_log, shelf, with_log, past, request_):
    one = retriever if with_log else retriever_without_log
    found = one.retrieve(past, None, request_, 12)
    allowed = shelf.matching(request_.filters)
    away = {*past.item_ids, *request_.like, *request_.unlike, *request_.exclude}
    possible = sum(bool(allowed[row]) and item.id not in away for row, item in enumerate(shelf.items))
    assert len(found) == min(12, possible)
    assert len(set(ids(found))) == len(found)
    assert not set(ids(found)) & away
    assert all(allowed[shelf.row(item_id)] for item_id in ids(found))
    for candidate in found:
        assert np.isfinite(candidate.score)
        assert sum(candidate.sources.values()) == pytest.approx(candidate.score, abs=1e-5)
    assert [candidate.score for candidate in found] == sorted((c.score for c in found), reverse=True)


def test_a_history_brings_more_of_its_kind(retriever):
    found = retriever.retrieve(played([(f"garden-{n}", 5.0) for n in range(4)]), None, Request(), 5)
    assert kinds(found) == ["garden"] * 5


def test_without_a_log_the_texts_do(retriever_without_log):
    found = retriever_without_log.retrieve(played([(f"garden-{n}", 5.0) for n in range(4)]), None, Request(), 5)
    assert kinds(found) == ["garden"] * 5
    assert set(found[0].sources) == {"semantic"}


def test_a_wish_counts_more_than_the_history(retriever):
    found = retriever.retrieve(strategist(), None, Request(text="plants around a garden"), 5)
    assert kinds(found)[:3] == ["garden"] * 3


def test_items_like_one_that_is_named(retriever, retriever_without_log):
    for one in (retriever, retriever_without_log):
        found = one.retrieve(History(), None, Request(like=("harbour-2",)), 5)
        assert kinds(found) == ["harbour"] * 5


def test_an_aversion_pushes_down(retriever):
    plain = kinds(retriever.retrieve(History(), None, Request(text="betrayal"), 20))
    averse = kinds(retriever.retrieve(History(), None, Request(text="betrayal", avoid=("ghosts", "crypt")), 20))
    assert plain[:20].count("crypt") > 0
    assert sum(place for place, kind in enumerate(averse) if kind == "crypt") > sum(
        place for place, kind in enumerate(plain) if kind == "crypt"
    ) or averse.count("crypt") < plain.count("crypt")


def test_a_refusal_speaks_for_nothing_and_is_not_shown_again(retriever):
    past = History("ann", (Interaction("ann", "crypt-2", None, 1.0, "dislike"),))
    found = retriever.retrieve(past, None, Request(), 40)
    assert "crypt-2" not in ids(found)
    assert "collaborative" not in found[0].sources


def test_what_was_loved_speaks_louder_than_what_was_hated(retriever):
    past = played([("garden-1", 5.0), ("crypt-1", 1.0)])
    other = played([("garden-1", 1.0), ("crypt-1", 5.0)])
    gardens = kinds(retriever.retrieve(past, None, Request(), 10)).count("garden")
    assert gardens > kinds(retriever.retrieve(other, None, Request(), 10)).count("garden")


def test_the_profile_moves_the_ranking_and_an_edit_moves_it_more(retriever):
    liked = Statement("genres:Horror", "genres", "Horror", "like", 1.0, 1.0, "You like Horror.")
    past = played([("castle-1", 4.0), ("garden-1", 4.0)])

    def horror(*statements):
        found = retriever.score(past, Profile("ann", "", statements), Request(), ["crypt-5", "harbour-5"])
        return {candidate.item_id: candidate.sources.get("profile", 0.0) for candidate in found}

    assert horror()["crypt-5"] == 0
    assert horror(liked)["crypt-5"] > 0 >= horror(liked)["harbour-5"]
    assert horror(replace(liked, polarity="dislike"))["crypt-5"] < 0


def test_notes_in_free_words_count_too(retriever):
    note = Statement("note:1", "note", "plants in a garden", "like", 1.0, 1.0, "You said so.", origin="edit")
    found = retriever.score(History(), Profile(None, "", (note,)), Request(), ["crypt-5", "garden-5"])
    assert ids(found) == ["garden-5", "crypt-5"]


def test_a_stranger_gets_known_games_of_several_kinds(retriever):
    request = Request(k=8)
    found = retriever.diversify(History(), request, retriever.retrieve(History(), None, request, 40))
    assert len(set(kinds(found[:8]))) >= 3


def test_diversity_mixes_kinds(retriever):
    past = played([(f"castle-{n}", 5.0) for n in range(5)] + [("garden-0", 4.0)])
    same = kinds(retriever.retrieve(past, None, Request(k=5), 40)[:5])
    varied = Request(k=5, diversity=1.0)
    mixed = kinds(retriever.diversify(past, varied, retriever.retrieve(past, None, varied, 40))[:5])
    assert len(set(mixed)) > len(set(same))


def test_novelty_turns_towards_the_little_known(retriever, together, shelf):
    def fame(novelty):
        found = retriever.retrieve(strategist(), None, Request(novelty=novelty), 8)
        return float(np.mean([together.counts[shelf.row(item_id)] for item_id in ids(found)]))

    assert fame(1.0) < fame(-1.0)


def test_exploring_turns_away_from_what_is_known(retriever):
    def closeness(explore):
        found = retriever.retrieve(strategist(), None, Request(explore=explore), 30)
        return float(np.mean([place for place, kind in enumerate(kinds(found)) if kind == "castle"]))

    assert closeness(-1.0) <= closeness(0.0) < closeness(1.0)


def test_a_given_set_is_ranked_whole_whatever_was_seen(retriever):
    given = ["castle-0", "crypt-9", "castle-9", "garden-9"]
    request = Request(filters=(Filter("genres", "any_of", ("Family",)),), exclude=frozenset(given))
    assert set(ids(retriever.score(strategist(), None, request, given))) == set(given)


def test_contributions_name_the_events_behind_an_item(retriever):
    past = played([("garden-1", 5.0), ("castle-1", 5.0), ("castle-2", 4.0)])
    shares = retriever.contributions(past, ["castle-7", "garden-7"])
    assert next(iter(shares["castle-7"])).startswith("castle")
    assert sum(share for share in shares["castle-7"].values() if share > 0) == pytest.approx(1.0)
    assert retriever.contributions(History(), ["castle-7"]) == {"castle-7": {}}


def test_filters_that_nothing_meets_leave_nothing(retriever):
    assert retriever.retrieve(strategist(), None, Request(filters=(Filter("year", "at_least", (2090,)),)), 5) == []


def test_bad_requests_are_named(retriever):
    with pytest.raises(UsageError, match="k must be at least 1"):
        retriever.retrieve(History(), None, Request(), 0)
    with pytest.raises(UsageError, match="no field 'colour'"):
        retriever.retrieve(History(), None, Request(filters=(Filter("colour", "any_of", ("red",)),)), 5)
    with pytest.raises(UsageError, match="no item 'none-such'"):
        retriever.score(History(), None, Request(), ["none-such"])


def test_events_of_items_that_left_the_catalogue_are_passed_over(retriever):
    past = played([("long-gone", 5.0), ("garden-1", 5.0)])
    assert kinds(retriever.retrieve(past, None, Request(), 3)) == ["garden"] * 3


@pytest.mark.parametrize("size", [0, 1, 2])
def test_tiny_catalogues(encoder, exact_index, size):
    catalogue = ItemTable([Item(f"i{n}", f"Thing {n}") for n in range(size)])
    one = HybridRetriever(catalogue, encoder, type(exact_index)(catalogue, encoder), None, RetrieveSettings(), Scale())
    assert len(one.retrieve(History(), None, Request(text="thing"), 5)) == size
    assert len(one.retrieve(played([("i0", 5.0)]), None, Request(), 5)) == max(size - 1, 0)


def test_many_threads_get_the_same_answer(retriever):
    expected = ids(retriever.retrieve(strategist(), None, Request(text="plants and ghosts"), 10))
    got = []

    def work():
        for _ in range(10):
            got.append(ids(retriever.retrieve(strategist(), None, Request(text="plants and ghosts"), 10)))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 60
    assert all(each == expected for each in got)


def said(facet, value, polarity="like", strength=FIRM):
    return Statement(f"{facet}:{value}", facet, value, polarity, strength, 1.0, "", origin="edit")


def test_a_statement_of_one_theme_is_about_the_field_of_themes():
    shelf = games()
    cold = said("theme", "betrayal", "dislike")
    met, undecided = agreement([cold], shelf)
    assert not undecided
    assert {one.id.split("-")[0] for one, hit in zip(shelf.items, met < 0, strict=True) if hit} == {"castle", "crypt"}
    assert ruled_out([cold], shelf).sum() == 20


def test_only_what_is_firmly_asked_for_is_asked_for():
    wanted = asked_for([said("genre", "Horror"), said("theme", "plants", strength=0.7), said("note", "fun")], games())
    assert wanted.sum() == 10
    assert asked_for([said("genre", "Horror", "dislike")], games()).sum() == 0
