"""How soon the page is seen: measured in Chromium, where Playwright and a browser are on this machine."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any

from convrec.evaluate.latency import quantiles

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
_FIRST = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"


def paint(address: str, times: int = 5) -> dict[str, Any]:
    """Seconds until the page is seen and until it can be used, each time with an empty cache.

    Args:
        address: Of the page.
        times: How often it is opened.

    Returns:
        `first_paint_s` (first contentful paint, as the browser itself says) and `usable_s` (the greeting stands and
        the box takes words), each with p50, p95 and max; `{"skipped": why}` where there is no browser.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {"skipped": "Playwright is not installed"}
    browser = _chromium()
    if browser is None:
        return {"skipped": "no Chromium here; name one in CONVREC_TEST_CHROMIUM"}
    first: list[float] = []
    usable: list[float] = []
    with sync_playwright() as running:
        opened = running.chromium.launch(executable_path=browser, args=_ARGUMENTS)
        for _ in range(times):
            context = opened.new_context(viewport={"width": 1280, "height": 800})
            page = context.new_page()
            began = time.perf_counter()
            page.goto(address)
            page.locator(".cr-welcome").wait_for(timeout=60_000)
            page.locator("#cr-box textarea:enabled").wait_for(timeout=60_000)
            usable.append(time.perf_counter() - began)
            if (told := page.evaluate(_FIRST)) is not None:
                first.append(float(told) / 1000)
            context.close()
        opened.close()
    return {"times": times, "first_paint_s": quantiles(first) if first else {}, "usable_s": quantiles(usable)}


def _chromium() -> str | None:
    named = (os.environ.get("CONVREC_TEST_CHROMIUM"), *CHROMIUM, shutil.which("chromium"))
    return next((path for path in named if path and Path(path).exists()), None)
