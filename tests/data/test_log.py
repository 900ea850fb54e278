import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convrec.data.catalogue import ItemTable
from convrec.data.log import COLUMNS, Log
from convrec.data.splits import global_time, last_item_out
from convrec.errors import UsageError
from convrec.signal import Scale
from convrec.types import Interaction, Item

EVENTS = [
    Interaction("bo", "x", 5.0, 10.0),
    Interaction("al", "y", None, 5.0, "click"),
    Interaction("bo", "z", 1.0, 5.0, event_id="e1"),
    Interaction("bo", "q", 3.0, 10.0, review="hm"),
    Interaction("al", "x", 2.0, None),
]

events = st.lists(
    st.builds(
        Interaction,
        user_id=st.sampled_from(["u", "v", "w"]),
        item_id=st.sampled_from(["1", "2", "3"]),
        rating=st.none() | st.sampled_from([1.0, 2.5, 5.0]),
        timestamp=st.none() | st.floats(0, 2e9),
        kind=st.sampled_from(["rate", "view", "dislike"]),
        review=st.text(max_size=5),
        event_id=st.text(max_size=3),
    ),
    max_size=12,
)


@given(events)
def test_events_come_back_as_they_went_in(given_events: list[Interaction]) -> None:
    log = Log.from_interactions(given_events)
    assert list(log.interactions()) == given_events
    assert len(log) == len(given_events)
    assert Log.joined([log, log]).signals(Scale()).tolist() == 2 * [Scale().signal(event) for event in given_events]


@given(events)
def test_histories_sort_stably_and_lose_nothing(given_events: list[Interaction]) -> None:
    log = Log.from_interactions(given_events)
    for history in log.histories():
        own = [event for event in given_events if event.user_id == history.user_id]
        assert list(history.events) == sorted(
            own, key=lambda event: -np.inf if event.timestamp is None else event.timestamp
        )
        assert log.history(history.user_id) == history
    assert sum(len(history.events) for history in log.histories()) == len(given_events)


def test_codes_rows_and_numbers() -> None:
    log = Log.from_interactions(EVENTS)
    assert log.users == ["bo", "al"]
    assert [log.users[code] for code in log.user_codes] == [event.user_id for event in EVENTS]
    assert [log.items[code] for code in log.item_codes] == [event.item_id for event in EVENTS]
    catalogue = ItemTable([Item("q", "Q"), Item("x", "X")])
    assert log.rows(catalogue).tolist() == [1, -1, -1, 0, 1]
    np.testing.assert_array_equal(log.ratings, [5, np.nan, 1, 3, 2])
    assert log.scale() == Scale(1.0, 5.0, 5.0)
    assert log.scale(like_from=3.0).like_from == 3.0
    assert log.history("nobody").events == ()


def test_an_empty_log_answers_everything() -> None:
    log = Log.from_interactions([])
    assert (len(log), log.users, list(log.histories()), log.scale()) == (0, [], [], Scale())
    assert len(log.rows(ItemTable([Item("a", "A")]))) == 0
    assert len(last_item_out(log).test) == 0


def test_a_foreign_table_gets_the_defaults_of_an_event() -> None:
    table = pa.table({"user_id": [1, 2], "item_id": pa.array(["a", "b"]).dictionary_encode(), "rating": [np.nan, 4]})
    assert list(Log(table).interactions()) == [Interaction("1", "a"), Interaction("2", "b", 4.0)]
    assert Log(table).table.column_names == list(COLUMNS)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"user_id": ["u"]}, "'item_id'; found: user_id"),
        ({"user_id": ["u"], "item_id": ["i"], "rating": ["good"]}, "'rating' .* cannot be read"),
        ({"user_id": [None], "item_id": ["i"]}, "1 events of a log have no user_id"),
    ],
)
def test_what_is_no_log_is_refused(columns: dict, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Log(pa.table(columns))


def test_last_item_out_takes_the_later_of_equal_times() -> None:
    log = Log.from_interactions(EVENTS)
    split = last_item_out(log)
    assert [event.item_id for event in split.test.interactions()] == ["q"]
    assert [event.item_id for event in split.validation.interactions()] == ["x"]
    # Somebody with two events stays in train.
    assert [(event.user_id, event.item_id) for event in split.train.interactions()] == [
        ("al", "y"),
        ("bo", "z"),
        ("al", "x"),
    ]


@given(events)
def test_last_item_out_leaks_nothing(given_events: list[Interaction]) -> None:
    split = last_item_out(Log.from_interactions(given_events))
    assert len(split.train) + len(split.validation) + len(split.test) == len(given_events)
    assert len(set(split.test.users)) == len(split.test) == len(split.validation)

    def when(log: Log, user: str) -> list[float]:
        return [-np.inf if event.timestamp is None else event.timestamp for event in log.history(user).events]

    for user in split.test.users:
        train, validation, test = (when(part, user) for part in (split.train, split.validation, split.test))
        assert max(train) <= validation[0] <= test[0]


def test_global_time_cuts_between_moments() -> None:
    log = Log.from_interactions([Interaction("u", str(n), timestamp=float(n // 3)) for n in range(30)])
    split = global_time(log, (0.5, 0.8))
    times = [set(part.timestamps) for part in (split.train, split.validation, split.test)]
    assert max(times[0]) < min(times[1]) <= max(times[1]) < min(times[2])
    assert sum(map(len, (split.train, split.validation, split.test))) == 30
    with pytest.raises(UsageError, match="no timestamp"):
        global_time(Log.from_interactions(EVENTS))
    with pytest.raises(UsageError, match="quantiles"):
        global_time(log, (0.9, 0.5))
