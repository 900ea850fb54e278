"""Settings and whatever else a browser may send, at the handlers, without Gradio."""

from __future__ import annotations

from typing import Any

import pytest

from convrec.errors import UsageError
from convrec.ui.acts import ACTS, ANSWERS, act
from convrec.ui.page import Page
from convrec.ui.view import View


def _first(views: Any) -> View:
    """The first view, after all are made."""
    return next(iter(list(views)))


def test_settings_count_at_once_and_are_the_visitors_own(page: Page) -> None:
    before = page.side.tab("v", "anna", "settings").settings or ""
    assert "smollm2-135m" in before
    view = page.side.choose("v", "anna", "explore", "1")
    assert view.tell["set"] == "explore"
    assert view.tell["value"] == "1"
    assert "made way" in (view.settings or "")
    assert page.room.choices("w").explore == 0.0
    page.room.heed("v", "explore=1", "")  # what the browser sends along from then on
    assert page.room.choices("v").explore == 1.0
    page.room.heed("v", "", "")
    assert page.room.choices("v").explore == 0.0


def test_explanations_are_left_out_where_nobody_wants_them(page: Page) -> None:
    page.room.heed("v", "reasons=none", "")
    assert "five stars" not in (list(page.send("v", None, "something quiet"))[-1].live or "")


def test_the_page_speaks_chinese_to_who_asks_for_it(page: Page) -> None:
    page.room.heed("v", "", "zh-CN,zh;q=0.9")
    opened = _first(page.open("v", "anna"))
    assert "想找什么样的电影" in (opened.live or "")
    assert opened.tell["language"] == "zh"
    assert "正在读你的消息" in (_first(page.send("v", "anna", "hello")).live or "")
    page.room.heed("v", "language=en", "zh-CN")
    assert "in the mood for" in (_first(page.open("v", None)).live or "")
    both = list(act(page, "v", "anna", {"act": "choose", "name": "language", "value": "zh"}))
    assert both[0].words is not None
    assert "你喜欢" not in (both[0].profile or "")


@pytest.mark.parametrize("name", sorted({*ACTS, *ANSWERS}))
def test_no_act_trips_over_what_it_is_sent(page: Page, name: str) -> None:
    everything = ("item", "verdict", "text", "turn", "talk", "tab", "edit", "statement", "polarity", "name", "value",
                  "query", "only", "event", "to", "sending", "part", "of")  # fmt: skip
    for user in (None, "anna"):
        for data in ({}, dict.fromkeys(everything, "nonsense"), dict.fromkeys(everything, "")):
            try:
                assert all(isinstance(view, View) for view in act(page, "v", user, {**data, "act": name}))
            except (UsageError, KeyError):
                continue


def test_what_nothing_does_is_refused(page: Page) -> None:
    with pytest.raises(UsageError, match="nothing here does"):
        act(page, "v", None, {"act": "launch"})
