"""The oracle itself: read, filter, count, order, cut."""

from collections.abc import Sequence
from typing import Any

from tests.serverside.oracle.columncontrol import control_conditions, control_options
from tests.serverside.oracle.columns import Column
from tests.serverside.oracle.conditions import Condition, Row
from tests.serverside.oracle.draw import Draw, read_draw
from tests.serverside.oracle.order import in_order
from tests.serverside.oracle.search import searches
from tests.serverside.oracle.searchbuilder import builder_condition
from tests.serverside.oracle.searchpanes import pane_conditions, pane_options


class Oracle:
    """Answer requests over a list of rows by asking every row."""

    def __init__(
        self,
        rows: Sequence[Row],
        columns: Sequence[Column],
        *,
        key: str = "id",
        regex: bool = False,
        max_length: int = 1000,
    ) -> None:
        self.rows = list(rows)
        self.columns = list(columns)
        self.key = key
        self.regex = regex
        self.max_length = max_length

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer a nested request; raise RefusedError or UserError where an endpoint would.

        `keys` are the primary keys of the page in order, `notices` the reasons for which the
        endpoint owes the user a sentence, `panes` and `lists` the options to pick.
        """
        draw = read_draw(request, self.columns, self.max_length)
        common = self._conditions(draw)
        panes = pane_conditions(draw, self.columns, self.rows)
        kept = _keep(self.rows, [*common, *panes.values()])
        ordered = in_order(kept, draw.order, self.key)
        if draw.is_cut and len(kept) > draw.start + draw.length:
            draw.notices.add("length")
        page = ordered[draw.start : draw.start + draw.length]
        return {
            "draw": draw.draw,
            "recordsTotal": len(self.rows),
            "recordsFiltered": len(kept),
            "keys": [row[self.key] for row in page],
            "notices": draw.notices,
            "lists": control_options(self.columns, self.rows),
            "panes": self._panes(draw, common, panes),
        }

    def _conditions(self, draw: Draw) -> list[Condition]:
        found = [*searches(draw, self.regex), *control_conditions(draw)]
        found.append(builder_condition(draw, self.columns))
        return [condition for condition in found if condition is not None]

    def _panes(
        self, draw: Draw, common: Sequence[Condition], panes: dict[str, Condition]
    ) -> dict[str, Any]:
        if not any(name.startswith("searchPanes") for name in draw.request):
            return {}
        last = draw.request.get("searchPanesLast")
        return {
            column.data: pane_options(
                column,
                self.rows,
                _keep(self.rows, [*common, *_others(panes, column.data, last)]),
            )
            for column in self.columns
            if column.options
        }


def _others(panes: dict[str, Condition], pane: str, last: object) -> list[Condition]:
    return [condition for name, condition in panes.items() if not pane == name == last]


def _keep(rows: Sequence[Row], conditions: Sequence[Condition]) -> list[Row]:
    return [row for row in rows if all(condition(row) for condition in conditions)]
