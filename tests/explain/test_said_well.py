"""Reasons that a person would like to read: nothing twice, nothing clumsy, whatever was done with the items."""

from __future__ import annotations

import pytest

from convrec.data.catalogue import ItemTable
from convrec.explain.explainer import EvidenceExplainer
from convrec.explain.phrases import unlike
from convrec.profile.profiler import TasteProfiler
from convrec.signal import Scale
from convrec.testing.shelf import played
from convrec.types import Candidate, Item, Request

HOUSES = ("Cantina Brisi", "Long Gully", "Finca Laurel")


@pytest.fixture(scope="module")
def cellar():
    return ItemTable(
        [
            Item(f"{house[0]}{n}", f"{house} {name}", 2005 + n, (kind,), "", {"producer": (house,)})
            for house in HOUSES
            for n, (name, kind) in enumerate((("Brut", "white"), ("Reserva", "red"), ("Estate", "red")))
        ]
    )


def reasons(cellar, history, ids, request=None, **kwargs):
    explainer = EvidenceExplainer(cellar, Scale(1, 5), "wine", "drank")
    profile = TasteProfiler(cellar, Scale(1, 5), "wine", "drank").profile(history)
    found = [Candidate(one, 1.0, {"likeness": 0.4}) for one in ids]
    return [one.text for one in explainer.explain(history, profile, request or Request(), found, **kwargs)]


def test_what_the_title_says_is_not_said_again(cellar):
    for text in reasons(cellar, played([]), [item.id for item in cellar.items]):
        assert not any(f"from {house}" in text for house in HOUSES), text


def test_what_is_near_is_said_to_come_near_and_no_more(cellar):
    (text,) = reasons(cellar, played([]), ["L0"], Request(like=("C1",)))
    assert "Cantina Brisi Reserva" in text
    assert "description" not in text


@pytest.mark.parametrize(("kind", "rating", "allowed"), [("save", None, False), ("rate", 5.0, True)])
def test_who_only_saved_a_thing_is_not_said_to_have_used_it(cellar, kind, rating, allowed):
    history = played([("C1", rating), ("F0", rating)], kind=kind)
    if kind == "save":
        history = type(history)(
            "ann", tuple(type(e)("ann", e.item_id, None, e.timestamp, "save") for e in history.events)
        )
    ids = [item.id for item in cellar.items if item.id not in ("C1", "F0")]
    texts = reasons(cellar, history, ids, contributions={one: {"C1": 1.0} for one in ids})
    assert any("as you did" in text for text in texts) == allowed
    assert allowed or any("which you saved" in text for text in texts)


def test_a_tag_that_says_what_the_genre_says_is_left_out():
    facts = [
        ("genre", "Animation"),
        ("tag", "animated"),
        ("tag", "pixar"),
        ("genre", "Sci-Fi"),
        ("tag", "Science Fiction"),
    ]
    assert unlike(facts) == [("genre", "Animation"), ("tag", "pixar"), ("genre", "Sci-Fi")]


def test_a_feeling_that_is_asked_for_is_named_as_the_catalogue_names_it():
    shelf = ItemTable([Item(f"{n}", f"Song {n}", 2000 + n, (), "", {"moods": ("funny",)}) for n in range(4)])
    (text,) = reasons(shelf, played([]), ["1"], Request(text="i want to laugh", wishes=("laugh",)))
    assert "funny" in text
