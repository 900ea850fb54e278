"""Questions about cars, plants and courses, and what is asked for beside them, in long messages."""

from __future__ import annotations

import pytest
from messy_shops import shop_of
from shelf_pipeline import ShelfPipeline
from unseen_shops import talk

_ROWS = [
    {
        "item_id": f"x{n}",
        "title": f"{('Alto', 'Brio', 'Corso', 'Dorado')[n % 4]} {n}",
        "mileage": f"{30 + 5 * n},000 km",
        "power": f"{60 + 10 * n} hp",
        "price": f"€{5 + n},000",
        "water": ("high", "little", "medium")[n % 3],
        "toxic to": ("cats, dogs", "none", "dogs", "cats")[n % 4],
        "subtitles": ("German, French", "French", "English, German", "none")[n % 4],
        "language": ("English", "English", "German")[n % 3],
        "prerequisites": ("none", "some Python", "none", "school maths")[n % 4],
        "text": "Python for people who never wrote a line." if n % 5 == 0 else "A start.",
    }
    for n in range(24)
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ShelfPipeline:
    return shop_of(_ROWS, tmp_path_factory.mktemp("asked"), "thing", "bought")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("how many km has the first one?", " km"),
        ("the second, how much power?", " hp"),
        ("does the second one need much water?", "water "),
    ],
)
def test_what_a_column_tells_is_answered_by_its_name_or_unit(shop: ShelfPipeline, question: str, told: str) -> None:
    chat, text = talk(shop, "in english", question)
    assert told in text
    assert [one.field for one in chat.state.request.filters] == ["language"]


def test_whom_things_harm_is_spared_in_a_long_message_too(shop: ShelfPipeline) -> None:
    chat, text = talk(shop, "something for a shady balcony and a long summer evening that my cat cant be poisoned by")
    (spared,) = chat.state.request.filters
    assert (spared.field, spared.op, spared.values) == ("toxic to", "none_of", ("cats",))
    assert "not toxic to cats" in text


def test_what_one_must_know_before_is_not_what_one_wants_to_learn(shop: ShelfPipeline) -> None:
    chat, _ = talk(shop, "i want to learn python")
    assert chat.state.request.filters == ()
    assert "python" in chat.state.request.wishes[0]


def test_subtitles_are_told_as_subtitles(shop: ShelfPipeline) -> None:
    assert "with German subtitles" in talk(shop, "something with german subtitles")[1]
