import pytest
from hypothesis import given
from hypothesis import strategies as st

from convrec.data.titles import Title, normalise_title, parse_title


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("Usual Suspects, The (1995)", Title("The Usual Suspects", 1995)),
        ("Enfer, L' (1994)", Title("L'Enfer", 1994)),
        ("Blue Angel, The (Blaue Engel, Der) (1930)", Title("The Blue Angel", 1930, ("Der Blaue Engel",))),
        ("Land Before Time III: The Time (1995) (V)", Title("Land Before Time III: The Time", 1995)),
        ("(500) Days of Summer (2009)", Title("(500) Days of Summer", 2009)),
        ("1941 (1979)", Title("1941", 1979)),
        ("2001: A Space Odyssey", Title("2001: A Space Odyssey")),
        ("(1995)", Title("(1995)")),
        ("Me, Myself, I", Title("Me, Myself, I")),
        ("Show (2011-2014)", Title("Show", 2011)),
    ],
)
def test_titles_of_movielens(raw: str, title: Title) -> None:
    assert parse_title(raw, alternates=True) == title


def test_brackets_of_other_catalogues_stay_unless_they_say_also_known_as() -> None:
    assert parse_title("Controller (Black)") == Title("Controller (Black)")
    assert parse_title("Seven (a.k.a. Se7en) (1995)") == Title("Seven", 1995, ("Se7en",))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Usual Suspects, The (1995)", "the usual suspects"),
        ("Misérables, Les", "Les Miserables"),
        ("M*A*S*H", "MASH"),
        ("E.T. the Extra-Terrestrial", "ET: The Extra Terrestrial"),
        ("Dumb & Dumber", "Dumb and Dumber"),
        ("Bug's Life, A", "A Bug’s Life"),
        ("Tin Drum, The (Blechtrommel, Die)", "The Tin Drum (Die Blechtrommel)"),
    ],
)
def test_spellings_of_one_title_meet(one: str, other: str) -> None:
    assert normalise_title(one) == normalise_title(other)


def test_different_titles_stay_apart() -> None:
    titles = ["Die Hard", "Hard", "Alien", "Aliens", "Heat", "Dead Heat", "千と千尋の神隠し"]
    assert len({normalise_title(title) for title in titles}) == len(titles)


@given(st.text(max_size=40))
def test_normalising_twice_changes_nothing(title: str) -> None:
    once = normalise_title(title)
    assert normalise_title(once) == once
