from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_recommender import FakeRecommender
from serving import served

from convrec.ui.page import Page

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def rec() -> FakeRecommender:
    return FakeRecommender()


@pytest.fixture
def page(rec: FakeRecommender) -> Page:
    return Page(rec)


@pytest.fixture
def address(rec: FakeRecommender) -> Iterator[str]:
    with served(rec) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    found = os.environ.get("CONVREC_TEST_CHROMIUM") or next(
        (path for path in (*CHROMIUM, shutil.which("chromium")) if path and Path(path).exists()), None
    )
    if found is None:
        pytest.skip("no Chromium here")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()
