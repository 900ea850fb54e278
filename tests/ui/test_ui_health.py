"""For those who run the page: liveness, readiness, figures, and the page as a part of another application."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from fake_recommender import FakeRecommender
from fastapi import FastAPI, Request
from gradio_client import Client
from serving import served

from convrec import ui
from convrec.errors import RunError, UsageError
from convrec.ui.limits import Limits
from convrec.ui.server import bind, server


def figures(text: str) -> dict[str, float]:
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


def test_it_says_that_it_lives_and_is_ready(address: str) -> None:
    assert httpx.get(f"{address}/healthz").text == "alive\n"
    assert httpx.get(f"{address}/readyz").text == "ready\n"
    assert "content-security-policy" in httpx.get(f"{address}/healthz").headers


def test_it_is_not_ready_where_the_store_is_not(rec: FakeRecommender, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(user_id: object) -> None:
        raise RunError("store", "disk full at /home/somebody")

    with served(rec) as address:
        monkeypatch.setattr(rec, "history", fails)
        answer = httpx.get(f"{address}/readyz")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "/home" not in answer.text
        assert httpx.get(f"{address}/healthz").status_code == 200


def test_figures_count_requests_and_answers_and_name_nobody(address: str) -> None:
    client = Client(address, verbose=False)
    client.predict("anna", "something private", 3, api_name="/recommend")
    text = httpx.get(f"{address}/metrics").text
    found = figures(text)
    assert found['convrec_answers_total{effort="full"}'] == 1
    assert found["convrec_waiting"] == 0
    assert found['convrec_requests_total{kind="ask",status="200"}'] == 1
    assert found['convrec_request_seconds_bucket{kind="ask",le="+Inf"}'] == 1
    assert found['convrec_request_seconds_count{kind="ask"}'] == 1
    assert found["process_resident_memory_bytes"] > 10**7
    assert "anna" not in text
    assert "private" not in text
    for name in ("convrec_requests_total", "convrec_waiting", "convrec_request_seconds"):
        assert text.count(f"# TYPE {name} ") == 1


def test_figures_are_for_this_machine_or_who_has_the_token(rec: FakeRecommender) -> None:
    with served(rec) as address:
        assert httpx.get(f"{address}/metrics", headers={"x-forwarded-for": "192.0.2.1"}).status_code == 403
    with served(rec, metrics_token="a secret") as address:
        assert httpx.get(f"{address}/metrics").status_code == 403
        assert httpx.get(f"{address}/metrics", headers={"authorization": "Bearer wrong"}).status_code == 403
        assert httpx.get(f"{address}/metrics", headers={"authorization": "Bearer a secret"}).status_code == 200


def test_who_asks_too_much_is_refused_with_a_time(rec: FakeRecommender) -> None:
    with served(rec, limits=Limits(per_minute=2, taps_per_minute=3)) as address, httpx.Client(base_url=address) as http:
        http.get("/")
        given = {"data": ["anna", "", 1]}
        answers = [http.post("/gradio_api/call/recommend", json=given) for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 429, 429]
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 31
        assert "I can go on in" in answers[-1].text
        config = http.get("/config").json()
        quick = next(one["id"] for one in config["dependencies"] if any(t[1] == "act" for t in one["targets"]))
        body = {"data": ["", ""], "fn_index": quick, "session_hash": "mine"}
        taps = [http.post("/gradio_api/queue/join", json=body).status_code for _ in range(4)]
        assert taps == [200, 200, 200, 429]


def test_a_full_line_says_when_to_come_back(rec: FakeRecommender) -> None:
    rec.gate = threading.Event()
    with served(rec, limits=Limits(at_once=1, waiting=1, each=1)) as address:
        people = [httpx.Client(base_url=address, timeout=20) for _ in range(3)]
        given = {"data": ["something", "", None]}
        statuses = []
        for person in people:
            person.get("/")
            answer = person.post("/gradio_api/call/chat", json=given)
            statuses.append(answer.status_code)
            until = time.monotonic() + 20
            wanted = len(statuses)
            while wanted < 3 and time.monotonic() < until:
                now = figures(httpx.get(f"{address}/metrics").text)
                if now["convrec_running"] + now["convrec_waiting"] >= wanted:
                    break
                time.sleep(0.05)
        rec.gate.set()
        assert statuses == [200, 200, 503]
        assert int(answer.headers["retry-after"]) >= 1
        assert "come back in" in answer.text
        for person in people:
            person.close()


def test_an_answer_that_nobody_hears_is_given_up(rec: FakeRecommender) -> None:
    rec.seconds = 0.3
    with served(rec, limits=Limits(at_once=1, unheard=0.5)) as address, httpx.Client(base_url=address) as http:
        http.get("/")
        http.post("/gradio_api/call/chat", json={"data": ["something", "", None]})
        until = time.monotonic() + 30
        begun = False
        while time.monotonic() < until:
            now = figures(httpx.get(f"{address}/metrics").text)
            begun |= now["convrec_running"] == 1
            if begun and now["convrec_running"] == 0:
                break
            time.sleep(0.05)
        assert now["convrec_running"] == 0
        assert begun


@contextmanager
def hosted(app: Any) -> Iterator[str]:
    with bind("127.0.0.1", 0) as listening:
        running = server(app)
        thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until = time.monotonic() + 30
        while not running.started and time.monotonic() < until:
            time.sleep(0.02)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            running.should_exit = True
            thread.join(10)


def test_the_page_is_a_part_of_another_application(rec: FakeRecommender) -> None:
    app = FastAPI()

    @app.get("/")
    def home() -> dict[str, str]:
        return {"shop": "open"}

    def identify(request: Request) -> str | None:
        return {"a": "anna", "b": "ben"}.get(request.cookies.get("shop_session", ""))

    ui.mount(app, rec, path="/films/", identify=identify)  # type: ignore[arg-type]
    with hosted(app) as address:
        assert httpx.get(address).json() == {"shop": "open"}
        assert "content-security-policy" not in httpx.get(address).headers
        assert httpx.get(f"{address}/films/").status_code == 401
        assert httpx.get(f"{address}/films/healthz").text == "alive\n"
        with httpx.Client(base_url=f"{address}/films", cookies={"shop_session": "a"}) as http:
            page = http.get("/")
            assert page.status_code == 200
            assert "form-action 'none'" in page.headers["content-security-policy"]
            assert http.get("/gradio_api/upload").status_code == 404
        headers = {"cookie": "shop_session=b"}
        client = Client(f"{address}/films/", verbose=False, headers=headers)
        assert client.predict("", "", 2, api_name="/recommend")["user"] == "ben"
        with pytest.raises(Exception, match="for yourself only"):
            client.predict("anna", api_name="/profile")


def test_a_host_may_answer_later_and_names_a_path(rec: FakeRecommender) -> None:
    async def identify(request: Request) -> str | None:
        return request.headers.get("x-user")

    app = FastAPI()
    ui.mount(app, rec, path="/films", identify=identify)  # type: ignore[arg-type]
    with hosted(app) as address:
        assert httpx.get(f"{address}/films/config").status_code == 401
        assert httpx.get(f"{address}/films/config", headers={"x-user": "anna"}).status_code == 200
    with pytest.raises(UsageError, match="begin with"):
        ui.mount(app, rec, path="films")  # type: ignore[arg-type]


def test_names_of_the_package_are_found_when_asked() -> None:
    assert ui.Limits is Limits
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = ui.nothing  # type: ignore[attr-defined]
