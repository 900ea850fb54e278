"""The SQL truth: users, events, profiles and their versions, conversations, deletions."""

from convrec.store.store import Store

__all__ = ["Store"]
