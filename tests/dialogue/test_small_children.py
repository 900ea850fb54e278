"""Items for a small child where no column tells an age, and what of the cards is the most of a feeling."""

from __future__ import annotations

import pytest
from shelf_pipeline import pipeline_of

from convrec.dialogue.chat import Chat
from convrec.dialogue.sense.doing import acts_heard
from convrec.types import Item

KINDS = ("Children's", "Horror", "Drama")
FILMS = [
    Item(f"{n}", f"Title {n}", 1990 + n, (KINDS[n % 3],), "", {"moods": (("gentle", "eerie", "sad")[n % 3],)})
    for n in range(12)
]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("something for a 6 year old", ("Children's",)),
        ("my kids are 4 and 7, any ideas?", ("Children's",)),
        ("something for my neighbour's daughter, she's like 8", ("Children's",)),
        ("something for a 35 year old", None),
    ],
)
def test_a_small_child_gets_what_is_made_for_children(text: str, kinds: tuple[str, ...] | None) -> None:
    chat = Chat(pipeline_of(FILMS, "film", "saw"))
    done = chat.reply(text)
    assert [one.values for one in chat.state.request.filters] == ([kinds] if kinds else [])
    if kinds:
        assert {one.item.genres[0] for one in done.recommendations} == {"Children's"}


def test_the_scariest_is_what_the_catalogue_calls_by_a_like_word() -> None:
    chat = Chat(pipeline_of(FILMS, "film", "saw"))
    shown = [one.item for one in chat.reply("horror or drama").recommendations]
    eerie = [item.title for item in shown if "eerie" in item.facts["moods"]]
    told = chat.reply("which one of these is the scariest").text
    assert eerie
    assert told.startswith("Eerie: ")
    assert all(title in told for title in eerie)
    assert chat.reply("which one of these is the funniest").text[:3] != "No."


def test_what_was_shown_already_is_no_wish_to_see_it_again() -> None:
    heard = {"again": 0.9}
    assert acts_heard(("reject",), heard) == ["reject"]
    assert acts_heard(("again",), heard) == ["again"]
    chat = Chat(pipeline_of(FILMS, "film", "saw"))
    chat.reply("a drama")
    chat.reply("you already showed me that")
    assert chat.state.latest is not None
    assert "reject" in chat.state.latest.acts


def test_what_is_too_scary_for_a_kid_says_nothing_against_what_is_for_kids() -> None:
    chat = Chat(pipeline_of(FILMS, "film", "saw"))
    chat.reply("horror")
    chat.reply("too scary for my kids, they're 8")
    assert chat.state.request.avoid == ("scary",)
    assert [one.values for one in chat.state.request.filters if one.op == "any_of"] == [("Children's",)]
