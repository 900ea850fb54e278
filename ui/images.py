"""The catalogue's own pictures: files in the workspace's folder `images`, named in a column of the catalogue.

A picture is a relative path in a column `image` (or `poster`, `cover`, `picture`, `thumbnail`), below
`<workspace>/images`. Addresses of other sites are not followed: showing them would tell those sites who looks at what.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote

from convrec.types import Item

from .asgi import Receive, Scope, Send, answer
from .cards import PICTURES

if TYPE_CHECKING:
    from convrec import Recommender

FOLDER = "images"
PATH = "/picture"
"""Where pictures are served, by item id, below the place of the page."""
TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".gif": "image/gif"}
"""No SVG: it is a document that may hold scripts."""
MOST_BYTES = 2_000_000


class Pictures:
    """Finds the pictures of one catalogue."""

    def __init__(self, rec: Recommender) -> None:
        """Look whether there are any."""
        self._catalogue = rec.catalogue
        self._folder = (Path(rec.folder) / FOLDER).resolve()
        self._any = self._folder.is_dir()

    def address(self, item: Item) -> str:
        """Where the page finds the picture of an item; empty text for none."""
        if not self._any or self.file(item.id) is None:
            return ""
        return f"{PATH[1:]}?item={quote(item.id, safe='')}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the picture of `?item=`, to be kept by the browser for an hour."""
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("item", [""])[0]
        found = self.file(asked)
        if found is None:
            await answer(send, 404, "no such picture\n")
            return
        body = found.read_bytes()
        headers = {"content-type": TYPES[found.suffix.lower()], "content-length": str(len(body))}
        headers["cache-control"] = "private, max-age=3600"
        head = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})

    def file(self, item_id: str) -> Path | None:
        """The file of an item's picture; None where there is none of an allowed kind inside the folder."""
        if not self._any or item_id not in self._catalogue:
            return None
        facts = self._catalogue[item_id].facts
        name = next((str(facts[one]) for one in PICTURES if isinstance(facts.get(one), str)), "")
        if not name or "\0" in name or Path(name).suffix.lower() not in TYPES:
            return None
        found = (self._folder / name).resolve()
        inside = found.is_relative_to(self._folder) and found.is_file()
        return found if inside and found.stat().st_size <= MOST_BYTES else None
