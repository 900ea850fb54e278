"""The page in a real browser, on a desk and on a phone; pictures go to `.artifacts/`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from fake_recommender import FakeRecommender, made_up_items
from serving import served
from test_ui_markup import HOSTILE
from watching import PATIENCE, has_value, holds, lacks

from convrec.types import Item

pytestmark = pytest.mark.browser

ARTIFACTS = Path(__file__).parents[2] / ".artifacts"
SIZES = {"desktop": (1280, 800), "phone": (390, 844)}

Open = Callable[..., Any]


class Watched:
    """A page with everything it asked for and complained of."""

    def __init__(self, page: Any, address: str) -> None:
        self.page = page
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda asked: self._asked(asked.url, address))
        page.on("console", lambda said: self._said(said.type, said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))

    def _asked(self, url: str, address: str) -> None:
        if not url.startswith((address, "data:", "blob:")):
            self.foreign.append(url)

    def _said(self, kind: str, text: str) -> None:
        if kind == "error":
            self.complaints.append(text)

    def say(self, text: str) -> None:
        """Type a message, send it with Enter, wait for the whole answer."""
        with self.answer():
            self.page.fill("#cr-box textarea", text)
            self.page.keyboard.press("Enter")

    @contextmanager
    def answer(self) -> Iterator[None]:
        """What is done in here asks for another answer; afterwards it is there, whole, and the box is free."""
        before = self.page.evaluate("document.querySelector('#cr-live [data-turn]')?.dataset.turn")
        yield
        self.page.wait_for_function(
            "before => (turn => turn && turn.dataset.turn !== before && turn.dataset.state !== 'working')"
            "(document.querySelector('#cr-live [data-turn]'))",
            arg=before,
        )
        self.page.locator("#cr-live .cr-next").wait_for()
        self.page.locator("#cr-box .submit-button").wait_for()

    def side(self, tab: str = "taste") -> None:
        """Open the side, and a tab of it."""
        if (way := self.page.locator("[data-side=open]")).is_visible():
            way.click()
        self.page.locator(f"#cr-tab-{tab}").click()
        self.page.locator(f"#cr-pane-{tab}:not(.cr-stale) .cr-panel").wait_for()

    def talk(self) -> None:
        """Back to the talk."""
        if (way := self.page.locator("[data-side=close]")).is_visible():
            way.click()

    def titles(self) -> list[str]:
        return [str(title) for title in self.page.locator("#cr-live .cr-card h3").all_inner_texts()]


@pytest.fixture
def opened(chromium: Any) -> Open:
    @contextmanager
    def opening(rec: Any, user: str = "anna", size: str = "desktop", scheme: str = "light") -> Iterator[Watched]:
        width, height = SIZES[size]
        with served(rec, user or None) as address:
            context = chromium.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, has_touch=size == "phone"
            )
            context.set_default_timeout(PATIENCE)
            watched = Watched(context.new_page(), address)
            watched.page.goto(address)
            watched.page.locator(".cr-welcome").wait_for()
            try:
                yield watched
                assert watched.foreign == []
                assert watched.complaints == []
            finally:
                context.close()

    return opening


def picture(watched: Watched, name: str) -> None:
    ARTIFACTS.mkdir(exist_ok=True)
    watched.page.wait_for_timeout(500)  # lets scrolling come to rest
    watched.page.screenshot(path=str(ARTIFACTS / f"{name}.png"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_talk_from_first_word_to_changed_answer(opened: Open, rec: FakeRecommender, size: str, scheme: str) -> None:
    with opened(rec, size=size, scheme=scheme) as it:
        page = it.page
        picture(it, f"{size}-{scheme}-welcome")
        it.side()
        holds(page.locator("#cr-pane-taste .cr-panel"), "What I think you like")
        it.talk()
        it.say("something quiet")
        first = it.titles()
        assert len(first) == 5
        holds(page.locator(".cr-why").first, "five stars")
        holds(page.locator(".cr-sure").first, "85% chance")
        events = len(rec.history("anna").events)
        page.locator("#cr-live .cr-like").first.click()
        page.locator('#cr-live .cr-like[aria-pressed="true"]').wait_for()
        page.get_by_text("It counts from the next answer on").wait_for()
        assert len(rec.history("anna").events) == events + 1
        assert rec.history("anna").events[-1].kind == "like"
        picture(it, f"{size}-{scheme}-answer")
        with it.answer():
            page.locator("#cr-live .cr-next .cr-chip").first.click()
        holds(page.locator("#cr-live .cr-said p"), "Something newer")
        holds(page.locator("#cr-live .cr-reply"), "You liked 1")
        assert set(it.titles()).isdisjoint(first)
        picture(it, f"{size}-{scheme}-second")
        # Nothing is wider than the screen, and what is tapped is large enough to tap.
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        heights = [box["height"] for box in (one.bounding_box() for one in page.locator(".cr-actions button").all())]
        assert min(heights) >= (40 if size == "phone" else 28)


def test_a_new_message_comes_to_the_top(opened: Open, rec: FakeRecommender) -> None:
    with opened(rec) as it:
        for text in ("one", "two", "three"):
            it.say(text)
        it.page.wait_for_function(
            "(top => 60 <= top && top <= 120)(document.querySelector('#cr-live .cr-said').getBoundingClientRect().top)"
        )


def test_stop_undo_and_try_again(opened: Open, rec: FakeRecommender) -> None:
    with opened(rec) as it:
        page = it.page
        rec.gate = threading.Event()
        page.fill("#cr-box textarea", "take your time")
        page.keyboard.press("Enter")
        page.locator("#cr-live .cr-status").wait_for()
        page.get_by_label("Stop", exact=True).click()
        page.get_by_text("Stopping…").wait_for()
        rec.gate.set()
        page.get_by_text("Stopped.").wait_for()
        page.locator("#cr-box .submit-button").wait_for()
        with it.answer():
            page.get_by_role("button", name="Try again").click()
        page.get_by_text("Stopped.").wait_for(state="detached")
        holds(page.locator(".cr-reply"), "take your time")
        page.get_by_role("button", name="Take back your last message").click()
        page.locator(".cr-welcome").wait_for()
        has_value(page.locator("#cr-box textarea"), "take your time")


def test_more_like_this_says_so(opened: Open, rec: FakeRecommender) -> None:
    with opened(rec) as it:
        it.say("something quiet")
        title = it.titles()[1]
        with it.answer():
            it.page.locator("#cr-live .cr-more").nth(1).click()
        holds(it.page.locator("#cr-live .cr-said p"), "More like ")
        said = it.page.locator("#cr-live .cr-said p").inner_text()
        assert said.removeprefix("More like ").split(" (")[0] in title


def test_the_profile_is_corrected_in_place(opened: Open, rec: FakeRecommender) -> None:
    with opened(rec) as it:
        page = it.page
        first = page.locator(".cr-statement").first
        text = first.locator(".cr-text").inner_text()
        first.locator("summary").click()
        holds(first, "Because you")
        holds(first, "loved")
        picture(it, "desktop-light-profile")
        first.get_by_role("button", name="This is wrong").click()
        page.get_by_text("I will not bring it back").wait_for()
        lacks(page.locator("#cr-pane-taste .cr-panel"), text)
        assert [edit.action for edit in rec.edits("anna")] == ["remove"]
        page.get_by_role("button", name="Bring back").click()
        page.get_by_text("Counted again").wait_for()
        held = page.locator('.cr-statement[data-keep="statement-genre:Mystery"]')
        held.locator("summary").click()
        held.get_by_label("How strongly").fill("20")
        page.get_by_text("Changed.").wait_for()
        assert rec.edits("anna")[-1].strength == 0.2
        page.locator('.cr-statement[data-keep="statement-genre:Mystery"][open]').wait_for()  # as the reader left it
        page.get_by_label("Add something in your own words").fill("slow films about families")
        page.keyboard.press("Enter")
        page.locator(".cr-statement").get_by_text("slow films about families").wait_for()
        holds(page.locator("#cr-pane-taste"), "Your top ten now")


def test_another_user_has_another_talk_and_reloading_keeps_it(opened: Open, rec: FakeRecommender) -> None:
    with opened(rec, user="") as it:
        page = it.page
        it.say("a visitors words")
        page.locator("#cr-user input").click()
        page.get_by_role("option", name="ben").click()
        page.locator(".cr-welcome").wait_for()
        lacks(page.locator("#cr-talk"), "a visitors words")
        page.get_by_text("You like comedy films.").wait_for()
        page.reload()
        it.complaints.clear()  # Gradio's own, about the connection that the reload closed
        page.get_by_text("a visitors words", exact=True).wait_for()
        page.get_by_role("button", name="Begin a new talk").click()
        page.locator(".cr-welcome").wait_for()


def test_the_keyboard_reaches_everything(opened: Open, rec: FakeRecommender) -> None:
    with opened(rec) as it:
        it.say("something quiet")
        reached: set[str] = set()
        for _ in range(130):
            it.page.keyboard.press("Tab")
            reached.add(
                str(it.page.evaluate("(e => e.dataset?.act || e.tagName.toLowerCase())(document.activeElement)"))
            )
        assert {"verdict", "say", "retry", "undo", "fresh", "textarea", "summary", "input"} <= reached
        unnamed = it.page.evaluate(
            "[...document.querySelectorAll('button')].filter(b => b.offsetParent && !b.textContent.trim()"
            " && !b.getAttribute('aria-label')).length"
        )
        assert unnamed == 0


def test_a_talk_by_keyboard_alone(opened: Open, rec: FakeRecommender) -> None:
    with opened(rec) as it:
        page = it.page
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("/")
        with it.answer():
            page.keyboard.type("something quiet")
            page.keyboard.press("Enter")
        holds(page.locator("#cr-spoken"), "Here are 5")
        with it.answer():
            page.keyboard.press("Alt+1")
        rec.gate = threading.Event()
        page.locator("#cr-box textarea").focus()
        page.keyboard.press("ArrowUp")
        page.wait_for_function("document.querySelector('#cr-box textarea').value === 'Something newer'")
        page.keyboard.press("Enter")
        page.locator("#cr-box .stop-button").wait_for()
        page.keyboard.press("Escape")
        page.get_by_text("Stopping…").wait_for()
        rec.gate.set()
        page.get_by_text("Stopped.").wait_for()
        page.locator("#cr-tab-taste").focus()
        page.keyboard.press("ArrowRight")
        page.locator("#cr-pane-history .cr-events").wait_for()
        page.wait_for_function("document.activeElement.id === 'cr-tab-history'")
        page.keyboard.press("Alt+p")
        page.locator("#cr-side").wait_for(state="hidden")


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_a_list_is_brought_along_and_everything_is_forgotten(opened: Open, rec: FakeRecommender, size: str) -> None:
    fresh = [item.label for item in rec.catalogue.items[20:23]]
    with opened(rec, size=size) as it:
        page = it.page
        it.side("history")
        page.locator("input[type=file]").set_input_files(
            [{"name": "mine.csv", "mimeType": "text/csv", "buffer": "\n".join(["title", *fresh, "Nothing"]).encode()}]
        )
        page.get_by_text("mine.csv: 4 rows").wait_for()
        page.get_by_text("not in the catalogue").wait_for()
        picture(it, f"{size}-light-import")
        page.get_by_role("button", name="Add 3").click()
        page.get_by_text("9 entries").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_label("Search, or name a film to add").fill(fresh[0].split(" (")[0])
        page.locator(".cr-events li").nth(5).wait_for(state="detached")
        with page.expect_download() as told:
            page.get_by_role("button", name="Save everything").click()
        assert told.value.suggested_filename == "convrec-export.json"
        page.get_by_role("button", name="Forget me").click()
        page.get_by_role("button", name="Erase everything").click()
        page.get_by_text("Nothing about you is kept").wait_for()
        assert rec.history("anna").events == ()
        page.wait_for_function("document.querySelector('#cr-user input').value === 'New visitor'")
        holds(page.locator("#cr-pane-taste"), "Nothing yet")  # the page of somebody new, which still says what was done
        assert page.get_by_text("Nothing about you is kept").is_visible()


def test_settings_stay_with_the_browser(opened: Open, rec: FakeRecommender) -> None:
    with opened(rec, user="") as it:
        page = it.page
        it.side("settings")
        page.locator("#cr-set-language").select_option("zh")
        page.get_by_role("tab", name="设置").wait_for()
        page.locator("#cr-set-theme").select_option("dark")
        page.locator("body.dark").wait_for()
        page.reload()
        it.complaints.clear()  # Gradio's own, about the connection that the reload closed
        page.get_by_text("想找什么样的电影").wait_for()
        page.locator("body.dark").wait_for()
        assert page.evaluate("document.documentElement.lang") == "zh"
        assert "电影" in page.locator("#cr-box textarea").get_attribute("placeholder")


def test_hostile_words_stay_words(opened: Open) -> None:
    hostile = [
        Item(str(n), text, 1980 + n, (text, "Drama"), text, {"maker": text, text: "fact"})
        for n, text in enumerate(HOSTILE)
    ]
    rec = FakeRecommender([*hostile, *made_up_items(0)])
    with opened(rec) as it:
        page = it.page
        for text in HOSTILE:
            it.say(text)
            page.locator("#cr-live .cr-said").get_by_text(text, exact=True).wait_for()
        for details in page.locator(".cr-statement summary").all():
            details.click()
        page.locator(".cr-like").first.click()
        picture(it, "desktop-light-hostile")
        assert page.evaluate("window.ran") is None
        counts = page.evaluate(
            "Object.fromEntries(['script', 'img', 'form', 'iframe', 'a', 'link', 'style'].map("
            "tag => [tag, document.querySelectorAll(`#cr-talk .html-container ${tag}, #cr-side ${tag}`).length]))"
        )
        assert set(counts.values()) == {0}
        # Even where escaping failed, the policy would hold: put the payloads in raw.
        page.evaluate(
            "texts => { const raw = document.createElement('div'); document.body.append(raw);"
            " raw.innerHTML = texts.join(''); }",
            list(HOSTILE),
        )
        page.wait_for_timeout(500)
        assert page.evaluate("window.ran") is None
        refused = [text for text in it.complaints if "Content Security Policy" in text]
        assert refused
        it.complaints.clear()
        it.foreign.clear()  # asked for, and refused by the browser before anything was sent
