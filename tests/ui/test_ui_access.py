"""The page for everybody: an automated check of accessibility by axe-core on its main states, and the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_recommender import FakeRecommender
from serving import served
from watching import PATIENCE

from convrec.ui import users
from convrec.ui.users import Account, hashed, write

axe = pytest.importorskip("axe_playwright_python.sync_playwright")
pytestmark = pytest.mark.browser

ARTIFACTS = Path(__file__).parents[2] / ".artifacts"
STATES = ("start", "cards", "why", "history", "talks", "settings", "forget")


@pytest.fixture
def address(rec: FakeRecommender) -> Iterator[str]:
    with served(rec, "anna") as found:
        yield found


def findings(page: Any, state: str) -> list[str]:
    """Serious and critical ones."""
    # The check is a script of the test's, which the page's policy rightly keeps out: it is put in past the policy.
    violations = axe.Axe().run(page).response["violations"]
    return [
        f"{state}: {one['id']} ({one['impact']}): {node['html'][:200]}: {node['failureSummary'][:300]}"
        for one in violations
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"][:4]
    ]


def show(page: Any, state: str) -> None:
    """Bring the page from the state before into this one."""
    if state == "cards":
        page.fill("#cr-box textarea", "something quiet")
        page.keyboard.press("Enter")
        page.locator("#cr-live .cr-next").wait_for(timeout=PATIENCE)
    elif state == "why":
        page.evaluate("document.querySelectorAll('#cr-main details').forEach(one => one.open = true)")
    elif state in ("history", "talks", "settings"):
        page.evaluate("document.querySelector('[data-side=open]')?.click()")
        page.evaluate("tab => document.querySelector(`[data-tab=${tab}]`).click()", state)
        page.locator(f"#cr-pane-{state}:not(.cr-stale) section").first.wait_for(timeout=PATIENCE)
    elif state == "forget":
        page.evaluate("document.querySelector('[data-tab=history]').click()")
        page.locator("#cr-pane-history:not(.cr-stale) section").first.wait_for(timeout=PATIENCE)
        page.locator("[data-act=going]").first.click(timeout=PATIENCE)
        page.locator("[data-act=forget]").first.wait_for(timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desktop", "phone"])
def test_nothing_serious_on_the_main_states(chromium: Any, address: str, size: tuple[int, int], scheme: str) -> None:
    width, height = size
    context = chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(address)
    page.locator(".cr-welcome").wait_for(timeout=PATIENCE)
    page.locator(".cr-statement").first.wait_for(state="attached", timeout=PATIENCE)
    found: list[str] = []
    ARTIFACTS.mkdir(exist_ok=True)
    for state in STATES:
        show(page, state)
        page.wait_for_timeout(400)  # colours fade in
        found += findings(page, state)
        page.screenshot(path=str(ARTIFACTS / f"axe-{width}-{scheme}-{state}.png"))
    context.close()
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_where_people_log_in(
    chromium: Any, rec: FakeRecommender, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setattr(users, "_COST", 12)
    write(tmp_path / "users.toml", Account("anna", hashed("correct horse"), "anna"))
    with served(rec, users=tmp_path / "users.toml") as address:
        context = chromium.new_context(color_scheme=scheme, bypass_csp=True)
        page = context.new_page()
        page.goto(address)
        found = findings(page, "form")
        page.get_by_label("Name").fill("anna")
        page.get_by_label("Password").fill("wrong password")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for(timeout=PATIENCE)
        found += findings(page, "refused")
        # By keyboard alone: the cursor stands in the first field.
        page.keyboard.type("anna")
        page.keyboard.press("Tab")
        page.keyboard.type("correct horse")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(".cr-welcome").wait_for(timeout=PATIENCE)
        page.get_by_text("anna", exact=True).wait_for(timeout=PATIENCE)
        page.locator(".cr-statement").first.wait_for(state="attached", timeout=PATIENCE)
        assert not page.locator("#cr-user").is_visible()
        found += findings(page, "logged in")
        page.get_by_role("button", name="Sign out").click()
        page.get_by_label("Password").wait_for(timeout=PATIENCE)
        context.close()
    assert found == []
