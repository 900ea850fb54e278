"""The catalogue, as stored."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from convrec.codec import encode
from convrec.store.database import Database
from convrec.store.schema import ITEMS
from convrec.types import FactValue, Item

_BATCH = 2000


class ItemShelf:
    """Items in the order of the catalogue."""

    def __init__(self, database: Database) -> None:
        """Keep items in this database."""
        self._database = database

    def replace(self, items: Sequence[Item]) -> None:
        """Store the whole catalogue in place of the present one, all or nothing."""
        rows = [
            {
                "position": position,
                "id": item.id,
                "title": item.title,
                "year": item.year,
                "genres": list(item.genres),
                "text": item.text,
                "facts": encode(item.facts),
            }
            for position, item in enumerate(items)
        ]
        with self._database.writing() as connection:
            connection.execute(ITEMS.delete())
            for start in range(0, len(rows), _BATCH):
                connection.execute(ITEMS.insert(), rows[start : start + _BATCH])

    def all(self) -> list[Item]:
        """Every item, in the order of the catalogue."""
        with self._database.reading() as connection:
            rows = connection.execute(select(ITEMS).order_by(ITEMS.c.position)).all()
        return [
            Item(
                id=row.id,
                title=row.title,
                year=row.year,
                genres=tuple(row.genres),
                text=row.text,
                facts={name: _fact(value) for name, value in row.facts.items()},
            )
            for row in rows
        ]


def _fact(value: str | int | float | bool | list[str]) -> FactValue:
    return tuple(value) if isinstance(value, list) else value
