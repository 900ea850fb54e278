"""The page as Gradio blocks: which element shows what, and which event calls which handler."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Read by Gradio when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Read when a queue is made: it would keep the last 10,000 events and sum them up anew after every one.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)

import gradio as gr

from . import frame, start
from .acts import ANSWERS, act
from .api import Api
from .asking import Asking
from .blocks import PageBlocks
from .guard import House
from .markup import esc
from .page import Page
from .view import View
from .words import FIRST, Words

if TYPE_CHECKING:
    from convrec import Recommender

HERE = Path(__file__).parent
CSS = HERE / "page.css"
MODEL = {"concurrency_id": "llm", "concurrency_limit": None}
"""For what uses the models: it waits in our own line, which is fair and says how long; Gradio lets it through."""
QUICK = {"concurrency_id": "quick", "concurrency_limit": 8}
_QUIET = {"api_visibility": "private", "show_progress": "hidden"}
_LONGEST = {"text": 100_000}
"""Characters of what a button may send, by name; 4,000 of everything else."""

Handler = Callable[[str, "str | None", dict[str, str]], Iterable[View]]


def build(rec: Recommender, user: str | None = None, house: House | None = None) -> gr.Blocks:
    """The page over an open recommender.

    Args:
        rec: Shared by all visitors; its models are loaded once.
        user: The stored user chosen at the start; None: a new visitor.
        house: Who may ask, and how much.

    Raises:
        UsageError: `user` is not stored.
    """
    house = house or House()
    page = Page(rec, house.line, named=house.door.named)
    page.user(user)
    asking = Asking(page, house)
    name = rec.settings.name or "convrec"
    with PageBlocks(title=f"{name} · convrec", analytics_enabled=False, fill_width=True) as blocks:
        shown = _Elements(page, name, user, asking)
        shown.connect(blocks)
        api = Api(rec, house)
        for call in (api.chat, api.recommend, api.profile):
            gr.api(call, api_name=call.__name__, **MODEL)
    most = house.limits.waiting + house.limits.at_once
    blocks.max_threads = most + 40  # who waits in line holds a thread
    blocks.queue(max_size=4 * most, default_concurrency_limit=8, api_open=False)
    return blocks


def kind_of(blocks: gr.Blocks) -> Callable[[object], str]:
    """For the guard: whether a function, by number or name, uses the models."""
    kinds = {
        key: one.concurrency_id for at, one in blocks.fns.items() for key in (at, one.api_name) if key is not False
    }
    return lambda function: "quick" if isinstance(function, int | str) and kinds.get(function) == "quick" else "model"


class _Elements:
    """The elements of the page and their events.

    Buttons stand in our own HTML; one element without a face, `bus`, hears them all and hands them on.
    """

    def __init__(self, page: Page, name: str, user: str | None, asking: Asking) -> None:
        self.page = page
        self.asking = asking
        words = Words(FIRST, page.noun, page.verb)
        bare = {"apply_default_css": False, "container": False}
        script = {one: (HERE / f"{one}.js").read_text(encoding="utf-8") for one in ("page", "keep", "talk")}
        with gr.Row(elem_id="cr-top"):
            gr.HTML(f"<h1>{esc(name)}</h1>", js_on_load=None, elem_id="cr-brand", **bare)
            self.user = gr.Dropdown(
                self._everybody(user, words),
                value=user or "",
                label=words("top_line.talk_as"),
                allow_custom_value=True,
                elem_id="cr-user",
                min_width=120,
                visible=not asking.named,
            )
            self.top = gr.HTML(frame.top(words), js_on_load=None, elem_id="cr-fresh", **bare)
            leave = (HERE / "house.js").read_text(encoding="utf-8")
            self.name = gr.HTML("", js_on_load=leave, elem_id="cr-name", **bare)
        with gr.Row(elem_id="cr-main"):
            with gr.Column(elem_id="cr-talk"):
                with gr.Column(elem_id="cr-scroll"):
                    self.past = gr.HTML("", js_on_load=script["keep"], elem_id="cr-past", **bare)
                    self.live = gr.HTML("", js_on_load=script["keep"] + script["talk"], elem_id="cr-live", **bare)
                with gr.Column(elem_id="cr-say"):
                    self.notice = gr.HTML("", js_on_load=None, elem_id="cr-notice", **bare)
                    self.box = gr.Textbox(
                        lines=1,
                        max_lines=6,
                        max_length=page.rec.settings.chat.max_message,
                        placeholder=words("box.placeholder"),
                        label=words("box.label"),
                        show_label=False,
                        container=False,
                        submit_btn=True,
                        autofocus=True,
                        elem_id="cr-box",
                    )
            with gr.Column(elem_id="cr-side"):
                self.tabs = gr.HTML(frame.tabs(words), js_on_load=None, elem_id="cr-tabs", **bare)
                self.panes = {
                    name: gr.HTML("", js_on_load=script["keep"], elem_id=f"cr-pane-{name}", **bare)
                    for name in frame.TABS
                }
        self.bus = gr.HTML("", js_on_load=script["page"], elem_id="cr-bus", **bare)
        self.told = 0

    @property
    def outputs(self) -> list[Any]:
        """In the order of `_updates`."""
        return [
            self.past, self.live, *self.panes.values(), self.box, self.notice, self.user, self.top, self.tabs, self.bus,
        ]  # fmt: skip

    def connect(self, blocks: gr.Blocks) -> None:
        """Every event of the page."""
        page = self.page
        blocks.load(self.asking.name, None, self.name, **QUICK, **_QUIET)
        for event in (blocks.load, self.user.input):
            self._on(event, lambda who, user, _: page.open(who, user), QUICK)
        self._answer(self.box.submit, lambda who, user, data: page.send(who, user, data["said"]), trigger_mode="once")
        self._on(self.box.stop, lambda who, user, _: [page.stop(who, user)], QUICK)
        self._answer(self.bus.answer, self._acted(ANSWERS.__contains__), trigger_mode="multiple")
        self._on(self.bus.act, self._acted(lambda name: name not in ANSWERS), QUICK, trigger_mode="multiple")

    def _acted(self, allowed: Callable[[str], bool]) -> Handler:
        """What a button asked for, where it may ask for it this way: what makes answers has its own line to wait in."""

        def handle(who: str, user: str | None, data: dict[str, str]) -> Iterable[View]:
            return act(self.page, who, user, data) if allowed(data.get("act", "")) else ()

        return handle

    def _answer(self, event: Callable[..., Any], handler: Handler, **how: Any) -> None:
        """An event that makes an answer; after it, however it ends, the page is put right and the side renewed."""
        done = self._on(event, handler, MODEL, **how)
        page = self.page

        def settle(who: str, user: str | None, _: dict[str, str]) -> Iterator[View]:
            yield page.settled(who, user)
            yield page.side.pane(who, user)

        self._on(done.then, settle, QUICK)

    def _on(self, event: Callable[..., Any], handler: Handler, limits: dict[str, Any], **how: Any) -> Any:
        """Connect an event to a handler of (visitor, user, data), which returns views, one after the other."""

        def run(chosen: str, said: str, data: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
            given = {**_strings(data), "said": str(said)}
            for view in self.asking.views(request, chosen, lambda who, user: handler(who, user, given)):
                yield self._updates(view)

        return event(run, [self.user, self.box], self.outputs, **limits, **_QUIET, **how)

    def _updates(self, view: View) -> list[Any]:
        keep = gr.skip()
        words = view.words
        panes = (view.profile, view.history, view.talks, view.settings)
        notice = keep
        if view.notice is not None:
            notice = f"<p>{esc(view.notice, 300)}</p>{view.remedy}" if view.notice else ""
        return [
            *(keep if html is None else html for html in (view.past, view.live, *panes)),
            gr.update(**box) if (box := _box(view)) else keep,
            notice,
            self._people(view) or keep,
            keep if words is None else frame.top(words),
            keep if words is None else frame.tabs(words),
            self._telling(view) or keep,
        ]

    def _people(self, view: View) -> Any:
        changed: dict[str, Any] = {}
        if view.user is not None:
            changed["value"] = view.user
        if view.words is not None or view.user is not None:
            words = view.words or Words(FIRST, self.page.noun, self.page.verb)
            changed["choices"] = self._everybody(None, words)
            changed["label"] = words("top_line.talk_as")
        return gr.update(**changed) if changed else None

    def _everybody(self, first: str | None, words: Words) -> list[tuple[str, str]]:
        """Whom one may talk as: where people log in, only as themselves."""
        stored = [] if self.asking.named else start.users(self.page.rec, first)
        return [(words("top_line.visitor"), ""), *((one, one) for one in stored)]

    def _telling(self, view: View) -> str:
        """What the page's script reads; numbered, so that the same thing said twice is heard twice."""
        tell = dict(view.tell)
        if view.words is not None:
            tell |= {"send": view.words("box.send"), "stop": view.words("box.stop")}
        if not tell:
            return ""
        self.told += 1
        return f'<span data-tell="{esc(json.dumps({**tell, "number": self.told}), 4_000_000)}"></span>'


def _strings(data: gr.EventData) -> dict[str, str]:
    """What a button sent, which is whatever the browser likes to send: short texts only."""
    sent = data._data
    if not isinstance(sent, dict):
        return {}
    return {str(name): value[: _LONGEST.get(name, 4000)] for name, value in sent.items() if isinstance(value, str)}


def _box(view: View) -> dict[str, Any]:
    box: dict[str, Any] = {}
    if view.typed is not None:
        box["value"] = view.typed
    if view.busy is not None:
        box |= {"submit_btn": not view.busy, "stop_btn": view.busy}
    if view.words is not None:
        box |= {"placeholder": view.words("box.placeholder"), "label": view.words("box.label")}
    return box
