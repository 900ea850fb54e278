"""The catalogue's own pictures: shown where they are, and nothing else of the machine's."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fake_recommender import FakeRecommender
from serving import served

from convrec.types import Item
from convrec.ui.images import MOST_BYTES
from convrec.ui.page import Page
from convrec.ui.users import Account, hashed, write

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
BAD = {
    "elsewhere": "https://evil.example/x.png",
    "climbs": "../secret.png",
    "absolute": "/etc/passwd",
    "linked": "linked.png",
    "script": "drawing.svg",
    "huge": "huge.png",
    "missing": "nothing.png",
    "cut": "one.png\0.txt",
    "folder": "posters",
    "empty": "",
}


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., FakeRecommender]:
    images = tmp_path / "images"
    (images / "posters").mkdir(parents=True)
    (images / "one.png").write_bytes(PIXEL)
    (images / "posters" / "two words.PNG").write_bytes(PIXEL)
    (images / "drawing.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'><script>window.ran=1</script></svg>")
    (images / "huge.png").write_bytes(bytes(MOST_BYTES + 1))
    (tmp_path / "secret.png").write_bytes(b"secret")
    (images / "linked.png").symlink_to(tmp_path / "secret.png")

    def made() -> FakeRecommender:
        named = {"plain": "one.png", "below": "posters/two words.PNG", **BAD}
        items = [Item(name, f"Film {name}", 1980, ("Drama",), "", {"image": path}) for name, path in named.items()]
        items.append(Item("a/b?c&d", "Film with an odd id", 1981, ("Drama",), "", {"poster": "one.png"}))
        return FakeRecommender(items, folder=tmp_path)

    return made


def test_pictures_in_the_folder_are_served(make: Callable[..., FakeRecommender]) -> None:
    with served(make()) as address, httpx.Client(base_url=address, timeout=20) as http:
        for item in ("plain", "below", "a/b?c&d"):
            answer = http.get("/picture", params={"item": item})
            assert answer.status_code == 200
            assert answer.content == PIXEL
            assert answer.headers["content-type"] == "image/png"
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "private" in answer.headers["cache-control"]


@pytest.mark.parametrize("item", [*BAD, "no such item"])
def test_nothing_else_is(make: Callable[..., FakeRecommender], item: str) -> None:
    rec = make()
    page = Page(rec)
    assert page.room.pictures.file(item) is None
    if item in rec.catalogue:
        assert page.room.pictures.address(rec.catalogue[item]) == ""


def test_a_picture_that_is_not_there_is_not_found(make: Callable[..., FakeRecommender]) -> None:
    with served(make()) as address:
        for query in ("item=climbs", "item=linked", "item=..%2Fsecret.png", ""):
            assert httpx.get(f"{address}/picture?{query}", timeout=20).status_code == 404


def test_cards_show_them_and_draw_the_others(make: Callable[..., FakeRecommender]) -> None:
    page = Page(make())
    *_, last = page.send("v", None, "something quiet")
    html = last.live or ""
    assert 'src="picture?item=plain"' in html
    assert html.count("<img ") == 2  # of the five that are shown, these two have one
    assert html.count('class="cr-tile"') == 5
    assert "evil.example" not in html


def test_who_is_not_logged_in_sees_none(make: Callable[..., FakeRecommender], tmp_path: Path) -> None:
    file = tmp_path / "users.toml"
    write(file, Account("anna", hashed("correct horse"), "anna"))
    with served(make(), users=file) as address:
        assert httpx.get(f"{address}/picture?item=plain", timeout=20).status_code == 401
