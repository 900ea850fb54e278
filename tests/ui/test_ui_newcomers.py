"""A flood of visitors who never listen leaves the page to those who do."""

from __future__ import annotations

from convrec.ui.newcomers import Newcomers


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_those_who_never_listen_get_a_few_places_and_lose_them() -> None:
    clock = Clock()
    newcomers = Newcomers(3, 2.5, clock)
    assert [newcomers.admit(f"flood {n}") for n in range(5)] == [True, True, True, False, False]
    assert not newcomers.admit("anna")
    clock.now = 2.5
    assert newcomers.admit("anna")


def test_who_has_listened_once_is_let_in_beside_any_flood() -> None:
    clock = Clock()
    newcomers = Newcomers(2, 2.5, clock)
    assert newcomers.admit("anna")
    newcomers.heard("anna")
    assert [newcomers.admit(f"flood {n}") for n in range(3)] == [True, True, False]
    clock.now = 1.0
    assert newcomers.admit("anna")


def test_listening_without_having_asked_makes_nobody_known() -> None:
    newcomers = Newcomers(1, 2.5, Clock())
    newcomers.heard("mallory")
    assert newcomers.admit("flood")
    assert not newcomers.admit("mallory")


def test_a_newcomer_may_ask_twice_before_listening() -> None:
    newcomers = Newcomers(1, 2.5, Clock())
    assert newcomers.admit("anna")
    assert newcomers.admit("anna")
