"""SQLite."""

from .dialect import SQLite

__all__ = ["SQLite"]
