"""What is for everybody is for each, and who has no money asks for what is cheap."""

from __future__ import annotations

import pytest
from shelf_pipeline import pipeline_of

from convrec.dialogue.chat import Chat
from convrec.types import Item

SCENTS = [
    Item(f"{n}", f"Scent {n}", None, (), "", {"for": ("men", "women", "unisex")[n % 3], "price_eur": 10 + 5 * n})
    for n in range(12)
]  # fmt: skip


@pytest.fixture
def chat() -> Chat:
    return Chat(pipeline_of(SCENTS, "scent", "bought"))


@pytest.mark.parametrize(("text", "whom"), [("a scent for men", {"men", "unisex"}), ("a unisex one", {"unisex"})])
def test_what_is_for_everybody_is_for_men_too(chat: Chat, text: str, whom: set[str]) -> None:
    assert {one.item.facts["for"] for one in chat.reply(text).recommendations} == whom


@pytest.mark.parametrize("text", ["something with little money", "I have no money lol", "i'm broke, any scent for me?"])
def test_who_has_no_money_gets_what_is_cheap(chat: Chat, text: str) -> None:
    chat.reply(text)
    bounds = [(one.field, one.op) for one in chat.state.request.filters]
    assert bounds == [("price_eur", "at_most")]
    assert not chat.state.request.avoid
