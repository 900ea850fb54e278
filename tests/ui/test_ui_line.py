"""The line for the models, its limits, and who listens; by a clock that the test moves."""

from __future__ import annotations

import threading

import pytest
from fake_recommender import FakeRecommender

from convrec.effort import effort
from convrec.errors import RunError, UsageError
from convrec.types import ChatEvent
from convrec.ui.limits import Limits, Rates
from convrec.ui.line import Line, Refused, Ticket
from convrec.ui.page import Page
from convrec.ui.presence import Presence
from convrec.ui.waits import eased, refused, waiting
from convrec.ui.words import Words


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def line(clock: Clock, **limits: float) -> Line:
    return Line(Limits(**{"at_once": 1, "each": 9, "waiting": 9, **limits}), clock)  # type: ignore[arg-type]


def serve(tickets: list[Ticket], clock: Clock, seconds: float = 1.0) -> list[str]:
    """Serves whoever is next until nobody waits; the order."""
    order: list[str] = []
    left = list(tickets)
    while left:
        now = next(one for one in left if one.turn.is_set())
        order.append(now.person)
        clock.now += seconds
        now.line.leave(now)
        left.remove(now)
    return order


def test_people_are_served_in_turn_however_much_one_asks(clock: Clock) -> None:
    made = line(clock)
    tickets = [made.join("greedy") for _ in range(4)] + [made.join("ann"), made.join("bo")]
    assert serve(tickets, clock) == ["greedy", "greedy", "ann", "bo", "greedy", "greedy"]
    assert (made.load().waiting, made.load().running) == (0, 0)
    assert sum(made.load().served.values()) == 6


def test_nobody_waits_more_than_twice_the_median(clock: Clock) -> None:
    made = line(clock, at_once=2, each=3, waiting=100)
    waited: dict[str, list[float]] = {}
    queue: list[Ticket] = []
    people = [f"p{n}" for n in range(10)]
    for _ in range(400):
        clock.now += 0.25
        for number, person in enumerate(people):
            mine = sum(one.person == person for one in queue)
            # The first asks again at once, as often as it may; the others once they were answered.
            if mine < (3 if number == 0 else 1):
                queue.append(made.join(person))
        for one in [one for one in queue if one.began is not None and clock.now - one.began >= 1.0]:
            made.leave(one)
            queue.remove(one)
            assert one.began is not None
            waited.setdefault(one.person, []).append(one.began - one.joined)
    means = sorted(sum(times) / len(times) for person, times in waited.items() if person != "p0")
    assert len(means) == 9
    assert means[-1] <= 2 * means[len(means) // 2]
    assert means[-1] <= 11 / 2 + 1


def test_a_place_is_told_and_moves(clock: Clock) -> None:
    made = line(clock)
    first = made.join("ann")
    clock.now += 3
    made.leave(first)  # so it is known that an answer takes three seconds
    running, second, third = made.join("ann"), made.join("bo"), made.join("cy")
    clock.now += 1
    assert running.turn.is_set()
    assert made.place(second).ahead == 0
    assert made.place(second).seconds == pytest.approx(2.0)
    assert made.place(third).ahead == 1
    assert made.place(third).seconds == pytest.approx(5.0)
    assert waiting(made.place(third)) == "One answer is before yours, about 5 s"
    made.leave(second)  # somebody gives up
    assert waiting(made.place(third)) == "You are next"
    assert next(third.wait()).ahead == 0
    made.leave(running)
    assert list(third.wait()) == []


def test_too_many_are_refused_and_told_when(clock: Clock) -> None:
    made = line(clock, each=2, waiting=3, per_minute=3)
    made.join("ann")
    made.join("ann")
    again = made.refusal("ann")
    assert again is not None
    assert (again.status, again.seconds >= 1) == (429, True)
    with pytest.raises(Refused):
        made.join("ann")
    made.join("bo")
    made.join("cy")
    full = made.refusal("dee")
    assert full is not None
    assert full.status == 503
    assert f"come back in {full.seconds} s" in refused(full)
    assert refused(full, Words("zh", "film", "watched")) == f"现在提问的人太多，请 {full.seconds} 秒后再来。"
    calm = line(clock, per_minute=3)
    assert [calm.refusal("eve") for _ in range(3)] == [None, None, None]
    much = calm.refusal("eve")
    assert much is not None
    assert (much.status, much.seconds) == (429, 20)
    assert calm.refusal("fay") is None
    clock.now += 20
    assert calm.refusal("eve") is None
    assert made.load().refused == {"rate": 0, "each": 2, "full": 1}


def test_less_is_spent_the_longer_the_line(clock: Clock) -> None:
    made = line(clock, waiting=100, busy=10, very_busy=30)
    first = made.join("p0")
    clock.now += 4
    made.leave(first)
    tickets = [made.join(f"p{n}") for n in range(12)]
    given = []
    for ticket in tickets:
        assert ticket.turn.is_set()
        given.append(ticket.effort)
        clock.now += 4 if ticket.effort == "full" else 0.1
        made.leave(ticket)
    # Ten waited behind the second, for four seconds each, and nobody behind the last. What was made in a tenth of a
    # second once less was spent says nothing about full answers.
    assert given == ["full", *["bare"] * 3, *["plain"] * 5, *["full"] * 3]


def test_an_answer_that_takes_long_gets_the_rest_by_template(clock: Clock) -> None:
    made = line(clock, busy=10)
    with made.join("ann") as ticket:
        with ticket.spending():
            assert effort() == "full"
        clock.now += 11
        with ticket.spending():
            assert effort() == "plain"
        assert made.load().seconds == 11
    assert effort() == "full"


def test_a_model_that_fails_twice_rests(clock: Clock) -> None:
    made = line(clock)
    made.sick()
    assert made.load().effort == "full"
    made.sick()
    assert made.load().effort == "bare"
    clock.now += 31
    assert made.load().effort == "full"


def test_a_model_that_hangs_does_not_hold_up_what_needs_none(clock: Clock) -> None:
    made = line(clock, at_once=1)
    hung, other = made.join("ann"), made.join("bo")
    assert not other.turn.is_set()
    clock.now += 31
    third = made.join("cy")
    assert other.turn.is_set()
    assert other.effort == "bare"
    assert not third.turn.is_set()
    made.leave(hung)
    made.leave(other)
    assert third.turn.is_set()


@pytest.mark.parametrize("name", ["at_once", "waiting", "per_minute", "busy"])
def test_limits_are_positive(name: str) -> None:
    with pytest.raises(UsageError, match=name):
        Limits(**{name: 0})


def test_a_bucket_fills_evenly_and_is_forgotten(clock: Clock) -> None:
    rates = Rates(60, most=2, clock=clock)
    for _ in range(60):
        assert rates.take("ann") == 0
    assert rates.take("ann") == pytest.approx(1.0)
    clock.now += 1
    assert rates.take("ann") == 0
    rates.take("bo")
    rates.take("cy")  # the third person makes room by the one silent longest
    assert rates.take("ann") == 0


def test_who_stopped_listening_has_left(clock: Clock) -> None:
    presence = Presence(5.0, clock)
    assert not presence.left("never seen")
    presence.asked("s")
    assert not presence.left("s")
    clock.now += 6
    assert presence.left("s")
    with presence.listening("s"):
        clock.now += 100
        assert not presence.left("s")
        assert len(presence) == 1
    assert not presence.left("s")
    clock.now += 6
    assert presence.left("s")
    assert len(presence) == 0


def test_the_page_shows_the_place_and_says_when_it_is_eased(rec: FakeRecommender) -> None:
    held = Line(Limits(at_once=1))
    page = Page(rec, held)  # type: ignore[arg-type]
    other = held.join("somebody else")
    views = page.send("v", None, "something quiet")
    assert "something quiet" in (next(views).live or "")
    assert "You are next" in (next(views).live or "")
    held.sick()
    held.sick()
    threading.Timer(0.05, held.leave, [other]).start()
    last = list(views)[-1]
    assert eased("bare") in (last.live or "").replace("&#x27;", "'")
    assert "cr-card" in (last.live or "")
    assert held.load().running == 0


def test_stop_leaves_the_line(rec: FakeRecommender) -> None:
    held = Line(Limits(at_once=1))
    page = Page(rec, held)  # type: ignore[arg-type]
    held.join("somebody else")
    views = page.send("v", None, "something quiet")
    next(views)
    next(views)
    page.stop("v", None)
    assert list(views) == []
    assert held.load().waiting == 0
    assert page.talks.get("v", None).exchanges[-1].state == "stopped"


def test_somebody_who_asks_too_much_is_told_in_the_talk(rec: FakeRecommender) -> None:
    held = Line(Limits(at_once=1, each=1))
    page = Page(rec, held)  # type: ignore[arg-type]
    held.join("v")
    last = list(page.send("v", None, "something quiet"))[-1]
    assert "still answering" in (last.live or "")
    assert last.busy is False


def test_a_failing_model_is_noticed(rec: FakeRecommender, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page(rec)  # type: ignore[arg-type]

    def fails(_: object) -> list[ChatEvent]:
        raise RunError("llm", "out of memory")

    for _ in range(2):
        talk = page.talks.get("v", None)
        monkeypatch.setattr(talk.chat, "send", fails)
        list(page.send("v", None, "something quiet"))
    assert page.line.load().effort == "bare"
