"""Profiles with their versions, and the corrections people made."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from convrec.codec import decode, encode
from convrec.store.database import Database
from convrec.store.schema import EDITS, PROFILES, next_number
from convrec.types import Profile, UserId


class ProfileShelf:
    """Every version of every profile."""

    def __init__(self, database: Database) -> None:
        """Keep profiles in this database."""
        self._database = database

    def save(self, profile: Profile) -> Profile:
        """Store as the newest version of its user; returns it with its version number and time."""
        assert profile.user_id is not None, "only the profile of a stored user has versions"
        mine = PROFILES.c.user_id == profile.user_id
        with self._database.writing() as connection:
            newest = connection.scalar(
                select(PROFILES.c.version).where(mine).order_by(PROFILES.c.version.desc()).limit(1)
            )
            profile = replace(profile, version=(newest or 0) + 1, created=time.time())
            connection.execute(
                PROFILES.insert().values(
                    user_id=profile.user_id, version=profile.version, profile=encode(profile), created=profile.created
                )
            )
        return profile

    def confirm(self, profile: Profile) -> Profile:
        """Keep what a stored version says, and that it holds for the history it now names."""
        mine = (PROFILES.c.user_id == profile.user_id) & (PROFILES.c.version == profile.version)
        with self._database.writing() as connection:
            connection.execute(PROFILES.update().where(mine).values(profile=encode(profile)))
        return profile

    def newest(self, user_id: UserId) -> Profile | None:
        """The newest version; None where none is stored."""
        versions = self.versions(user_id, limit=1)
        return versions[0] if versions else None

    def versions(self, user_id: UserId, limit: int | None = None) -> list[Profile]:
        """All versions, newest first."""
        mine = PROFILES.c.user_id == user_id
        query = select(PROFILES.c.profile, PROFILES.c.created).where(mine).order_by(PROFILES.c.version.desc())
        with self._database.reading() as connection:
            rows = connection.execute(query.limit(limit)).all()
        return [replace(decode(Profile, row.profile), created=row.created) for row in rows]

    def edit(self, user_id: UserId, edit: Mapping[str, object]) -> None:
        """Keep a correction; it applies to every later computation of the profile."""
        with self._database.writing() as connection:
            seq = next_number(connection, EDITS.c.seq)
            connection.execute(EDITS.insert().values(seq=seq, user_id=user_id, edit=dict(edit)))

    def edits(self, user_id: UserId) -> list[dict[str, Any]]:
        """Corrections, oldest first."""
        query = select(EDITS.c.edit).where(EDITS.c.user_id == user_id).order_by(EDITS.c.seq)
        with self._database.reading() as connection:
            return [dict(row.edit) for row in connection.execute(query)]
