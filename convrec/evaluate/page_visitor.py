"""A visitor of the chat page without a browser: speaks what Gradio's own page speaks with its queue, over HTTP."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from convrec.errors import RunError

_REASON = 'class=\\"cr-why\\">'
"""A reason that stands on a card, and not only the place where it will, as JSON has it."""
_FOLLOWING = 4
"""Events that Gradio's page sends after another, at most so many deep."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which function of the page does what, as its configuration says.

    Attributes:
        elements: Element name by Gradio's number.
        values: What each element holds at first, by number.
        functions: Gradio's functions.
    """

    elements: Mapping[int, str]
    values: Mapping[int, Any]
    functions: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Layout:
        """Read from `/config`."""
        parts = config["components"]
        return cls(
            {one["id"]: str(one["props"].get("elem_id") or "") for one in parts},
            {one["id"]: one["props"].get("value") for one in parts},
            tuple(config["dependencies"]),
        )

    def function(self, element: str, event: str) -> Mapping[str, Any]:
        """The function that an event of an element calls.

        Raises:
            RunError: There is none.
        """
        for one in self.functions:
            if any(self.elements.get(target[0]) == element and target[1] == event for target in one["targets"]):
                return one
        raise RunError("page", f"the page has no {event!r} at {element!r}")

    def place(self, number: int, element: str) -> int | None:
        """Where an element stands among what a function changes; None: nowhere."""
        changed = next(one["outputs"] for one in self.functions if one["id"] == number)
        return next((place for place, one in enumerate(changed) if self.elements.get(one) == element), None)

    def after(self, number: int) -> list[int]:
        """Functions that follow one."""
        return [int(one["id"]) for one in self.functions if one.get("trigger_after") == number]

    def inputs(self, number: int, said: Mapping[str, Any]) -> list[Any]:
        """What is sent to a function: what was said, and what the other elements hold."""
        wanted = next(one["inputs"] for one in self.functions if one["id"] == number)
        return [said.get(self.elements.get(at, ""), self.values.get(at)) for at in wanted]


@dataclass(slots=True)
class Heard:
    """What came of one request.

    Attributes:
        status: HTTP status of the request itself.
        refused_s: Seconds until a refusal; None where there was none.
        retry_after: What the refusal said; empty where it said nothing.
        status_s: Seconds until the first sign of life.
        cards_s: Seconds until the first card; None where there were none.
        word_s: Seconds until the first reason on a card; None where there was none.
        done_s: Seconds until the end; None where it did not come.
        waited: Whether a place in the line was shown.
        eased: Whether the page said that less was spent on the answer.
        failed: What went wrong; empty where nothing did.
        text: Everything that came, as it came.
    """

    status: int = 200
    refused_s: float | None = None
    retry_after: str = ""
    status_s: float | None = None
    cards_s: float | None = None
    word_s: float | None = None
    done_s: float | None = None
    waited: bool = False
    eased: bool = False
    failed: str = ""
    text: list[str] = field(default_factory=list)


class PageVisitor:
    """One visitor with cookies and a session of their own."""

    def __init__(
        self, address: str, layout: Layout | None = None, *, session: str = "", timeout: float = 120.0
    ) -> None:
        """Visit the page at this address.

        Args:
            address: `http://127.0.0.1:7860`.
            layout: Of the page, where it is known already.
            session: Gradio's session hash; empty: one of their own.
            timeout: Seconds after which silence counts as failure.
        """
        self.session = session or secrets.token_hex(6)
        self.layout = layout
        self.http = httpx.AsyncClient(base_url=address, timeout=timeout, trust_env=False)

    async def __aenter__(self) -> PageVisitor:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def open(self) -> None:
        """Load the page, which gives a cookie and says what there is.

        Raises:
            RunError: It does not answer as the page does.
        """
        page = await self.http.get("/")
        if page.status_code != 200:
            raise RunError("page", f"the page answered {page.status_code}")
        if self.layout is None:
            self.layout = Layout.of((await self.http.get("/config")).json())

    async def login(self, name: str, password: str) -> int:
        """Sign in with the form; the HTTP status."""
        form = (await self.http.get("/login")).text
        seal = form.split('name="seal" value="', 1)[1].split('"', 1)[0]
        given = {"seal": seal, "name": name, "password": password}
        return (await self.http.post("/login", data=given)).status_code

    async def say(self, text: str, *, user: str = "") -> Heard:
        """Send a message and hear the whole answer, with what the page asks for after it."""
        return await self.do("cr-box", "submit", {"cr-box": text, "cr-user": user})

    async def do(
        self, element: str, event: str, said: Mapping[str, Any] | None = None, data: Mapping[str, Any] | None = None
    ) -> Heard:
        """Cause an event at an element and hear everything that comes of it."""
        assert self.layout is not None
        number = int(self.layout.function(element, event)["id"])
        heard = await self.call(number, said or {}, data)
        following = self.layout.after(number)
        for _ in range(_FOLLOWING):
            if not following or heard.refused_s is not None or heard.failed:
                break
            for one in following:
                late = await self.call(one, said or {}, None)
                heard.failed = heard.failed or late.failed or (f"refused {late.status}" if late.refused_s else "")
                heard.text += late.text
            following = [later for one in following for later in self.layout.after(one)]
        return heard

    async def call(self, number: int, said: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> Heard:
        """Call one function and listen until it is done."""
        heard, began = Heard(), time.perf_counter()
        try:
            joined = await self.join(number, said, data)
            heard.status = joined.status_code
            if joined.status_code != 200:
                heard.refused_s = time.perf_counter() - began
                heard.retry_after = joined.headers.get("retry-after", "")
                heard.text.append(joined.text)
                return heard
            live = self.layout.place(number, "cr-live") if self.layout is not None else None
            async for message in self.messages():
                _note(heard, message, time.perf_counter() - began, live)
                if message.get("msg") == "process_completed":
                    break
        except (httpx.HTTPError, ValueError) as error:
            heard.failed = f"{type(error).__name__}: {error}"
        return heard

    async def join(self, number: int, said: Mapping[str, Any], data: Mapping[str, Any] | None = None) -> httpx.Response:
        """Ask for a function, without listening to what comes of it."""
        assert self.layout is not None
        body = {
            "data": self.layout.inputs(number, said),
            "event_data": dict(data) if data is not None else None,
            "fn_index": number,
            "session_hash": self.session,
            "trigger_id": None,
        }
        return await self.http.post("/gradio_api/queue/join", json=body)

    async def messages(self) -> AsyncIterator[dict[str, Any]]:
        """What comes on the session's stream."""
        where = "/gradio_api/queue/data"
        async with self.http.stream("GET", where, params={"session_hash": self.session}) as stream:
            if stream.status_code != 200:
                raise ValueError(f"the stream answered {stream.status_code}")
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    found: dict[str, Any] = json.loads(line[5:])
                    if found.get("msg") == "close_stream":
                        return
                    yield found


def _note(heard: Heard, message: Mapping[str, Any], at: float, live: int | None = None) -> None:
    kind, text = message.get("msg"), json.dumps(message, ensure_ascii=False)
    if kind not in ("process_generating", "process_completed", "unexpected_error"):
        return
    heard.text.append(text)
    heard.status_s = at if heard.status_s is None else heard.status_s
    heard.waited |= "before yours" in text or "You are next" in text
    heard.eased |= "busy just now" in text
    changed = (message.get("output") or {}).get("data") or []
    # Cards of earlier answers come along, too, in another place.
    answer = json.dumps(changed[live], ensure_ascii=False) if live is not None and live < len(changed) else ""
    if heard.cards_s is None and "cr-card" in answer:
        heard.cards_s = at
    if heard.word_s is None and _REASON in answer:
        heard.word_s = at
    if kind == "process_completed":
        heard.done_s = at
    if kind == "unexpected_error" or not message.get("success", True):
        heard.failed = text[:300]
