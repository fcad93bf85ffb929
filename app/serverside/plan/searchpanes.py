"""SearchPanes: the values picked in panes become conditions.

Values are ORed inside a pane, panes are joined by AND. The flags of `searchPanes_null` say that a
value is falsy, not that it is NULL, so they decide nothing: an empty value means NULL or empty
text, any other is compared. https://datatables.net/extensions/searchpanes/serverside
"""

from collections.abc import Iterator, Mapping

from ..errors import BadRequest
from . import picks
from .conditions import WhereMet
from .context import Context, Filter

SOURCE = "searchPanes:"


def filters(context: Context) -> Iterator[Filter]:
    """Yield the condition of each pane with a selection. Raises `BadRequest` beyond the limits.

    A pane of a column that this table does not have, or does not search, filters nothing; nor does
    one whose values no row of the query has any more.
    """
    panes, limits, notice = context.request.root["searchPanes"], context.limits, context.notice
    if not isinstance(panes.value, Mapping):
        return
    if len(panes.value) > limits.max_columns:
        raise BadRequest(panes.name, f"has more than {limits.max_columns} entries")
    for name in panes.value:
        pane = panes[name]
        texts = [pick.text(limits.max_term_length) for pick in pane.items(limits.max_values)]
        column = context.declaration.lookup(name)
        if column is None or not column.searchable:
            notice(f"{pane.name[:200]} is left out: it is no pane of this table.")
        elif picked := picks.one_of(column, texts, pane.name, notice):
            source = f"{SOURCE}{context.declaration.key(column)}"
            yield Filter(source, WhereMet(picked, source))


def unmet_notice(source: str) -> str:
    """Say that the pane of that source filters nothing."""
    key = source.removeprefix(SOURCE)
    return f"searchPanes[{key}] is left out: no row has a value that was picked there."
