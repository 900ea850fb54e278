"""A workspace on disk: `convrec.toml`, `convrec.db`, `index/`; made whole or not at all, owned by one process."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convrec import config
from convrec.config import Settings
from convrec.errors import RunError, UsageError
from convrec.protocols import Encoder
from convrec.signal import Scale
from convrec.store import Store
from convrec.store.lock import WorkspaceLock

if TYPE_CHECKING:
    from convrec.data.catalogue import ItemTable
    from convrec.data.log import Log
    from convrec.data.sources import Dataset
    from convrec.index.exact import ExactIndex
    from convrec.index.generations import ItemIndexStore
    from convrec.protocols import Vectors
    from convrec.rerank.liking import LikingModel
    from convrec.retrieve.collaborative import Collaborative

log = logging.getLogger("convrec")

Progress = Callable[[str], None]

LIKING = "liking.safetensors"
COLLABORATIVE = "collaborative.safetensors"
STALE = "stale"


@dataclass
class Workspace:
    """The parts of an open workspace, in memory.

    Attributes:
        folder: Where it lies.
        settings: As read at opening.
        store: The SQL truth.
        catalogue: All items.
        scale: What counts as liking in its log.
        index: Nearest items by text.
        collaborative: Item-item model of the log; None where the log is empty.
        liking: Probability of liking; None where the log is too small.
    """

    folder: Path
    settings: Settings
    store: Store
    catalogue: ItemTable
    scale: Scale
    encoder: Encoder
    index: ItemIndexStore | ExactIndex
    collaborative: Collaborative | None
    liking: LikingModel | None
    _lock: WorkspaceLock
    _beside: dict[str, ItemIndexStore] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: str | Path, *, encoder: Encoder | None = None, **overrides: Any) -> Workspace:
        """Open and own a workspace.

        Args:
            folder: Made by `init`.
            encoder: In place of the one in the settings.
            overrides: Settings by section, over file and environment.

        Raises:
            UsageError: It is no workspace, another process holds it, a setting is wrong, or a model is missing.
            RunError: The database is damaged.
        """
        folder = Path(folder)
        settings = config.load(folder, **overrides)
        # Before anything heavy is imported, so that a second process is refused at once.
        lock = WorkspaceLock(folder)
        try:
            return cls._open(folder, settings, lock, encoder)
        except BaseException:  # given back even at an interrupt, and raised again
            lock.release()
            raise

    @classmethod
    def _open(cls, folder: Path, settings: Settings, lock: WorkspaceLock, encoder: Encoder | None) -> Workspace:
        from convrec.data.catalogue import ItemTable
        from convrec.embed import open_encoder
        from convrec.index.generations import ItemIndexStore

        store = Store(database_url(folder, settings))
        try:
            catalogue = ItemTable(store.items.all())
            scale = Scale.of(store.events.ratings(), settings.like_from)
            encoder = encoder or open_encoder(settings.models, online=settings.online)
            index = ItemIndexStore(folder / config.INDEX)
            index.open_or_rebuild(catalogue, encoder)
            workspace = cls(folder, settings, store, catalogue, scale, encoder, index, None, None, lock)
            workspace._load_models()
        except BaseException:  # given back even at an interrupt, and raised again
            store.close()
            raise
        return workspace

    def _load_models(self) -> None:
        from convrec.rerank.liking import LikingModel
        from convrec.retrieve.collaborative import Collaborative

        index = self.folder / config.INDEX
        if self.store.get(STALE):
            self.refit()
            return
        if not (index / COLLABORATIVE).is_file():
            if self.store.events.count():
                self.refit()
            return
        try:
            self.collaborative = Collaborative.load(index / COLLABORATIVE, self.catalogue)
            self.liking = LikingModel.load(index / LIKING)
        except (OSError, ValueError, KeyError, RunError, UsageError) as error:
            log.warning("the models of the log cannot be read (%s); fitting them again", error)
            self.refit()

    def refit(self) -> None:
        """Fit the models of the log again, from what is stored now."""
        fit(self.folder, self.store.events.log(), self.catalogue, self.scale, self.settings, self.index.vectors)
        self.store.put(STALE, False)
        from convrec.rerank.liking import LikingModel
        from convrec.retrieve.collaborative import Collaborative

        index = self.folder / config.INDEX
        fitted = (index / COLLABORATIVE).is_file()
        self.collaborative = Collaborative.load(index / COLLABORATIVE, self.catalogue) if fitted else None
        self.liking = LikingModel.load(index / LIKING)

    def beside(self, name: str) -> ItemIndexStore:
        """An index beside that of the texts, in a folder of its own; the same at every call, closed with the rest."""
        from convrec.index.generations import ItemIndexStore

        return self._beside.setdefault(name, ItemIndexStore(self.folder / name, by_content=False))

    def close(self) -> None:
        """Give everything back; a second call does nothing."""
        self.index.close()
        for other in self._beside.values():
            other.close()
        self.store.close()
        self._lock.release()


@contextmanager
def opened_store(folder: str | Path) -> Iterator[Store]:
    """The database of a workspace alone, owned meanwhile: no models, no index.

    Raises:
        UsageError: It is no workspace, or another process holds it.
    """
    folder = Path(folder)
    settings = config.load(folder)
    lock = WorkspaceLock(folder)
    try:
        with Store(database_url(folder, settings)) as store:
            yield store
    finally:
        lock.release()


def database_url(folder: Path, settings: Settings) -> str:
    """SQLAlchemy URL of a workspace's database."""
    return settings.database or f"sqlite:///{folder / config.DATABASE}"


def init(
    folder: str | Path,
    dataset: Dataset,
    *,
    encoder: Encoder | None = None,
    noun: str | None = None,
    verb: str | None = None,
    progress: Progress = lambda message: None,
) -> Path:
    """Make a workspace; it appears complete or not at all.

    Args:
        folder: Must not exist yet, or be empty.
        dataset: As `convrec.data.sources.load` returns it.
        encoder: In place of the default one.
        noun: What one item is called (`film`); None: the dataset's own word.
        verb: What people did with it (`watched`); None: the dataset's own word.
        progress: Told each step.

    Raises:
        UsageError: The folder is taken, a model is missing, or a word is empty.
    """
    for name, word in (("noun", noun), ("verb", verb)):
        if word is not None and not word.strip():
            raise UsageError(
                f"the {name} is empty; leave it out, or say what an item is called or what people do with it"
            )
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{str(folder)!r} exists already; choose another folder or remove it first")
    settings = config.load(models={}, name=dataset.name, noun=noun or dataset.noun, verb=verb or dataset.verb)
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = folder.parent / f".{folder.name}.partial-{os.getpid()}"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        _fill(partial, dataset, settings, encoder, progress)
        if folder.exists():
            folder.rmdir()
        partial.rename(folder)
    except OSError as error:
        raise RunError("data", f"workspace {str(folder)!r} could not be written: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return folder


def _fill(folder: Path, dataset: Dataset, settings: Settings, encoder: Encoder | None, progress: Progress) -> None:
    from convrec.data.catalogue import ItemTable
    from convrec.embed import open_encoder
    from convrec.index.generations import ItemIndexStore

    catalogue = ItemTable(dataset.items)
    progress(f"storing {len(dataset.items):,} items and {len(dataset.log):,} events")
    with Store(f"sqlite:///{folder / config.DATABASE}") as store:
        store.items.replace(dataset.items)
        store.events.append(dataset.log.interactions())
        (folder / config.INDEX).mkdir()
        progress("embedding the items")
        index = ItemIndexStore(folder / config.INDEX)
        encoder = encoder or open_encoder(settings.models, online=settings.online)
        index.build(catalogue, encoder)
        _place_in_talks(folder, catalogue, settings, encoder)
        if len(dataset.log):
            progress("fitting the models of the log")
            scale = dataset.log.scale(settings.like_from)
            fit(folder, dataset.log, catalogue, scale, settings, index.vectors)
    index.close()
    _write_settings(folder / config.FILE, settings)


def _place_in_talks(folder: Path, catalogue: ItemTable, settings: Settings, encoder: Encoder) -> None:
    """Embed the titles where a reader of talks will ask for them, so that the first talk need not wait for it."""
    from convrec.adapters import for_talk
    from convrec.retrieve.talk.reader import title_vectors

    own = encoder.name.partition("@")[0] == settings.models.encoder
    if own and for_talk(folder, settings) is not None:
        title_vectors(catalogue, encoder, folder / config.INDEX)


def fit(
    folder: Path,
    events: Log,
    catalogue: ItemTable,
    scale: Scale,
    settings: Settings,
    vectors: Vectors | None = None,
) -> None:
    """Fit and save what is learned from a log: the collaborative model and the liking model.

    Args:
        folder: Of the workspace.
        events: The log.
        catalogue: The items.
        scale: What counts as liking.
        settings: Of the workspace.
        vectors: Of the items' texts in catalogue order, for the liking model; None: it makes do without.
    """
    from convrec.rerank.content import content
    from convrec.rerank.liking import LikingModel
    from convrec.retrieve.collaborative import Collaborative

    index = folder / config.INDEX
    index.mkdir(exist_ok=True)
    for stale in (index / COLLABORATIVE, index / LIKING):
        stale.unlink(missing_ok=True)
    if not len(events):
        return
    chosen = settings.retrieve
    Collaborative.fit(events, catalogue, ridge=chosen.ridge, half_life=chosen.half_life, scale=scale).save(
        index / COLLABORATIVE
    )
    rows = {item.id: row for row, item in enumerate(catalogue.items)}
    liking = LikingModel.fit(events.histories(), rows, scale, content=content(catalogue, vectors))
    if liking is not None:
        liking.save(index / LIKING)


def _write_settings(path: Path, settings: Settings) -> None:
    import tomlkit

    document = tomlkit.document()
    document.add(tomlkit.comment("Settings of this workspace. Every setting and its default: convrec/config.py"))
    for name in ("name", "noun", "verb"):
        document[name] = getattr(settings, name)
    path.write_text(tomlkit.dumps(document))
