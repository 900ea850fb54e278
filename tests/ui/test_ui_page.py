"""The handlers, without Gradio."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from fake_recommender import FakeRecommender

from convrec.errors import UsageError
from convrec.types import Item
from convrec.ui.page import Page, View
from convrec.ui.visitors import Talks


@pytest.fixture
def page(rec: FakeRecommender) -> Page:
    return Page(rec)


def shown(page: Page, views: Any) -> View:
    """The page after the last view."""
    return list(views)[-1]


def items(page: Page, visitor: str, user: str | None = None) -> list[str]:
    return [entry.item.id for entry in page.talks.get(visitor, user).exchanges[-1].recommendations]


def test_an_answer_shows_status_then_cards_then_words_then_reasons(page: Page) -> None:
    views = [view.live or "" for view in page.send("v", None, "something quiet")]
    assert "something quiet" in views[0]
    first_status = next(n for n, html in enumerate(views) if "Reading your history" in html)
    first_card = next(n for n, html in enumerate(views) if "cr-card" in html)
    first_word = next(n for n, html in enumerate(views) if "cr-reply" in html and "Here" in html)
    first_reason = next(n for n, html in enumerate(views) if "five stars" in html)
    assert all("1. " not in html for html in views)  # reasons stand on the cards, not in the words as well
    assert first_status < first_card < first_word < first_reason
    assert "cr-pending" in views[first_card]
    assert "cr-pending" not in views[-1]
    assert "Something newer" in views[-1]


def test_busy_from_the_first_view_to_the_last(page: Page) -> None:
    views = list(page.send("v", None, "something quiet"))
    assert views[0].busy is True
    assert views[-1].busy is False
    assert views[0].typed == ""


def test_a_like_is_stored_as_an_event_and_changes_the_next_answer(page: Page, rec: FakeRecommender) -> None:
    shown(page, page.send("v", "anna", "something quiet"))
    liked, other = items(page, "v", "anna")[:2]
    before = len(rec.history("anna").events)
    view = page.verdict("v", "anna", liked, "like")
    assert 'aria-pressed="true"' in (view.live or "")
    assert rec.history("anna").events[-1].kind == "like"
    assert len(rec.history("anna").events) == before + 1
    shown(page, page.send("v", "anna", "again"))
    aware = items(page, "v", "anna")
    unaware = Page(FakeRecommender())
    shown(unaware, unaware.send("v", "anna", "something quiet"))
    shown(unaware, unaware.send("v", "anna", "again"))
    assert aware != items(unaware, "v", "anna")
    wanted = set(rec.catalogue[liked].genres)
    assert all(wanted & set(rec.catalogue[item].genres) for item in aware)
    assert other not in aware


def test_pressing_twice_says_it_once(page: Page, rec: FakeRecommender) -> None:
    shown(page, page.send("v", "anna", "something quiet"))
    item = items(page, "v", "anna")[0]
    page.verdict("v", "anna", item, "like")
    after_one = len(rec.history("anna").events)
    assert page.verdict("v", "anna", item, "like") == View()
    assert len(rec.history("anna").events) == after_one
    page.verdict("v", "anna", item, "dislike")
    assert rec.history("anna").events[-1].kind == "dislike"


@pytest.mark.parametrize(("item", "verdict"), [("no such", "like"), ("1", "forget everything"), ("", "")])
def test_made_up_verdicts_are_refused(page: Page, item: str, verdict: str) -> None:
    with pytest.raises(UsageError):
        page.verdict("v", "anna", item, verdict)


def test_undo_takes_back_the_talk_and_returns_the_words(page: Page) -> None:
    shown(page, page.send("v", None, "first"))
    shown(page, page.send("v", None, "second"))
    view = page.undo("v", None)
    talk = page.talks.get("v", None)
    assert view.typed == "second"
    assert [one.said for one in talk.exchanges] == ["first"]
    assert [turn.text for turn in talk.chat.conversation.turns if turn.role == "user"] == ["first"]
    page.undo("v", None)
    assert "in the mood for" in (page.undo("v", None).live or page.settled("v", None).live or "")


def test_retry_answers_the_same_message_once_more(page: Page) -> None:
    shown(page, page.send("v", None, "first"))
    shown(page, page.retry("v", None))
    talk = page.talks.get("v", None)
    assert [one.said for one in talk.exchanges] == ["first"]
    assert [turn.role for turn in talk.chat.conversation.turns] == ["user", "assistant"]
    assert talk.exchanges[-1].state == "done"


def test_what_was_said_about_cards_counts_when_trying_again(page: Page) -> None:
    shown(page, page.send("v", None, "first"))
    refused = items(page, "v")[0]
    page.verdict("v", None, refused, "dislike")
    shown(page, page.retry("v", None))
    assert refused not in items(page, "v")
    page.undo("v", None)
    talk = page.talks.get("v", None)
    assert [turn.verdicts for turn in talk.chat.conversation.turns] == [{refused: "dislike"}]


def test_stop_keeps_what_has_come_and_the_talk_goes_on(page: Page, rec: FakeRecommender) -> None:
    views = page.send("v", None, "first")
    for view in views:
        if "cr-card" in (view.live or ""):
            break
    assert page.stop("v", None).notice
    last = shown(page, views)
    assert "Stopped." in (last.live or "")
    assert "cr-card" in (last.live or "")
    assert last.busy is False
    rec.gate = None
    assert "cr-done" in (shown(page, page.send("v", None, "second")).live or "")
    talk = page.talks.get("v", None)
    assert [turn.text for turn in talk.chat.conversation.turns if turn.role == "user"] == ["second"]
    page.undo("v", None)
    page.undo("v", None)
    assert talk.chat.conversation.turns == ()
    assert talk.exchanges == []


def test_a_visitor_who_leaves_frees_the_talk(page: Page) -> None:
    views = page.send("v", None, "first")
    next(views)
    next(views)
    views.close()  # what Gradio does when nobody listens any more
    talk = page.talks.get("v", None)
    assert talk.exchanges[-1].state == "stopped"
    assert not talk.answering.locked()


def test_one_answer_at_a_time_in_one_talk_and_several_in_several(page: Page, rec: FakeRecommender) -> None:
    rec.gate = threading.Event()
    results: dict[str, list[View]] = {}

    def ask(visitor: str) -> None:
        results[visitor] = list(page.send(visitor, None, f"from {visitor}"))

    threads = [threading.Thread(target=ask, args=(visitor,)) for visitor in ("a", "b")]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 10
    while not all(page.talks.get(v, None).answering.locked() for v in ("a", "b")) and time.monotonic() < until:
        time.sleep(0.005)
    refused = list(page.send("a", None, "hurry"))
    rec.gate.set()
    for thread in threads:
        thread.join(10)
    assert [view.notice for view in refused] == ["One moment, I am still answering."]
    for visitor in ("a", "b"):
        assert f"from {visitor}" in (results[visitor][-1].live or "")
        assert all(
            f"from {other}" not in (view.live or "")
            for other in ("a", "b")
            if other != visitor
            for view in results[visitor]
        )


def test_visitors_and_users_do_not_see_each_other(page: Page) -> None:
    shown(page, page.send("v", "anna", "annas secret"))
    for visitor, user in (("w", "anna"), ("v", "ben"), ("v", None)):
        assert all("secret" not in str(view) for view in page.open(visitor, user))
    assert any("secret" in str(view) for view in page.open("v", "anna"))


def test_a_failure_inside_is_not_shown(page: Page) -> None:
    last = shown(page, page.send("v", None, "fail"))
    assert "Please try again" in (last.live or "")
    assert "/home" not in (last.live or "")
    assert last.busy is False


def test_a_refusal_is_shown_as_text(page: Page) -> None:
    assert "I cannot read &lt;b&gt;that&lt;/b&gt;" in (shown(page, page.send("v", None, "refuse")).live or "")


def test_long_messages_are_refused_and_empty_ones_ignored(page: Page) -> None:
    assert list(page.send("v", None, "   ")) == []
    (view,) = page.send("v", None, "x" * 301)
    assert view.notice == "That is 301 characters; I can read 300 at once."
    assert page.talks.get("v", None).exchanges == []


def test_the_profile_stands_beside_and_can_be_corrected(page: Page) -> None:
    first = shown(page, page.open("v", "anna")).profile or ""
    assert "What I think you like" in first
    assert "You like comedy films." in first
    removed = page.edit("v", "anna", "genre:Comedy", "remove")
    assert "You like comedy films." not in (removed.profile or "")
    locked = page.edit("v", "anna", "genre:Mystery", "lock")
    assert "locked" in (locked.profile or "")
    with pytest.raises(UsageError):
        page.edit("v", "anna", "genre:Mystery", "set")
    with pytest.raises(UsageError):
        page.edit("v", None, "genre:Mystery", "remove")


def test_what_a_visitor_says_about_cards_makes_their_profile(page: Page) -> None:
    assert "Nothing yet" in (shown(page, page.open("v", None)).profile or "")
    shown(page, page.send("v", None, "something quiet"))
    page.verdict("v", None, items(page, "v")[0], "like")
    made = page.profile("v", None).profile or ""
    assert "You like" in made
    assert 'data-act="edit"' not in made


def test_a_model_words_the_profile_when_asked(page: Page, rec: FakeRecommender) -> None:
    assert 'data-act="write"' in (page.profile("v", "anna").profile or "")
    assert 'data-act="write"' not in (page.profile("v", None).profile or "")
    before, after = page.write("v", "anna")
    assert "cr-pending" in (before.profile or "")
    assert "Worded by a model." in (after.profile or "")
    assert 'data-act="write"' not in (after.profile or "")
    assert list(page.write("v", None)) == []


def test_without_a_model_nobody_is_offered_one(rec: FakeRecommender) -> None:
    models = rec.settings.models.model_copy(update={"llm": "none"})
    rec.settings = rec.settings.model_copy(update={"models": models})
    assert 'data-act="write"' not in (Page(rec).profile("v", "anna").profile or "")


def test_users_are_stored_ones(page: Page) -> None:
    assert page.user("") is None
    assert page.user(" anna ") == "anna"
    with pytest.raises(UsageError, match="nobody called 'zoe'"):
        page.user("zoe")


def test_a_new_talk_forgets_the_old_one(page: Page) -> None:
    shown(page, page.send("v", None, "first"))
    assert "first" not in str(page.fresh("v", None))


def test_examples_come_from_the_catalogue() -> None:
    games = [Item(str(n), f"Game {n}", None, ("Puzzle", "Racing")[n % 2 : n % 2 + 1]) for n in range(6)]
    rec = FakeRecommender(games)
    said = " ".join(Page(rec).examples).lower()
    assert "puzzle" in said or "racing" in said
    assert "drama" not in said
    bare = FakeRecommender([Item("1", "Thing")])
    assert Page(bare).examples == ["Surprise me"]


def test_the_noun_of_the_catalogue_is_used(rec: FakeRecommender) -> None:
    rec.settings = rec.settings.model_copy(update={"noun": "board game", "verb": "played"})
    page = Page(rec)
    assert "What board game are you" in (page.fresh("v", None).live or "")
    assert "Played" in (shown(page, page.send("v", None, "something")).live or "")


def test_silent_talks_are_dropped_and_those_being_answered_kept() -> None:
    talks = Talks(lambda user: object(), most=3, idle=1000.0)  # type: ignore[arg-type, return-value]
    first = talks.get("0", None)
    first.answering.acquire()
    for n in range(1, 10):
        talks.get(str(n), None)
    assert len(talks) <= 4
    assert talks.get("0", None) is first
    brief = Talks(lambda user: object(), idle=-1.0)  # type: ignore[arg-type, return-value]
    assert brief.get("a", None) is not brief.get("a", None)
