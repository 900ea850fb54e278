"""The item index on disk: generations, each complete, verified and switched to by a rename.

    index/current            the name of the generation in use
    index/gen-0003/          vectors.npy, contents.npy, ids.jsonl, chroma/, manifest.json (written last)

SQL is the truth and this a cache of it: whatever does not match is built again, from the stored vectors where those
are sound, else from the items. Two processes on one Chroma folder lose results silently, so the workspace lock comes
first; damaged vector files can crash whoever reads them, so their checksums are compared before they are opened.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sqlite3
from hashlib import blake2b, sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from convrec.errors import RunError
from convrec.index.document import content, document
from convrec.index.exact import contents_of, nearest
from convrec.index.vectors import ChromaVectors
from convrec.index.verify import verdict
from convrec.protocols import Catalogue, Encoder
from convrec.types import ItemId

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from convrec.protocols import Vectors

log = logging.getLogger("convrec")

FORMAT = 2
_POINTER = "current"
_MANIFEST = "manifest.json"
_VECTORS = "vectors.npy"
_CONTENTS = "contents.npy"
_IDS = "ids.jsonl"
_CHROMA = "chroma"

_SMALL = 8
"""Fewer items than this are searched exactly: Chroma does not settle what it writes of so few."""


class ItemIndexStore:
    """Nearest items by text, over Chroma, with exact search where that is quicker.

    Attributes:
        vectors: Unit vectors in catalogue order, shape `(n_items, dim)`, mapped from disk.
        contents: The same of what items are about, without their names: for wishes in words.
    """

    vectors: Vectors
    contents: Vectors

    def __init__(self, folder: Path, *, by_content: bool = True) -> None:
        """Keep the folder; `open_or_rebuild` or `build` comes next.

        Args:
            folder: Of the index.
            by_content: Whether items are also looked for without their names; else `contents` are the vectors.
        """
        self._folder, self._by_content = folder, by_content
        self._chroma: ChromaVectors | None = None
        self._ids: list[ItemId] = []

    def open_or_rebuild(self, catalogue: Catalogue, encoder: Encoder) -> None:
        """Open the current generation; build it again where it is damaged or not of this catalogue and encoder.

        Raises:
            RunError: It cannot be built either.
        """
        self.close()
        wrong = self.faults(catalogue, encoder)
        if not wrong:
            try:
                self._open(self._current())
                # What a killed build left behind.
                self._sweep(self._current())
                return
            except (RunError, OSError, ValueError) as error:
                wrong = [str(error)]
        if self._generations():
            log.warning("%s is built again: %s", self._folder.name, wrong[0])
        self.build(catalogue, encoder, reuse=True)

    def build(self, catalogue: Catalogue, encoder: Encoder, *, reuse: bool = False) -> None:
        """Make a new generation, verify it in a child process and switch to it.

        Args:
            catalogue: What to index.
            encoder: Makes the vectors.
            reuse: Take the stored vectors of the last generation where they are sound and of the same documents.

        Raises:
            RunError: The disk is full, the encoder fails, or the new generation does not find its own items.
        """
        self.close()
        vectors = self._stored(catalogue, encoder) if reuse else None
        if vectors is None:
            whole = encoder.encode([document(item) for item in catalogue.items], role="document")
            vectors = whole, contents_of(catalogue, encoder, whole) if self._by_content else whole
        made = self._folder / f"gen-{self._next():04d}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(made, catalogue, encoder, *vectors)
            if len(catalogue) >= _SMALL and (wrong := verdict(made / _CHROMA, made / _VECTORS, made / _IDS)):
                raise RunError("index", f"the new index does not hold: {wrong}")
            _replace_text(self._folder / _POINTER, made.name)
        except OSError as error:
            shutil.rmtree(made, ignore_errors=True)
            raise RunError("index", f"the index could not be written: {error}; the last one stays in use") from error
        except RunError:
            shutil.rmtree(made, ignore_errors=True)
            raise
        self._sweep(made)
        self._open(made)

    def search(
        self, vectors: Vectors, k: int, *, rows: NDArray[np.int64] | None = None
    ) -> list[list[tuple[ItemId, float]]]:
        """For each vector the k most similar items with cosine in [-1, 1], best first.

        Args:
            vectors: Unit vectors, shape `(n, dim)`.
            k: At least 1.
            rows: Catalogue rows the answer is restricted to (searched exactly); None: all.
        """
        if not np.isfinite(vectors).all():
            # Chroma would answer such a query with distances that are not numbers, and no error.
            raise RunError("index", "the query vector is not made of numbers")
        k = min(k, len(self._ids))
        if rows is None and self._chroma is not None and k <= len(self._ids) // 4:
            try:
                return self._chroma.search(vectors, k)
            except RunError as error:
                # The vectors are here as well: slower from now on, and right.
                log.warning("%s; answering by exact search until the next opening", error)
                self._chroma = None
        found = nearest(self.vectors, vectors, max(k, 1), rows)
        return [[(self._ids[row], cosine) for row, cosine in hits] for hits in found]

    def faults(self, catalogue: Catalogue, encoder: Encoder | None = None) -> list[str]:
        """What keeps the current generation from being used, without opening it in Chroma; empty: nothing."""
        current = self._current()
        manifest = _manifest(current)
        if manifest is None:
            return ["there is no complete generation"]
        if manifest.get("format") != FORMAT:
            return ["it was written by another version of convrec"]
        if encoder is not None and (manifest["encoder"], manifest["dim"]) != (encoder.name, encoder.dim):
            return [f"it was made with encoder {manifest['encoder']!r}, now it is {encoder.name!r}"]
        if manifest["documents"] != _digest(catalogue):
            return ["the items have changed"]
        wrong = [name for name, digest in manifest["files"].items() if _checksum(current / name) != digest]
        if wrong:
            return [f"{wrong[0]} is damaged or missing"]
        return _database_faults(current / _CHROMA / "chroma.sqlite3") if len(catalogue) >= _SMALL else []

    def close(self) -> None:
        """Give the files back; a second call does nothing."""
        if self._chroma is not None:
            self._chroma.close()
            self._chroma = None

    def _open(self, generation: Path) -> None:
        self.vectors = np.load(generation / _VECTORS, mmap_mode="r", allow_pickle=False)
        self.contents = self.vectors
        if (generation / _CONTENTS).is_file():
            self.contents = np.load(generation / _CONTENTS, mmap_mode="r", allow_pickle=False)
        self._ids = _read_ids(generation / _IDS)
        if len(self._ids) < _SMALL:
            return
        self._chroma = ChromaVectors(generation / _CHROMA)
        if self._chroma.count() != len(self._ids):
            self.close()
            raise RunError("index", "the collection has lost items")

    def _write(self, made: Path, catalogue: Catalogue, encoder: Encoder, vectors: Vectors, contents: Vectors) -> None:
        for made_of in (vectors, contents):
            if made_of.shape != (len(catalogue), encoder.dim) or not np.isfinite(made_of).all():
                raise RunError(
                    "index", f"encoder {encoder.name!r} returned vectors of shape {made_of.shape}, or no numbers"
                )
        shutil.rmtree(made, ignore_errors=True)
        (made / _CHROMA).mkdir(parents=True)
        ids = [item.id for item in catalogue.items]
        np.save(made / _VECTORS, vectors.astype(np.float32), allow_pickle=False)
        if contents is not vectors:
            np.save(made / _CONTENTS, contents.astype(np.float32), allow_pickle=False)
        (made / _IDS).write_text("".join(json.dumps(name) + "\n" for name in ids), encoding="utf-8")
        if len(ids) >= _SMALL:
            ChromaVectors.write(made / _CHROMA, ids, vectors)
        # Chroma's SQLite file changes with every opening; the vector files do not.
        files = [path for path in made.rglob("*") if path.is_file() and path.name != "chroma.sqlite3"]
        manifest = {
            "format": FORMAT,
            "count": len(ids),
            "encoder": encoder.name,
            "dim": encoder.dim,
            "documents": _digest(catalogue),
            "files": {str(path.relative_to(made)): _checksum(path) for path in sorted(files)},
        }
        _replace_text(made / _MANIFEST, json.dumps(manifest, indent=1))

    def _stored(self, catalogue: Catalogue, encoder: Encoder) -> tuple[Vectors, Vectors] | None:
        current = self._current()
        manifest = _manifest(current)
        if manifest is None or manifest.get("format") != FORMAT:
            return None
        same = (manifest["encoder"], manifest["dim"], manifest["documents"]) == (
            encoder.name,
            encoder.dim,
            _digest(catalogue),
        )
        files = manifest["files"]
        kept = [name for name in (_VECTORS, _CONTENTS) if name in files]
        if not same or _VECTORS not in kept or any(_checksum(current / name) != files[name] for name in kept):
            return None
        found = [np.load(current / name, allow_pickle=False) for name in kept]
        return found[0], found[-1]

    def _current(self) -> Path:
        try:
            name = (self._folder / _POINTER).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            name = ""
        known = {path.name: path for path in self._generations()}
        # Only a name that is there: the pointer is data, not a path to follow.
        return known.get(name, self._folder / "none")

    def _sweep(self, kept: Path) -> None:
        for old in self._generations():
            if old != kept:
                shutil.rmtree(old, ignore_errors=True)

    def _generations(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("gen-*") if path.is_dir())

    def _next(self) -> int:
        numbers = [int(path.name[4:]) for path in self._generations() if path.name[4:].isdigit()]
        return max(numbers, default=0) + 1


def _read_ids(path: Path) -> list[ItemId]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _manifest(generation: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((generation / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    wanted = {"format", "count", "encoder", "dim", "documents", "files"}
    return found if isinstance(found, dict) and wanted <= set(found) and isinstance(found["files"], dict) else None


def _digest(catalogue: Catalogue) -> str:
    digest = blake2b(digest_size=16)
    for item in catalogue.items:
        digest.update(f"{item.id}\x1f{document(item)}\x1f{content(item)}\x1e".encode(errors="replace"))
    return digest.hexdigest()


def _checksum(path: Path) -> str:
    try:
        with path.open("rb") as file:
            digest = sha256()
            while block := file.read(1 << 20):
                digest.update(block)
        return digest.hexdigest()
    except OSError:
        return ""


def _database_faults(path: Path) -> list[str]:
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error as error:
        found = str(error)
    return [] if found == "ok" else [f"chroma.sqlite3 is damaged: {found}"]


def _replace_text(path: Path, text: str) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
