"""The page over a real recommender: a made-up catalogue, templates in place of a language model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_recommender import made_up_items
from gradio_client import Client
from serving import served

from convrec import Recommender
from convrec.data.log import Log
from convrec.data.sources import Dataset
from convrec.errors import UsageError
from convrec.testing.hashing import HashingEncoder
from convrec.types import Interaction
from convrec.ui import start
from convrec.ui.page import Page
from convrec.ui.server import warm
from convrec.ui.view import View
from convrec.workspace import init


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    items = made_up_items()
    events = [
        Interaction(f"user {user}", items[(user * 7 + step * (user % 3 + 1)) % 40].id, 1.0 + (user + step) % 5, step)
        for user in range(12)
        for step in range(12)
    ]
    dataset = Dataset("made-up films", items, Log.from_interactions(events), noun="film", verb="watched")
    made = tmp_path_factory.mktemp("workspaces") / "made-up"
    return init(made, dataset, encoder=HashingEncoder())


@pytest.fixture
def real(folder: Path) -> Iterator[Recommender]:
    with Recommender.open(folder, encoder=HashingEncoder(), models={"llm": "none"}) as rec:
        yield rec


def last(views: Any) -> View:
    return list(views)[-1]


def ids(page: Page, user: str | None, visitor: str = "v") -> list[str]:
    return [entry.item.id for entry in page.talks.get(visitor, user).exchanges[-1].recommendations]


def test_a_talk_with_a_stored_user(real: Recommender) -> None:
    page = Page(real)
    assert "cr-statement" in (last(page.open("v", "user 3")).profile or "")
    view = last(page.send("v", "user 3", page.examples[0]))
    assert (view.live or "").count("<article") == 5
    assert "cr-pending" not in (view.live or "")
    assert (view.live or "").count('<p class="cr-why">') == 5
    shown, events = ids(page, "user 3"), len(real.history("user 3").events)
    last(page.verdict("v", "user 3", shown[0], "dislike"))
    assert real.history("user 3").events[-1].kind == "dislike"
    assert len(real.history("user 3").events) == events + 1
    again = last(page.retry("v", "user 3"))
    assert again.busy is False
    assert shown[0] not in ids(page, "user 3")
    page.undo("v", "user 3")
    assert page.talks.get("v", "user 3").exchanges == []


@pytest.mark.parametrize("place", range(4))
def test_every_example_leads_to_cards(real: Recommender, place: int) -> None:
    page = Page(real)
    last(page.send("v", "user 1", page.examples[place]))
    assert ids(page, "user 1"), page.examples[place]


def test_more_like_this_is_understood(real: Recommender) -> None:
    page = Page(real)
    last(page.send("v", None, page.examples[1]))
    liked = page.talks.get("v", None).exchanges[-1].recommendations[1].item
    last(page.send("v", None, f"More like {liked.title} ({liked.year})"))
    assert liked.id in page.talks.get("v", None).chat.state.request.like
    assert liked.id not in ids(page, None)


def test_a_visitors_likes_count_and_are_not_stored(real: Recommender) -> None:
    page = Page(real)
    last(page.send("v", None, page.examples[1]))
    before = real.store.events.count()
    last(page.verdict("v", None, ids(page, None)[0], "like"))
    assert "cr-statement" in (page.side.taste("v", None).profile or "")
    assert real.store.events.count() == before


def test_a_statement_that_is_removed_stays_away(real: Recommender) -> None:
    page = Page(real)
    first = real.profile("user 5").statements[0]
    view = page.side.edit("v", "user 5", {"edit": "remove", "statement": first.id})
    assert "Your top ten now" in (view.profile or "")
    assert first.id not in {one.id for one in real.profile("user 5").statements}
    with pytest.raises(UsageError):
        page.side.edit("v", "user 5", {"edit": "lock", "statement": "no such statement"})


def test_a_removal_is_undone_by_its_way_back(real: Recommender) -> None:
    page = Page(real)
    first = next(one for one in real.profile("user 4").statements if one.facet == "genre")
    page.side.edit("v", "user 4", {"edit": "remove", "statement": first.id})
    page.side.edit("v", "user 4", {"edit": "heed", "facet": first.facet, "value": first.value})
    assert first.id in {one.id for one in real.profile("user 4").statements}


def test_what_is_known_of_the_catalogue_is_added_by_its_facts(real: Recommender) -> None:
    page = Page(real)
    page.side.add("v", "user 6", "westerns", "like")
    assert any(one.value == "Western" and one.origin == "edit" for one in real.profile("user 6").statements)
    page.side.add("v", "user 6", "long evenings by the sea", "dislike")
    assert any(one.facet == "note" and one.polarity == "dislike" for one in real.profile("user 6").statements)


def test_less_of_this_is_understood(real: Recommender) -> None:
    page = Page(real)
    last(page.send("v", None, page.examples[1]))
    item = page.talks.get("v", None).exchanges[-1].recommendations[0].item
    last(page.send("v", None, f"Nothing like {item.title} ({item.year})"))
    assert item.id in page.talks.get("v", None).chat.state.request.unlike


def test_a_card_shows_what_it_rests_on(real: Recommender) -> None:
    page = Page(real)
    view = last(page.send("v", "user 2", page.examples[0]))
    assert "From your history" in (view.live or "")
    assert "Share in the score" in (view.live or "")


def test_a_visitors_list_is_read_and_counts(real: Recommender) -> None:
    page = Page(real)
    titles = [item.label for item in real.catalogue.items if "Western" in item.genres][:6]
    data = {"name": "mine.txt", "sending": "1", "part": "0", "of": "1", "text": "\n".join(titles)}
    assert "6 can be added" in (page.side.records.file("v", None, data).history or "")
    page.side.records.take("v", None, yes=True)
    profile = page.side.taste("v", None).profile or ""
    assert "estern" in profile
    last(page.send("v", None, "Surprise me"))
    assert not set(titles) & {entry.item.label for entry in page.talks.get("v", None).exchanges[-1].recommendations}


def test_a_talk_is_gone_on_with_after_a_restart(real: Recommender) -> None:
    page = Page(real)
    last(page.send("v", "user 7", page.examples[1]))
    last(page.verdict("v", "user 7", ids(page, "user 7")[0], "like"))
    shown, conversation = ids(page, "user 7"), page.talks.get("v", "user 7").chat.conversation.id
    other = Page(real)
    last(other.resume("w", "user 7", conversation))
    assert ids(other, "user 7", "w") == shown
    last(other.send("w", "user 7", "something else"))
    assert not set(ids(other, "user 7", "w")) & set(shown)


def test_somebody_who_leaves_is_gone_from_everywhere(real: Recommender) -> None:
    page = Page(real)
    last(page.send("v", "user 8", page.examples[0]))
    page.side.records.leave("v", "user 8", asking=True)
    page.side.records.forget("v", "user 8")
    kept = real.export("user 8")
    assert not any(kept[name] for name in ("events", "edits", "profiles", "conversations"))
    with pytest.raises(UsageError):
        page.user("user 8")
    assert "user 8" not in start.users(real)


def test_the_named_calls_and_the_page_are_served(real: Recommender) -> None:
    warm(real)
    with served(real, "user 2") as address:
        client = Client(address, verbose=False)
        found = client.predict(user="user 2", query="", k=4, api_name="/recommend")
        assert len(found["recommendations"]) == 4
        assert client.predict(user="user 2", api_name="/profile")["statements"]
        answer = client.predict(message="a comedy film", user="user 2", turns=None, api_name="/chat")
        assert answer["recommendations"]
        again = client.predict(message="something newer", user="user 2", turns=answer["turns"], api_name="/chat")
        assert len(again["turns"]) == 4
        assert str(real.folder) not in httpx.get(address).text
