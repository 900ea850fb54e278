"""One database: a pool of readers, one writer at a time, acknowledged means committed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError, SQLAlchemyError

from convrec.errors import RunError, UsageError
from convrec.store.schema import migrate

_WRITERS: dict[str, threading.RLock] = {}
_WRITERS_GUARD = threading.Lock()

FIXED_WAL_RESET = (3, 51, 3)
"""SQLite before this can corrupt a WAL database when two connections write or checkpoint at the same moment; one
writer at a time, as kept here, does not meet that."""


class Database:
    """Connections to the SQL truth.

    SQLite runs in WAL with `synchronous=FULL` (a commit survives power loss where the disk honours sync) and
    `secure_delete` (what is deleted is overwritten). Postgres works by URL.
    """

    def __init__(self, url: str) -> None:
        """Open and migrate.

        Args:
            url: SQLAlchemy URL.

        Raises:
            UsageError: The URL is malformed, its driver is missing, or the schema is newer than this convrec.
            RunError: The database cannot be opened or is damaged.
        """
        try:
            parsed = make_url(url)
            self.engine = create_engine(parsed, connect_args=_connect_args(parsed.get_backend_name()))
        except (ArgumentError, ImportError) as error:
            raise UsageError(f"database {url!r}: {error}") from error
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.name = parsed.render_as_string(hide_password=True)
        with _WRITERS_GUARD:
            self._writer = _WRITERS.setdefault(parsed.render_as_string(), threading.RLock())
        if self.is_sqlite:
            event.listen(self.engine, "connect", _sqlite_pragmas)
        try:
            with self.writing() as connection:
                migrate(connection)
        except RunError as error:
            raise RunError("store", f"{self.name} cannot be opened: {error}. See: convrec doctor") from error

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for reading; raises `RunError("store", ...)`."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise _translated(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction; committed when the block ends, rolled back whole when it raises.

        Raises:
            RunError: The database refused: disk full, read-only, locked. Nothing of the block is stored.
        """
        with self._writer:
            try:
                with self.engine.begin() as connection:
                    yield connection
            except SQLAlchemyError as error:
                raise _translated(error) from error

    def scrub(self) -> None:
        """Leave no bytes of deleted rows in the write-ahead log."""
        if not self.is_sqlite:
            return
        with self._writer, self.reading() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def check(self) -> str:
        """`ok`, or what SQLite's own integrity check finds first."""
        if not self.is_sqlite:
            return "ok"
        with self.reading() as connection:
            return str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar())

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()


def _connect_args(backend: str) -> dict[str, object]:
    return {"check_same_thread": False, "timeout": 10} if backend == "sqlite" else {}


def _sqlite_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "secure_delete=ON",
        "mmap_size=0",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _translated(error: SQLAlchemyError) -> RunError:
    cause = str(getattr(error, "orig", None) or error)
    if isinstance(error, OperationalError) and "full" in cause:
        return RunError("store", f"{cause}; nothing of this was stored. Free some space and try again")
    if isinstance(error, DatabaseError) and ("malformed" in cause or "not a database" in cause):
        return RunError("store", f"{cause}; the file is damaged: restore it from a backup")
    return RunError("store", f"{cause}; nothing of this was stored")
