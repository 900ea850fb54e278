from collections.abc import Sequence

import numpy as np
import pytest

from convrec.data import notes
from convrec.data.log import Log
from convrec.data.notes import Note, annotate
from convrec.data.notes.check import coverage, outliers
from convrec.types import Interaction, Item


def note(title: str, year: int | None, **more: object) -> Note:
    return notes._note({"title": title, "year": year, **more})


HEAT = note(
    "Heat",
    1995,
    text="A thief and a detective circle each other.",
    director=["Michael Mann"],
    runtime=170,
    setting={"place": "Los Angeles"},
)
OLD_HEAT = note("Heat", 1972, text="An actor moves in.")


@pytest.mark.parametrize(
    ("title", "year", "known", "found"),
    [
        ("Heat", 1995, [HEAT, OLD_HEAT], HEAT),
        ("Heat", 1996, [HEAT, OLD_HEAT], HEAT),
        ("Heat", 1997, [HEAT, OLD_HEAT], None),
        ("Heat", 1995, [note("Heat", 1994), note("Heat", 1996)], None),
        ("Heat", None, [HEAT, OLD_HEAT], None),
        ("Heat", None, [HEAT], HEAT),
        ("Dead Heat", 1995, [HEAT], None),
    ],
)
def test_title_and_year_decide(title: str, year: int | None, known: list[Note], found: Note | None) -> None:
    (item,) = annotate([Item("1", title, year)], known)
    assert item.text == (found.text if found else "")
    assert item.facts == (found.facts if found else {})


def test_other_titles_of_a_film_find_its_note() -> None:
    known = [note("Tin Drum, The (Blechtrommel, Die)", 1979, text="a"), note("Contempt", 1963, text="b")]
    items = [
        Item("1", "The Tin Drum", 1979),
        Item("2", "Die Blechtrommel", 1979),
        Item("3", "Le Mépris", 1963, facts={"also": ("Contempt",)}),
    ]
    assert [item.text for item in annotate(items, known)] == ["a", "a", "b"]


def test_what_an_item_says_itself_stands() -> None:
    (item,) = annotate([Item("1", "Heat", 1995, text="own", facts={"runtime": 1})], [HEAT])
    assert item.text == "own"
    assert item.facts == {"director": ("Michael Mann",), "runtime": 1, "place": "Los Angeles"}


def test_the_notes_of_the_package_read_and_join() -> None:
    known = notes.notes()
    assert len({(title, note.year) for note in known for title in note.titles[:1]}) <= len(known)
    assert all(note.titles[0] for note in known)
    assert annotate([Item("1", "A film nobody made", 1801)]) == [Item("1", "A film nobody made", 1801)]


def test_coverage_counts_items_and_events() -> None:
    items = [Item("1", "Heat", 1995), Item("2", "Other", 1995), Item("3", "Bare", 1990)]
    log = Log.from_interactions(
        [Interaction("u", "1"), Interaction("v", "1"), Interaction("v", "2"), Interaction("u", "3")]
    )
    found = coverage(items, log, [HEAT, note("Bare", 1990)])
    assert (found.items, found.noted, found.told, found.events, found.events_noted) == (3, 2, 1, 4, 3)


class _LetterEncoder:
    """Texts by which of two words they hold."""

    name, dim = "letters", 2

    def encode(self, texts: Sequence[str], *, role: str) -> np.ndarray:
        rows = np.array([[text.count("war"), text.count("love")] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_text_that_sounds_like_another_genre_is_found() -> None:
    known, items = [], []
    for genre, word in (("War", "war"), ("Romance", "love")):
        for number in range(8):
            swapped = genre == "War" and number == 3
            known.append(note(f"{genre} {number}", 1990, text="love" if swapped else word))
            items.append(Item(f"{genre}{number}", f"{genre} {number}", 1990, (genre,)))
    found = outliers(items, _LetterEncoder(), known)
    assert [(entry.item.id, entry.nearest) for entry in found] == [("War3", "Romance")]
    assert found[0].margin > 1
    assert outliers(items, _LetterEncoder(), []) == []
