"""Names for the parts of a statement; they can't be those of anybody's tables.

A CTE hides a table of its name in the whole statement, and an alias one in what stands inside it,
so a table named `groups` or `users_1` must not meet a part of that name.
"""

from collections.abc import Iterable
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from .sqlalchemy_private import anonymous_name

PREFIX = "serverside_"
_numbers = count()


def part_name(name: str) -> str:
    """Return a name for one part of a statement, unique in it; SQLAlchemy adds the number."""
    return anonymous_name(next(_numbers), PREFIX + name)


def refuse_own_names(parts: Iterable[Any]) -> None:
    """Refuse tables of such a name. Raises `ValueError`."""
    for part in (part for whole in parts for part in visitors.iterate(whole)):
        name = getattr(part, "name", "") if isinstance(part, sa.FromClause) else ""
        if str(name).startswith(PREFIX):
            raise ValueError(f"{name} can't be asked: names with {PREFIX} are the engine's own.")
