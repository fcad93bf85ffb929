"""A page cut from few matches, all of which indexes find."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ..naming import part_name
from .access_paths import AccessPath
from .count import Count
from .order import SortKey
from .page import Window, narrow_rows, wide_rows
from .source import Source


@dataclass(frozen=True, slots=True)
class LookupPage:
    """A page cut from all matches, their number, and counts that must stay within a bound."""

    page: Any
    count: Any
    bounds: list[Count]


def lookup_page(
    source: Source, path: AccessPath, keys: Sequence[SortKey], window: Window, few: int
) -> LookupPage:
    """Return the page of a window over all matches, of which `few` and one more are found."""
    rows = narrow_rows(source, path.where, keys).limit(few + 1)
    found = path.dialect.materialized(rows, "found")
    order = [key.placed(found.c[f"k{n}"]) for n, key in enumerate(keys)]
    cut = sa.select(found).order_by(*order).limit(window.length).offset(window.start)
    number = sa.select(sa.func.count()).select_from(found).scalar_subquery()
    bounds = [Count(f"bound_{n}", bound) for n, bound in enumerate(path.bounds)]
    page = wide_rows(source, cut.subquery(part_name("narrow")), len(keys))
    return LookupPage(page, number, bounds)
