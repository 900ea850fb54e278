"""The handlers, without Gradio."""

from __future__ import annotations

import re
import threading
import time
from typing import Any

import pytest
from fake_recommender import FakeRecommender

from convrec.errors import UsageError
from convrec.types import Conversation, Item
from convrec.ui.desk import Desk
from convrec.ui.kept import Passing
from convrec.ui.page import Page
from convrec.ui.view import View
from convrec.ui.visitors import Talk, Talks


def shown(page: Page, views: Any) -> View:
    """The page after the last view."""
    return list(views)[-1]


def first(views: Any) -> View:
    """The first view, after all are made."""
    return next(iter(list(views)))


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
    view = first(page.verdict("v", "anna", liked, "like"))
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


def test_pressing_again_takes_it_back(page: Page, rec: FakeRecommender) -> None:
    shown(page, page.send("v", "anna", "something quiet"))
    item = items(page, "v", "anna")[0]
    before = rec.history("anna").events
    first(page.verdict("v", "anna", item, "like"))
    assert len(rec.history("anna").events) == len(before) + 1
    view = first(page.verdict("v", "anna", item, "like"))
    assert 'aria-pressed="true"' not in (view.live or "")
    assert rec.history("anna").events == before
    assert page.talks.get("v", "anna").history().events == before
    first(page.verdict("v", "anna", item, "like"))
    first(page.verdict("v", "anna", item, "dislike"))
    assert [one.kind for one in rec.history("anna").events if one.item_id == item] == ["dislike"]
    assert [one.kind for one in page.talks.get("v", "anna").history().events if one.item_id == item] == ["dislike"]


@pytest.mark.parametrize(("item", "verdict"), [("no such", "like"), ("1", "forget everything"), ("", "")])
def test_made_up_verdicts_are_refused(page: Page, item: str, verdict: str) -> None:
    with pytest.raises(UsageError):
        first(page.verdict("v", "anna", item, verdict))


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
    first(page.verdict("v", None, refused, "dislike"))
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
    for visitor, user in (("w", None), ("v", "ben"), ("v", None)):
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


def test_the_profile_stands_beside_and_can_be_corrected(page: Page, rec: FakeRecommender) -> None:
    def edit(action: str, statement: str = "", **more: str) -> View:
        return page.side.edit("v", "anna", {"edit": action, "statement": statement, **more})

    opened = shown(page, page.open("v", "anna")).profile or ""
    assert "What I think you like" in opened
    assert "You like comedy films." in opened
    removed = edit("remove", "genre:Comedy")
    assert "You like comedy films." not in head(removed)
    assert 'data-edit="heed"' in removed.remedy
    assert "locked" in head(edit("lock", "genre:Mystery"))
    assert "--strength:30" in head(edit("set", "genre:Mystery", strength="30"))
    turned = edit("set", "genre:Mystery", polarity="dislike")
    assert rec.edits("anna")[-1].polarity == "dislike"
    assert "cr-dislike" in head(turned)
    assert "Not counted" in (edit("ignore", "genre:Romance").profile or "")
    assert "Not counted" not in (edit("heed", facet="genre", value="Romance").profile or "")
    for wrong in (
        {"edit": "burn", "statement": "genre:Mystery"},
        {"edit": "set", "statement": "x", "strength": "much"},
    ):
        with pytest.raises(UsageError):
            page.side.edit("v", "anna", wrong)
    with pytest.raises(UsageError):
        page.side.edit("v", None, {"edit": "remove", "statement": "genre:Mystery"})


def head(view: View) -> str:
    """The profile without the versions below it."""
    return (view.profile or "").split("cr-versions")[0]


def test_what_an_edit_does_to_the_top_ten_is_shown_with_it(page: Page) -> None:
    opened = shown(page, page.open("v", "anna")).profile or ""
    assert "Your top ten now" in opened
    assert "Nothing moved" not in opened
    assert "Nothing moved" in (page.side.edit("v", "anna", {"edit": "lock", "statement": "genre:Comedy"}).profile or "")
    shown(page, page.send("v", "anna", "something quiet"))
    shown(page, page.open("v", "anna"))
    best = page.talks.get("v", "anna").desk.top[0]
    view = shown(page, page.verdict("v", "anna", best, "dislike"))
    assert "One other made way" in (view.profile or "")


def test_versions_stand_below_with_what_changed(page: Page) -> None:
    page.side.edit("v", "anna", {"edit": "lock", "statement": "genre:Comedy"})
    view = page.side.edit("v", "anna", {"edit": "remove", "statement": "genre:Mystery"})
    told = (view.profile or "").split("cr-versions")[1]
    assert "Version 2" in told
    assert '<li class="cr-minus">You like mystery films.</li>' in told


def test_a_statement_of_ones_own(page: Page, rec: FakeRecommender) -> None:
    view = page.side.add("v", "anna", " slow films about families ", "like")
    assert "slow films about families" in head(view)
    assert "your word" in head(view)
    assert rec.edits("anna")[-1].text == "slow films about families"
    assert page.side.add("v", "anna", "  ", "like") == View()
    with pytest.raises(UsageError):
        page.side.add("v", None, "slow films", "like")


def test_what_a_visitor_says_about_cards_makes_their_profile(page: Page) -> None:
    assert "Nothing yet" in (shown(page, page.open("v", None)).profile or "")
    shown(page, page.send("v", None, "something quiet"))
    made = shown(page, page.verdict("v", None, items(page, "v")[0], "like")).profile or ""
    assert "You like" in made
    assert 'data-act="edit"' not in made
    shown(page, page.fresh("v", None))
    assert "You like" in (page.side.taste("v", None).profile or "")  # a new talk forgets the words, not the person


def test_a_model_words_the_profile_when_asked(page: Page, rec: FakeRecommender) -> None:
    assert 'data-act="write"' in (page.side.taste("v", "anna").profile or "")
    assert 'data-act="write"' not in (page.side.taste("v", None).profile or "")
    before, after = page.side.write("v", "anna")
    assert "cr-pending" in (before.profile or "")
    assert "Worded by a model." in (after.profile or "")
    assert 'data-act="write"' not in (after.profile or "")
    assert list(page.side.write("v", None)) == []


def test_no_model_is_asked_to_word_what_was_corrected(page: Page) -> None:
    view = page.side.edit("v", "anna", {"edit": "lock", "statement": "genre:Mystery"})
    assert "Worded by a model." not in (view.profile or "")
    assert 'data-act="write"' in (view.profile or "")  # it is asked in the line, by who wants it


def test_without_a_model_nobody_is_offered_one(rec: FakeRecommender) -> None:
    models = rec.settings.models.model_copy(update={"llm": "none"})
    rec.settings = rec.settings.model_copy(update={"models": models})
    assert 'data-act="write"' not in (Page(rec).side.taste("v", "anna").profile or "")


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
    assert "What board game are you" in (first(page.fresh("v", None)).live or "")


def begun(visitor: str, user: str | None, desk: Desk | None, conversation: Conversation | None) -> Talk:
    return Talk(user, object(), desk or Desk(Passing()))  # type: ignore[arg-type]


def test_silent_talks_are_dropped_and_those_being_answered_kept() -> None:
    talks = Talks(begun, most=3, idle=1000.0)
    first = talks.get("0", None)
    first.answering.acquire()
    for n in range(1, 10):
        talks.get(str(n), None)
    assert len(talks) <= 4
    assert talks.get("0", None) is first
    brief = Talks(begun, idle=-1.0)
    assert brief.get("a", None) is not brief.get("a", None)


def test_an_earlier_message_can_be_gone_back_to(page: Page) -> None:
    for text in ("one", "two", "three"):
        shown(page, page.send("v", "anna", text))
    assert 'data-act="back" data-turn="2"' in (page.settled("v", "anna").past or "")
    view = page.undo("v", "anna", "2")
    assert view.typed == "two"
    talk = page.talks.get("v", "anna")
    assert [one.said for one in talk.exchanges] == ["one"]
    assert [turn.text for turn in talk.chat.conversation.turns if turn.role == "user"] == ["one"]
    assert page.undo("v", "anna", "7") == View()


def test_each_card_says_what_it_is_based_on_when_the_answer_is_whole(page: Page) -> None:
    views = [view.live or "" for view in page.send("v", "anna", "something quiet")]
    assert all("cr-basis" not in html for html in views[:-2])
    assert re.search(r"<li>Genre: \w+</li>", views[-1])  # facts with their names
    assert views[-1].count("What it is based on") == 5
    assert "12 of the 40 people" in views[-1]


def test_talks_of_a_user_are_listed_and_gone_on_with(page: Page, rec: FakeRecommender) -> None:
    shown(page, page.send("v", "anna", "something quiet"))
    liked = items(page, "v", "anna")[0]
    list(page.verdict("v", "anna", liked, "like"))
    conversation = page.talks.get("v", "anna").chat.conversation.id
    shown(page, page.send("v", "anna", "something loud"))
    list(page.fresh("v", "anna"))
    listed = page.side.tab("v", "anna", "talks").talks or ""
    assert "something quiet" in listed
    assert "2 messages" in listed
    other = Page(rec)  # another day
    assert "Go on with: something quiet" in (first(other.open("w", "anna")).live or "")
    view = first(other.resume("w", "anna", conversation))
    assert "something quiet" in (view.past or "")
    assert (view.live or "").count("<article") == 5
    assert 'aria-pressed="true"' in (view.past or "")
    assert "five stars" in (view.past or "")
    shown(other, other.send("w", "anna", "and now"))
    assert len(other.talks.get("w", "anna").exchanges) == 3
    assert [one.id for one in rec.store.conversations.of("anna")] == [conversation]
    with pytest.raises(UsageError):
        first(other.resume("w", "ben", conversation))
    with pytest.raises(UsageError):
        first(other.resume("w", None, conversation))
    assert rec.store.conversations.of("anna")
    page.side.erase("v", "anna", conversation)
    assert rec.store.conversations.of("anna") == []
