"""The page as Gradio blocks: which element shows what, and which event calls which handler."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

# Read by Gradio when it is imported.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
# Read when a queue is made: it would keep the last 10,000 events and sum them up anew after every one.
os.environ["GRADIO_ANALYTICS_MAX_EVENTS"] = "1"
os.environ["GRADIO_ANALYTICS_CACHE_FREQUENCY"] = str(10**9)

import gradio as gr

from . import start
from .api import Api
from .asking import Asking
from .guard import House
from .markup import button, esc
from .page import Page, View

if TYPE_CHECKING:
    from convrec import Recommender

HERE = Path(__file__).parent
CSS = HERE / "page.css"
MODEL = {"concurrency_id": "llm", "concurrency_limit": None}
"""For what uses the models: it waits in our own line, which is fair and says how long; Gradio lets it through."""
QUICK = {"concurrency_id": "quick", "concurrency_limit": 8}
_QUIET = {"api_visibility": "private", "show_progress": "hidden"}

Handler = Callable[..., Any]


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
    page = Page(rec, house.line)
    page.user(user)
    asking = Asking(page, house)
    name = rec.settings.name or "convrec"
    with gr.Blocks(title=f"{name} · convrec", analytics_enabled=False, fill_width=True) as blocks:
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
    """The elements of the page and their events."""

    def __init__(self, page: Page, name: str, user: str | None, asking: Asking) -> None:
        self.page = page
        self.asking = asking
        script = (HERE / "page.js").read_text(encoding="utf-8")
        talk = (HERE / "talk.js").read_text(encoding="utf-8")
        bare = {"apply_default_css": False, "container": False}
        with gr.Row(elem_id="cr-top"):
            gr.HTML(f"<h1>{esc(name)}</h1>", js_on_load=None, elem_id="cr-brand", **bare)
            stored = [] if asking.named else start.users(page.rec, user)
            people = [("New visitor", ""), *((someone, someone) for someone in stored)]
            self.user = gr.Dropdown(
                people, value=user or "", label="Talk as", allow_custom_value=True, elem_id="cr-user", min_width=120,
                visible=not asking.named,
            )  # fmt: skip
            jump = '<button type="button" class="cr-button cr-quiet cr-narrow" data-jump="cr-side">Profile</button>'
            fresh = jump + button("fresh", "New talk", css="cr-quiet")
            self.top = gr.HTML(fresh, js_on_load=script, elem_id="cr-fresh", **bare)
            leave = (HERE / "house.js").read_text(encoding="utf-8")
            self.name = gr.HTML("", js_on_load=leave, elem_id="cr-name", **bare)
        with gr.Row(elem_id="cr-main"):
            with gr.Column(elem_id="cr-talk"):
                with gr.Column(elem_id="cr-scroll"):
                    self.past = gr.HTML("", js_on_load=script, elem_id="cr-past", **bare)
                    self.live = gr.HTML("", js_on_load=script + talk, elem_id="cr-live", **bare)
                with gr.Column(elem_id="cr-say"):
                    self.notice = gr.HTML("", js_on_load=None, elem_id="cr-notice", **bare)
                    self.box = gr.Textbox(
                        lines=1,
                        max_lines=6,
                        max_length=page.rec.settings.chat.max_message,
                        placeholder=f"What {page.noun} are you after?",
                        label="Your message",
                        show_label=False,
                        container=False,
                        submit_btn=True,
                        autofocus=True,
                        elem_id="cr-box",
                    )
            with gr.Column(elem_id="cr-side"):
                self.panel = gr.HTML("", js_on_load=script, elem_id="cr-profile", **bare)

    @property
    def outputs(self) -> list[Any]:
        """In the order of `_updates`."""
        return [self.past, self.live, self.panel, self.box, self.notice]

    def connect(self, blocks: gr.Blocks) -> None:
        """Every event of the page."""
        page = self.page
        blocks.load(self.asking.name, None, self.name, **QUICK, **_QUIET)
        self._on(blocks.load, lambda who, user, _: page.open(who, user), QUICK)
        self._on(self.user.input, lambda who, user, _: page.open(who, user), QUICK)
        self._answer(
            self.box.submit, lambda who, user, data: page.send(who, user, str(data)), typed=True, trigger_mode="once"
        )
        for element in (self.past, self.live):
            self._answer(element.say, lambda who, user, data: page.send(who, user, data["text"]))
            done = self._on(
                element.verdict,
                lambda who, user, data: page.verdict(who, user, data["item"], data["verdict"]),
                QUICK,
            )
            self._refresh(done)
        self._answer(self.live.retry, lambda who, user, _: page.retry(who, user))
        self._on(self.live.undo, lambda who, user, _: page.undo(who, user), QUICK)
        self._on(self.box.stop, lambda who, user, _: page.stop(who, user), QUICK)
        self._on(self.top.fresh, lambda who, user, _: page.fresh(who, user), QUICK)
        self._on(self.panel.edit, lambda who, user, data: page.edit(who, user, data["statement"], data["edit"]), MODEL)

        self._on(self.panel.write, lambda who, user, _: page.write(who, user), MODEL)

    def _answer(self, event: Handler, handler: Handler, *, typed: bool = False, **how: Any) -> None:
        """An event that makes an answer; after it, however it ends, the page is put right and the panel renewed."""
        done = self._on(event, handler, MODEL, typed=typed, **how)
        settled = self._on(done.then, lambda who, user, _: self.page.settled(who, user), QUICK)
        self._refresh(settled)

    def _refresh(self, done: Any) -> None:
        self._on(
            done.then,
            lambda who, user, _: self.page.profile(who, user),
            QUICK,
        )

    def _on(self, event: Handler, handler: Handler, limits: dict[str, Any], *, typed: bool = False, **how: Any) -> Any:
        """Connect an event to a handler of (visitor, user, data), which returns a view or yields several."""

        def run(chosen: str, said: str, data: gr.EventData, request: gr.Request) -> Iterator[list[Any]]:
            given = said if typed else _strings(data)
            for view in self.asking.views(request, chosen, lambda who, user: handler(who, user, given)):
                yield _updates(view)

        return event(run, [self.user, self.box], self.outputs, **limits, **_QUIET, **how)


def _strings(data: gr.EventData) -> dict[str, str]:
    """What a button sent, which is whatever the browser likes to send: short texts only."""
    sent = data._data
    if not isinstance(sent, dict):
        return {}
    return {str(name): value[:4000] for name, value in sent.items() if isinstance(value, str)}


def _updates(view: View) -> list[Any]:
    keep = gr.skip()
    box: dict[str, Any] = {}
    if view.typed is not None:
        box["value"] = view.typed
    if view.busy is not None:
        box |= {"submit_btn": not view.busy, "stop_btn": view.busy}
    return [
        keep if view.past is None else view.past,
        keep if view.live is None else view.live,
        keep if view.profile is None else view.profile,
        gr.update(**box) if box else keep,
        keep if view.notice is None else f"<p>{esc(view.notice, 300)}</p>" if view.notice else "",
    ]
