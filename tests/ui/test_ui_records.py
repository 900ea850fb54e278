"""The history pane: search, add, correct, remove, files, export, being forgotten."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from fake_recommender import FakeRecommender

from convrec.errors import UsageError
from convrec.types import ItemId
from convrec.ui.acts import act
from convrec.ui.desk import MOST_TEXT
from convrec.ui.page import Page
from convrec.ui.records import Records
from convrec.ui.view import View


@pytest.fixture
def page(rec: FakeRecommender) -> Page:
    made = Page(rec)
    for user in (None, "anna"):
        made.side.tab("v", user, "history")
    return made


@pytest.fixture
def records(page: Page) -> Records:
    return page.side.records


def ids(page: Page, user: str | None) -> list[ItemId]:
    return list(page.talks.get("v", user).history().item_ids)


def sent(records: Records, user: str | None, text: str, size: int = 40, backwards: bool = False) -> View:
    """The view after a file has come in parts."""
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    order = list(enumerate(parts))[:: -1 if backwards else 1]
    data = {"name": "mine.csv", "sending": "7", "of": str(len(parts))}
    return [records.file("v", user, {**data, "part": str(at), "text": part}) for at, part in order][-1]


def test_search_finds_what_is_there_and_what_could_be_added(page: Page, records: Records, rec: FakeRecommender) -> None:
    known = rec.catalogue[ids(page, "anna")[0]]
    other = next(one for one in rec.catalogue.items if one.id not in ids(page, "anna"))
    view = records.search("v", "anna", known.title)
    assert known.title in (view.history or "")
    view = records.search("v", "anna", other.title.upper())
    assert "Add to your history" in (view.history or "")
    assert f'data-item="{other.id}"' in (view.history or "")
    added = records.know("v", "anna", other.id, "like")
    assert ids(page, "anna")[-1] == other.id
    assert other.title in (added.notice or "")
    with pytest.raises(UsageError):
        records.know("v", "anna", "no such", "like")
    with pytest.raises(UsageError):
        records.know("v", "anna", other.id, "adore")


@pytest.mark.parametrize("user", [None, "anna"])
def test_entries_are_corrected_removed_and_brought_back(page: Page, records: Records, user: str | None) -> None:
    records.know("v", user, "20", "seen")
    event = page.talks.get("v", user).history().events[-1]
    records.correct("v", user, event.event_id, "dislike")
    event = page.talks.get("v", user).history().events[-1]
    assert (event.item_id, event.kind) == ("20", "dislike")
    view = records.drop("v", user, event.event_id)
    assert "20" not in ids(page, user)
    assert 'data-act="restore"' in view.remedy
    records.restore("v", user)
    assert "20" in ids(page, user)
    assert "not there any more" in (records.drop("v", user, "no such").notice or "")
    with pytest.raises(UsageError):
        records.correct("v", user, page.talks.get("v", user).history().events[-1].event_id, "rate:11")


def test_a_rating_is_corrected(page: Page, records: Records, rec: FakeRecommender) -> None:
    event = rec.history("anna").events[0]
    records.correct("v", "anna", event.event_id, "rate:2")
    assert rec.history("anna").events[0].rating == 2.0
    assert len(rec.history("anna").events) == 6
    assert rec.history("ben").events[0].rating == 5.0


def test_nobody_reaches_the_entries_of_others(page: Page, records: Records, rec: FakeRecommender) -> None:
    theirs = rec.history("ben").events[0]
    records.drop("v", "anna", theirs.event_id)
    records.correct("v", "anna", theirs.event_id, "dislike")
    assert rec.history("ben").events[0] == theirs


def test_what_was_said_in_the_talk_can_be_removed_and_stays_away(page: Page, records: Records) -> None:
    list(page.send("v", "anna", "something quiet"))
    item = page.talks.get("v", "anna").exchanges[-1].recommendations[0].item.id
    list(page.verdict("v", "anna", item, "like"))
    event = next(one for one in page.talks.get("v", "anna").history().events if one.item_id == item)
    records.drop("v", "anna", event.event_id)
    assert item not in ids(page, "anna")
    assert 'aria-pressed="true"' not in (page.settled("v", "anna").live or "")


def test_only_one_kind_and_more_of_it(page: Page, records: Records) -> None:
    assert "cr-events" not in (records.only("v", "anna", "save").history or "")
    records.know("v", "anna", "30", "save")
    assert (records.only("v", "anna", "save").history or "").count("<select") == 1
    assert (records.only("v", "anna", "everything").history or "").count("<select") == 7
    assert records.more("v", "anna").history


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("user", [None, "anna"])
def test_a_file_is_read_reported_and_kept_only_after_a_yes(
    page: Page, records: Records, rec: FakeRecommender, user: str | None, backwards: bool
) -> None:
    known, fresh = rec.catalogue["1"], rec.catalogue["25"]
    text = (
        "Name,Year,Rating\n"
        f"{fresh.title},{fresh.year},9\n{known.title},{known.year},10\n"
        f"No Such Film,1999,8\n{fresh.title},{fresh.year},x\n"
    )
    before = ids(page, user)
    view = sent(records, user, text, backwards=backwards)
    report = view.history or ""
    assert "mine.csv: 4 rows" in report
    assert "2 cannot be used" in report
    assert "Line 4 <b>No Such Film</b>: not in the catalogue" in report
    assert "Ratings from 1 to 10 are brought to the scale" in report
    assert ("in your history already" in report) == (user is not None)
    assert ids(page, user) == before
    assert "mine.csv" not in (records.take("v", user, yes=False).history or "")
    assert ids(page, user) == before
    sent(records, user, text)
    records.take("v", user, yes=True)
    assert fresh.id in ids(page, user)
    event = next(one for one in page.talks.get("v", user).history().events if one.item_id == fresh.id)
    assert event.rating == pytest.approx(4.56)
    count = len(ids(page, user))
    sent(records, user, text)
    records.take("v", user, yes=True)
    assert len(ids(page, user)) == count  # read twice, counted once


def test_a_visitors_file_counts_in_their_talk_and_is_stored_nowhere(
    page: Page, records: Records, rec: FakeRecommender
) -> None:
    stored = rec.store.events.count()
    titles = [rec.catalogue[one].label for one in ("1", "2", "3")]
    sent(records, None, "\n".join(titles))
    records.take("v", None, yes=True)
    assert ids(page, None) == ["1", "2", "3"]
    assert rec.store.events.count() == stored
    list(page.send("v", None, "anything"))
    shown = [one.item.id for one in page.talks.get("v", None).exchanges[-1].recommendations]
    assert not {"1", "2", "3"} & set(shown)
    assert page.talks.get("w", None).history().events == ()


@pytest.mark.parametrize(
    "data",
    [
        {"sending": "", "part": "9", "of": "0", "text": ""},
        {"sending": "1", "part": "-1", "of": "3", "text": "x"},
        {"sending": "1", "part": "0", "of": "99999", "text": "x"},
        {"sending": "1", "part": "zero", "of": "1", "text": "x"},
        {"sending": "1", "part": "0", "of": "1", "text": "x" * (MOST_TEXT + 1)},
    ],
)
def test_files_that_cannot_be(records: Records, data: dict[str, str]) -> None:
    assert "too large" in (records.file("v", "anna", data).notice or "")


def test_a_file_that_is_no_list_is_refused(records: Records) -> None:
    with pytest.raises(UsageError, match="empty"):
        sent(records, "anna", " \n ")


def test_everything_kept_is_handed_out(page: Page, records: Records, rec: FakeRecommender) -> None:
    list(page.send("v", "anna", "something quiet"))
    told = records.export("v", "anna").tell
    kept: dict[str, Any] = json.loads(told["text"])
    assert told["file"].endswith(".json")
    assert len(kept["events"]) == 6
    assert kept["conversations"][0]["turns"]
    assert json.loads(records.export("v", None).tell["text"])["events"] == []


def test_forgetting_asks_first_and_then_nothing_is_left(page: Page, records: Records, rec: FakeRecommender) -> None:
    list(page.send("v", "anna", "something quiet"))
    list(page.send("w", "anna", "from another window"))
    page.side.edit("v", "anna", {"edit": "lock", "statement": "genre:Comedy"})
    asked = records.forget("v", "anna")
    assert "cannot be undone" in (asked.history or "")
    assert rec.history("anna").events
    assert "alertdialog" not in (records.leave("v", "anna", asking=False).history or "")
    records.forget("v", "anna")
    done = records.forget("v", "anna")
    assert done.user == ""
    assert "Nothing about you is kept" in (done.notice or "")
    kept = rec.export("anna")
    assert not any(kept[name] for name in ("events", "edits", "profiles", "conversations"))
    assert len(page.talks) == 1  # the visitor's own
    with pytest.raises(UsageError):
        page.user("anna")
    assert rec.history("ben").events


@pytest.mark.parametrize("named", [False, True])
def test_what_was_erased_stays_said_over_the_page_of_somebody_new(rec: FakeRecommender, named: bool) -> None:
    page = Page(rec, named=named)
    list(page.send("v", "anna", "something quiet"))
    asked, *others = act(page, "v", "anna", {"act": "forget"})
    assert "cannot be undone" in (asked.history or "")
    assert others == []
    said, *after = act(page, "v", "anna", {"act": "forget"})
    assert "Nothing about you is kept" in (said.notice or "")
    assert {view.notice for view in after} == {None}
    assert "something quiet" not in "".join(f"{view.past}{view.live}" for view in after)


def test_an_answer_in_the_making_is_ended_before_somebody_is_forgotten(
    page: Page, records: Records, rec: FakeRecommender
) -> None:
    rec.seconds = 0.05
    answering = threading.Thread(target=lambda: list(page.send("v", "anna", "take your time")))
    answering.start()
    talk = page.talks.get("v", "anna")
    until = time.monotonic() + 10
    while not talk.answering.locked() and time.monotonic() < until:
        time.sleep(0.005)
    records.leave("v", "anna", asking=True)
    records.forget("v", "anna")
    answering.join(10)
    assert not any(rec.export("anna")[name] for name in ("events", "edits", "profiles", "conversations"))


def test_a_visitor_is_forgotten_too(page: Page, records: Records) -> None:
    records.know("v", None, "5", "like")
    records.know("w", None, "6", "like")
    records.leave("v", None, asking=True)
    assert "Gone" in (records.forget("v", None).notice or "")
    assert page.talks.get("v", None).history().events == ()
    assert page.talks.get("w", None).history().item_ids == ("6",)
