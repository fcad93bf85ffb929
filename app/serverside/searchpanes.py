"""SearchPanes: the values picked in panes become conditions.

Values are ORed inside a pane, panes are joined by AND. The flags of `searchPanes_null` say that a
value is falsy, not that it is NULL, so they decide nothing: an empty value means NULL or empty
text, any other is compared. https://datatables.net/extensions/searchpanes/serverside
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import sqlalchemy as sa

from . import typed
from .columns import ColumnDT
from .errors import BadRequest
from .limits import Limits
from .node import Node
from .offers import Source
from .predicates import Predicate

if TYPE_CHECKING:
    from .plan import Plan

SOURCE = "searchPanes:"


def predicates(
    root: Node,
    find: Callable[[str], ColumnDT | None],
    limits: Limits,
    notice: typed.Notice,
) -> Iterator[tuple[ColumnDT, Predicate]]:
    """Yield the condition of each pane with a selection. Raises `BadRequest` beyond the limits.

    A pane of a column that this table does not have, or does not search, filters nothing.
    """
    panes = root["searchPanes"]
    if not isinstance(panes.value, Mapping):
        return
    if len(panes.value) > limits.max_columns:
        raise BadRequest(panes.name, f"has more than {limits.max_columns} entries")
    for name in panes.value:
        pane = panes[name]
        texts = [pick.text(limits.max_term_length) for pick in pane.items(limits.max_values)]
        column = find(name)
        if column is None or not column.searchable:
            notice(f"{pane.name[:200]} is left out: it is no pane of this table.")
        elif predicate := typed.one_of(column, texts, pane.name, notice):
            yield column, predicate


def drop_stale(plan: "Plan", source: Source) -> bool:
    """Take the panes whose values no row of the scope has out of the plan; tell if any were.

    Worth asking only when a draw matched nothing: a row that matched has a value of every pane.
    """
    panes = [part for part in plan.filters if part.source.startswith(SOURCE)]
    if not panes:
        return False
    tests = [source.any_row(part.predicate).label(f"p{n}") for n, part in enumerate(panes)]
    (met,) = source.execute(sa.select(*tests))
    stale = [part for part, found in zip(panes, met, strict=True) if not found]
    gone = {id(part) for part in stale}
    plan.filters = [part for part in plan.filters if id(part) not in gone]
    for part in stale:
        key = part.source.removeprefix(SOURCE)
        plan.notice(f"searchPanes[{key}] is left out: no row has a value that was picked there.")
    return bool(stale)
