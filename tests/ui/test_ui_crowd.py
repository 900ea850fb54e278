"""Several people at once, a slow model, a lost connection and a page that is asked too much, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_recommender import FakeRecommender
from serving import served
from watching import PATIENCE, counts, has_value, holds, lacks

from convrec.ui.limits import Limits

pytestmark = pytest.mark.browser

ARTIFACTS = Path(__file__).parents[2] / ".artifacts"


@contextmanager
def visitor(chromium: Any, address: str, **how: Any) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1000, "height": 800}, **how)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(address)
    page.locator(".cr-welcome").wait_for()
    yield page
    context.close()


def ask(page: Any, text: str) -> None:
    page.fill("#cr-box textarea", text)
    page.keyboard.press("Enter")
    page.get_by_text(text, exact=True).first.wait_for()


def answered(page: Any, turn: int) -> None:
    page.locator(f'#cr-live [data-turn="{turn}"] .cr-card').first.wait_for()
    page.locator("#cr-live .cr-next").wait_for()


def test_a_connection_that_is_lost_comes_back(chromium: Any, rec: FakeRecommender) -> None:
    rec.seconds = 0.3
    with served(rec, "anna") as address, visitor(chromium, address) as page:
        ask(page, "before the tunnel")
        page.locator(".cr-card").first.wait_for()
        page.context.set_offline(True)
        page.wait_for_timeout(1000)
        page.context.set_offline(False)
        rec.seconds = 0.0
        page.reload()
        page.get_by_text("before the tunnel", exact=True).first.wait_for()
        page.locator("#cr-box .submit-button").wait_for()
        ask(page, "after the tunnel")
        answered(page, 2)


def test_a_page_that_is_loaded_anew_follows_the_answer_that_is_being_made(chromium: Any, rec: FakeRecommender) -> None:
    rec.gate = threading.Event()
    with served(rec, "anna") as address, visitor(chromium, address) as page:
        ask(page, "take your time")
        page.locator("#cr-live .cr-status").wait_for()
        page.reload()
        page.locator("#cr-live .cr-status").wait_for()
        page.locator("#cr-box .stop-button").wait_for()
        rec.gate.set()
        answered(page, 1)
        page.locator("#cr-box .submit-button").wait_for()
        ask(page, "and now")
        answered(page, 2)


def test_a_page_that_is_asked_too_much_says_when_to_come_back(chromium: Any, rec: FakeRecommender) -> None:
    with served(rec, limits=Limits(per_minute=1)) as address, visitor(chromium, address) as page:
        ask(page, "one question")
        answered(page, 1)
        page.fill("#cr-box textarea", "and another")
        page.keyboard.press("Enter")
        told = page.locator("#cr-refused")
        told.wait_for()
        holds(told, "I can go on in")
        has_value(page.locator("#cr-box textarea"), "and another")  # nothing that was typed is lost
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=str(ARTIFACTS / "refused.png"))


def test_a_slow_model_leaves_the_page_usable(chromium: Any, rec: FakeRecommender) -> None:
    rec.gate = threading.Event()
    with served(rec, "anna") as address, visitor(chromium, address) as page:
        ask(page, "take your time")
        page.locator("#cr-live .cr-status").wait_for()  # what it is doing
        page.locator("#cr-box .stop-button").wait_for()
        counts(page.locator("#cr-live .cr-card"), 0)
        page.locator("#cr-tab-history").click()
        page.locator("#cr-pane-history .cr-events li").first.wait_for()
        counts(page.locator("#cr-live .cr-next"), 0)  # the answer is still being made
        rec.gate.set()
        answered(page, 1)


def test_two_people_at_once_wait_their_turn_and_see_their_own(chromium: Any, rec: FakeRecommender) -> None:
    rec.gate = threading.Event()
    limits = Limits(at_once=1)
    with (
        served(rec, limits=limits) as address,
        visitor(chromium, address) as one,
        visitor(chromium, address) as other,
    ):
        ask(one, "words of the first")
        one.locator("#cr-box .stop-button").wait_for()
        ask(other, "words of the second")
        other.get_by_text("You are next").first.wait_for()
        rec.gate.set()
        answered(one, 1)
        answered(other, 1)
        lacks(one.locator("#cr-talk"), "words of the second")
        lacks(other.locator("#cr-talk"), "words of the first")
