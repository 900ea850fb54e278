"""500 hostile texts in every place that takes one, in a real browser: nothing runs, is asked for or breaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_recommender import FakeChat, FakeRecommender
from hostile import hostile
from serving import served
from watching import PATIENCE, counts

from convrec.config import ChatSettings
from convrec.types import ChatEvent, Explanation, Interaction, Item, Recommendation

pytestmark = pytest.mark.browser

TEXTS = hostile()
SHOWN = 100
"""Cards an answer shows here: few answers, because each is drawn whole."""
ARTIFACTS = Path(__file__).parents[2] / ".artifacts"
WIDTHS = (1280, 390)


class Hostile(FakeRecommender):
    """Everything it says about anything is hostile; every answer shows the next 100 items."""

    def __init__(self, texts: list[str]) -> None:
        items = [
            Item(str(n), text, 1980, (texts[n - 1], "Drama"), text, {"maker": text, texts[n - 2][:40]: texts[n - 3]})
            for n, text in enumerate(texts)
        ]
        super().__init__(items)
        chat = ChatSettings(max_message=40_000, cards=20)
        self.settings = self.settings.model_copy(update={"chat": chat, "name": texts[0], "noun": "film"})
        self.answers = 0
        made = (Interaction("mallory", str(n), 5.0, 9e8 + n, review=text) for n, text in enumerate(texts))
        self.store.events.append(made)

    def ranked(self, refused: set[str], liked: Any, k: int = SHOWN) -> Any:
        if k < SHOWN:
            return super().ranked(set(), liked, k)
        first = self.answers * SHOWN % len(self.catalogue.items)
        shown = self.catalogue.items[first : first + SHOWN]
        return [Recommendation(item, rank, 1.0, 0.5) for rank, item in enumerate(shown, 1)]

    def reason(self, item: Item) -> Explanation:
        return Explanation(item.title)

    def chat(self, user_id: str | None = None, **how: Any) -> FakeChat:
        return Brief(self, user_id, **how)


class Brief(FakeChat):
    """Answers at once: 100 cards are drawn anew at each step."""

    rec: Hostile

    def send(self, text: str) -> Iterator[ChatEvent]:
        yield from (event for event in super().send(text) if event.kind == "done")
        self.rec.answers += 1


def test_500_hostile_texts_in_a_browser(chromium: Any) -> None:
    rec = Hostile(TEXTS)
    with served(rec) as address, watched(chromium, address) as (page, broken):
        for answer in range(len(TEXTS) // SHOWN):
            page.fill("#cr-box textarea", "\n".join(TEXTS[answer * SHOWN : answer * SHOWN + SHOWN]))
            page.locator("#cr-box .submit-button").click()
            page.locator("#cr-live .cr-card").nth(SHOWN - 1).wait_for()
            page.locator("#cr-live .cr-next").wait_for()
            broken += _breaks(page, f"answer {answer}")
            page.locator("[data-act=fresh]").click()  # else every answer is drawn again with those that follow
            page.locator("#cr-live .cr-welcome").wait_for()
        assert rec.answers == len(TEXTS) // SHOWN
    with served(rec, "mallory") as address, watched(chromium, address) as (page, broken):
        page.locator("#cr-pane-taste details").nth(len(TEXTS) - 1).wait_for(state="attached")  # a statement for each
        broken += _breaks(page, "taste")
        page.locator("#cr-tab-history").click()
        rows = page.locator("#cr-pane-history .cr-events > li")
        rows.first.wait_for()
        while (more := page.locator("#cr-pane-history [data-act=more_events]")).count():
            before = rows.count()
            more.click()
            rows.nth(before).wait_for()
        counts(rows, len(TEXTS))
        broken += _breaks(page, "history")


@contextmanager
def watched(chromium: Any, address: str) -> Iterator[tuple[Any, list[str]]]:
    """A page, and what went wrong with it, of which there shall be nothing."""
    asked: list[str] = []
    broken: list[str] = []
    context = chromium.new_context(viewport={"width": WIDTHS[0], "height": 844})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda one: asked.append(one.url) if not _own(one.url, address) else None)
    page.on("dialog", lambda one: (broken.append(f"dialog {one.message}"), one.dismiss()))
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(address)
    page.locator(".cr-welcome").wait_for()
    page.locator("#cr-pane-taste .cr-panel").wait_for(state="attached")
    try:
        yield page, broken
        assert not broken, "\n".join(broken)
        assert asked == []
    finally:
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=str(ARTIFACTS / "hostile.png"))
        context.close()


def _own(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def _breaks(page: Any, at: str) -> list[str]:
    """What is wrong with the page at both widths, everything unfolded: scripts that ran, elements nobody made, and
    anything to be seen that is wider than the screen."""
    found: list[str] = []
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        if width == WIDTHS[-1] and page.locator("#cr-side").evaluate("one => !one.classList.contains('cr-open')"):
            page.evaluate("document.querySelector('#cr-side').classList.add('cr-open')")  # over the talk on a phone
        found += [f"{at} at {width}: {one}" for one in page.evaluate(_LOOK)]
    page.evaluate("document.querySelector('#cr-side').classList.remove('cr-open')")
    page.set_viewport_size({"width": WIDTHS[0], "height": 844})
    return found


_LOOK = """() => {
  const found = [];
  const made = "script img form iframe a link style meta base object embed video audio math template".split(" ");
  if (window.ran !== undefined) found.push("a script ran");
  for (const tag of made)
    for (const one of document.querySelectorAll(`#cr-main .html-container ${tag}`)) found.push(one.outerHTML);
  for (const one of document.querySelectorAll(".html-container *"))
    for (const name of one.getAttributeNames()) if (name.startsWith("on")) found.push(`${name} on ${one.tagName}`);
  const wide = window.innerWidth, page = document.documentElement.scrollWidth;
  if (page > wide) {
    const over = [...document.querySelectorAll("#cr-top *, #cr-main *")].filter(
      (one) => one.getBoundingClientRect().right > wide + 1 && one.checkVisibility({checkVisibilityCSS: true}));
    const last = over.map((one) => (one.textContent ? one : one.parentElement).outerHTML).pop();
    found.push(`the page is ${page} wide, for ${last}`);
  }
  for (const one of document.querySelectorAll("#cr-top *, #cr-main *")) {
    const place = one.getBoundingClientRect();
    if (place.width > wide + 1 && !one.closest("svg") && one.checkVisibility({checkVisibilityCSS: true}))
      found.push(`${one.tagName} ${one.className} is ${place.width} wide`);
  }
  return found.slice(0, 3).map((text) => text.slice(0, 300));
}"""
