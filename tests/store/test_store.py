from __future__ import annotations

import pytest

from convrec import Conversation, Interaction, Item, Profile, Turn, UsageError
from convrec.errors import RunError
from convrec.store import Store
from convrec.types import Evidence, Statement

ITEMS = [
    Item(
        "1",
        "Alien",
        1979,
        ("Horror", "Sci-Fi"),
        "A crew finds an egg.",
        {"director": ("Ridley Scott",), "runtime": 117},
    ),
    Item("2", "Big"),
]


@pytest.fixture
def store(tmp_path):
    with Store(f"sqlite:///{tmp_path}/convrec.db") as store:
        store.items.replace(ITEMS)
        yield store


def test_items_come_back_as_they_were(store):
    assert store.items.all() == ITEMS


def test_an_event_is_counted_once_however_often_it_is_sent(store):
    event = Interaction("u", "1", 5.0, 10.0, event_id="client-1")
    assert store.events.append([event]) == 1
    assert store.events.append([event, event]) == 0
    assert store.events.append([Interaction("u", "1", 2.0, 11.0, event_id="client-1")]) == 0
    assert [e.rating for e in store.events.history("u").events] == [5.0]


def test_events_without_an_id_of_their_own_are_told_apart_by_what_they_say(store):
    assert store.events.append([Interaction("u", "1", 5.0, 10.0), Interaction("u", "1", 4.0, 10.0)]) == 2


def test_histories_are_in_time_order_with_ties_and_missing_times_in_log_order(store):
    log = [("a", 20.0), ("b", 10.0), ("c", 10.0), ("d", None), ("e", 5.0)]
    store.events.append(Interaction("u", item, None, time) for item, time in log)
    assert store.events.history("u").item_ids == ("e", "b", "c", "a", "d")
    assert store.events.histories()["u"] == store.events.history("u")


def test_a_failed_batch_leaves_nothing(store):
    def stream():
        yield Interaction("u", "1", 5.0, 1.0)
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError):
        store.events.append(stream())
    assert store.events.count() == 0


def test_profiles_keep_every_version(store):
    statement = Statement("genre:Horror", "genre", "Horror", "like", 0.8, 0.5, "You like horror.",
                          (Evidence("1", "Alien (1979)", "loved", 5.0, 1.0),), 1, 1.0)  # fmt: skip
    first = store.profiles.save(Profile("u", "You like horror.", (statement,), "d1"))
    second = store.profiles.save(Profile("u", "You still like horror.", (statement,), "d2"))
    assert (first.version, second.version) == (1, 2)
    assert store.profiles.newest("u") == second
    assert store.profiles.versions("u") == [second, first]


def test_a_conversation_belongs_to_its_user(store):
    mine = store.conversations.save(Conversation("", "ann", (Turn("user", "hello", verdicts={"1": "like"}),)))
    assert store.conversations.load(mine.id, "ann") == mine
    with pytest.raises(UsageError, match="no conversation"):
        store.conversations.load(mine.id, "bob")
    with pytest.raises(UsageError, match="no conversation"):
        store.conversations.save(Conversation(mine.id, "bob", ()))


def test_visitors_are_not_stored(store):
    assert store.conversations.save(Conversation("", None, (Turn("user", "hi"),))).id == ""


def test_forgetting_leaves_no_byte_behind(store, tmp_path):
    store.events.append([Interaction("canary-user-77", "1", 5.0, 1.0, review="canary-review-88")])
    store.profiles.edit("canary-user-77", {"action": "add", "text": "canary-edit-99"})
    store.profiles.save(Profile("canary-user-77", "canary-profile"))
    store.conversations.save(Conversation("", "canary-user-77", (Turn("user", "canary-words"),)))
    assert store.forget("canary-user-77") == 4
    assert store.forgotten("canary-user-77")
    assert store.export("canary-user-77")["events"] == []
    for path in tmp_path.iterdir():
        assert b"canary" not in path.read_bytes(), path.name


def test_a_newer_schema_is_refused(tmp_path):
    url = f"sqlite:///{tmp_path}/convrec.db"
    with Store(url) as store:
        store.put("schema", 99)
    with pytest.raises(UsageError, match="newer convrec"):
        Store(url)


def test_a_damaged_database_says_so(tmp_path):
    (tmp_path / "convrec.db").write_bytes(b"not a database at all" * 400)
    with pytest.raises(RunError, match="damaged"):
        Store(f"sqlite:///{tmp_path}/convrec.db")


def test_a_malformed_url_is_a_usage_error():
    with pytest.raises(UsageError, match="nonsense"):
        Store("nonsense")


def test_a_person_corrects_and_removes_what_is_theirs_alone(store):
    store.events.append([Interaction("u", "1", 5.0, 10.0), Interaction("u", "2", 3.0, 10.0)])
    store.events.append([Interaction("v", "1", 5.0, 10.0)])
    first = store.events.history("u").events[0]
    before = store.events.history("u").digest
    assert not store.events.correct("v", first.event_id, Interaction("v", "1", 1.0, 10.0))
    assert store.events.correct("u", first.event_id, Interaction("u", "1", 2.0, 10.0))
    assert [(one.item_id, one.rating) for one in store.events.history("u").events] == [("1", 2.0), ("2", 3.0)]
    assert store.events.history("u").digest != before
    key = store.events.history("u").events[0].event_id
    assert store.events.remove("v", [key]) == 0
    assert store.events.remove("u", [key, "no such"]) == 1
    assert store.events.history("u").item_ids == ("2",)
    assert len(store.events.history("v").events) == 1


def test_a_correction_to_what_is_said_already_leaves_one_event(store):
    store.events.append([Interaction("u", "1", 5.0, 10.0), Interaction("u", "1", 4.0, 10.0)])
    first = store.events.history("u").events[0]
    assert store.events.correct("u", first.event_id, Interaction("u", "1", 4.0, 10.0))
    assert [one.rating for one in store.events.history("u").events] == [4.0]


def test_versions_have_dates_and_talks_can_be_erased(store):
    store.profiles.save(Profile("u", "first"))
    store.profiles.save(Profile("u", "second"))
    newest, first = store.profiles.versions("u")
    assert (newest.text, newest.version) == ("second", 2)
    assert newest.created >= first.created > 0
    talk = store.conversations.save(Conversation("", "u", (Turn("user", "hello"),)))
    assert not store.conversations.remove(talk.id, "v")
    assert store.conversations.remove(talk.id, "u")
    assert store.conversations.of("u") == []
