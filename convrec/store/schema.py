"""The tables and how an older database becomes a newer one."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    func,
    select,
)

from convrec.errors import UsageError

METADATA = MetaData()

META = Table("meta", METADATA, Column("key", String, primary_key=True), Column("value", JSON, nullable=False))

ITEMS = Table(
    "items",
    METADATA,
    Column("position", Integer, primary_key=True),
    Column("id", String, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("year", Integer),
    Column("genres", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("facts", JSON, nullable=False),
)

EVENTS = Table(
    "events",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("key", String, nullable=False, unique=True),
    Column("user_id", String, nullable=False),
    Column("item_id", String, nullable=False),
    Column("rating", Float),
    Column("timestamp", Float),
    Column("kind", String, nullable=False),
    Column("review", Text, nullable=False),
    Index("events_by_user", "user_id", "seq"),
)

EDITS = Table(
    "edits",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("user_id", String, nullable=False, index=True),
    Column("edit", JSON, nullable=False),
)

PROFILES = Table(
    "profiles",
    METADATA,
    Column("user_id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("profile", JSON, nullable=False),
    Column("created", Float, nullable=False),
    PrimaryKeyConstraint("user_id", "version"),
)

CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", String, primary_key=True),
    Column("user_id", String, nullable=False, index=True),
    Column("turns", JSON, nullable=False),
    Column("updated", Float, nullable=False),
)

DELETIONS = Table(
    "deletions",
    METADATA,
    Column("user_hash", String, primary_key=True),
    Column("at", Float, nullable=False),
)
"""Who asked to be forgotten, as a hash: a restored backup is cleaned again from it."""

MIGRATIONS: tuple[Callable[[Connection], None], ...] = (METADATA.create_all,)
"""Step n brings version n to version n + 1; never edited once released, only added to."""


def migrate(connection: Connection) -> int:
    """Bring the database to the newest version, all steps or none; returns the version.

    Raises:
        UsageError: The database was written by a newer convrec.
    """
    META.create(connection, checkfirst=True)
    version = connection.scalar(select(META.c.value).where(META.c.key == "schema")) or 0
    if version > len(MIGRATIONS):
        raise UsageError(
            f"the database has schema {version}, this convrec knows {len(MIGRATIONS)}: it was written by a newer "
            "convrec; upgrade with: pip install -U convrec"
        )
    for step in MIGRATIONS[version:]:
        step(connection)
    if version != len(MIGRATIONS):
        connection.execute(META.delete().where(META.c.key == "schema"))
        connection.execute(META.insert().values(key="schema", value=len(MIGRATIONS)))
    return len(MIGRATIONS)


def next_number(connection: Connection, column: Column[int]) -> int:
    """One more than the largest value of a column."""
    return int(connection.scalar(select(func.max(column))) or 0) + 1
