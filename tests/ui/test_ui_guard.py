"""What stands before Gradio: hosts, origins, bodies, sessions, headers and what is not reachable at all."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from collections.abc import Iterator

import httpx
import pytest
from gradio_client import Client

from convrec.ui.door import VISITOR as COOKIE
from convrec.ui.guard import MOST_BODY, policy


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """A client that has loaded the page, and so has its cookie."""
    with httpx.Client(base_url=address, timeout=20) as client:
        assert client.get("/").status_code == 200
        yield client


def join(client: httpx.Client, session: str, function: int = 0, data: list[object] | None = None) -> httpx.Response:
    body = {"data": data or ["", ""], "fn_index": function, "session_hash": session, "event_data": {}}
    return client.post("/gradio_api/queue/join", json=body)


def test_every_answer_carries_the_headers(browser: httpx.Client) -> None:
    for path in ("/", "/config", "/theme.css", "/nothing/here", "/gradio_api/info"):
        headers = browser.get(path).headers
        policy_given = headers["content-security-policy"]
        assert "default-src 'self'" in policy_given
        assert "form-action 'none'" in policy_given
        assert "frame-ancestors 'none'" in policy_given
        assert "unsafe-inline" not in policy_given.split("style-src")[0]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_the_policy_names_exactly_the_scripts_of_the_page(browser: httpx.Client) -> None:
    answer = browser.get("/")
    scripts = re.findall(rb"<script(?![^>]*src=)[^>]*>(.*?)</script>", answer.content, re.DOTALL)
    wanted = {f"'sha256-{base64.b64encode(hashlib.sha256(code).digest()).decode()}'" for code in scripts}
    given = set(re.findall(r"'sha256-[^']+'", answer.headers["content-security-policy"]))
    assert len(scripts) >= 3
    assert given == wanted


def test_a_page_without_scripts_allows_none() -> None:
    assert "sha256" not in policy(b"<p>no</p><script src=x.js></script>")


def test_the_cookie_is_given_once_and_hidden_from_scripts(address: str) -> None:
    with httpx.Client(base_url=address) as client:
        first = client.get("/").headers["set-cookie"]
        assert first.startswith(f"{COOKIE}=")
        assert "HttpOnly" in first
        assert "SameSite=Strict" in first
        assert "set-cookie" not in client.get("/").headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:7860", "127.0.0.1.evil.example"])
def test_other_names_are_refused(browser: httpx.Client, host: str) -> None:
    assert browser.get("/", headers={"host": host}).status_code == 421


def test_pages_of_other_sites_may_not_ask(browser: httpx.Client) -> None:
    answer = browser.post("/gradio_api/queue/join", json={}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/upload",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=https://evil.example",
        "/gradio_api/run/predict",
        "/gradio_api/vibe-code",
        "/gradio_api/component_server",
        "/monitoring",
        "/gradio_api/runs",
        "/login",
        "/docs",
        "/openapi.json",
        "/../convrec.db",
    ],
)
def test_the_rest_of_gradio_is_not_reachable(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).status_code == 404
    assert browser.post(path, json={}).status_code == 404


def test_other_methods_are_refused(browser: httpx.Client) -> None:
    assert browser.put("/", content=b"x").status_code == 405
    assert browser.delete("/config").status_code == 405


def test_long_bodies_are_refused_said_or_unsaid(browser: httpx.Client) -> None:
    too_long = b"x" * (MOST_BODY + 1)
    assert browser.post("/gradio_api/queue/join", content=too_long).status_code == 413
    unsaid = browser.post("/gradio_api/queue/join", content=iter([too_long[:1000]] * (MOST_BODY // 1000 + 2)))
    assert unsaid.status_code == 413


def test_a_session_belongs_to_the_visitor_who_began_it(address: str, browser: httpx.Client) -> None:
    session = uuid.uuid4().hex
    assert join(browser, session).status_code == 200
    with httpx.Client(base_url=address, timeout=20) as other:
        other.get("/")
        assert join(other, session).status_code == 403
        assert other.get("/gradio_api/queue/data", params={"session_hash": session}).status_code == 403
        assert other.get(f"/gradio_api/heartbeat/{session}").status_code == 403
        assert other.post("/gradio_api/reset", json={"session_hash": session, "event_id": "x"}).status_code == 403
        bare = {"cookie": ""}
        assert other.get("/gradio_api/queue/data", params={"session_hash": session}, headers=bare).status_code == 403


def test_no_foreign_address_is_named_in_what_the_browser_is_told_to_load(browser: httpx.Client) -> None:
    html = re.sub(r'<meta\s+property="og:[^>]*>', "", browser.get("/").text)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]+"', html)
    theme = browser.get("/theme.css").text
    assert not re.findall(r"url\(['\"]?(?:https?:)?//", theme)
    assert "@import" not in theme


def test_the_settings_of_gradio_are_the_quiet_ones(browser: httpx.Client) -> None:
    config = browser.get("/config").json()
    assert config["analytics_enabled"] is False
    assert not config.get("run_history")
    assert config["footer_links"] == []
    assert not config["show_error"]


def test_only_the_named_calls_are_public(address: str, browser: httpx.Client) -> None:
    assert set(browser.get("/gradio_api/info").json()["named_endpoints"]) == {"/chat", "/recommend", "/profile"}
    config = browser.get("/config").json()
    public = [one["api_name"] for one in config["dependencies"] if one["api_visibility"] == "public"]
    assert sorted(public) == ["chat", "profile", "recommend"]


def test_the_page_tells_nothing_of_the_machine(browser: httpx.Client) -> None:
    told = browser.get("/").text + json.dumps(browser.get("/config").json())
    assert "/nowhere" not in told  # the workspace's folder
    assert __file__.rsplit("/tests/", 1)[0] not in told


def test_clients_are_served(address: str) -> None:
    client = Client(address, verbose=False)
    assert len(client.predict("anna", "", 3, api_name="/recommend")["recommendations"]) == 3
