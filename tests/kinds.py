"""Marks for tests of what not every kind of database has: they run on those that have it."""

from typing import Any

import pytest


def _on(*kinds: str) -> Any:
    return pytest.mark.parametrize("database_kind", kinds, indirect=True, scope="session")


remembering = _on("sqlite", "postgresql")  # which tell what state of the data they see
partial_indexes = _on("sqlite", "postgresql")  # of some rows, or of expressions
