"""The engine's names for the examples, which keep to the settings of the demo.

What they import from here, your project imports from `serverside_datatables`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app import serverside
from app.api.options import engine_options
from app.serverside import ColumnDT, params

__all__ = ["ColumnDT", "DataTables", "MatchingRows", "params"]


class DataTables(serverside.DataTables):
    """Answer a draw within the limits that the settings name."""

    def __init__(
        self,
        params: Mapping[str, Any],
        query: Any,
        columns: Sequence[ColumnDT],
        allow_regex_searches: bool = False,
        **options: Any,
    ) -> None:
        """Run the draw."""
        options = engine_options() | options
        super().__init__(params, query, columns, allow_regex_searches, **options)


class MatchingRows(serverside.MatchingRows):
    """Read all rows that match within the limits that the settings name."""

    def __init__(
        self, params: Mapping[str, Any], query: Any, columns: Sequence[ColumnDT], **options: Any
    ) -> None:
        """Begin to read."""
        own = {name: engine_options()[name] for name in ("limits", "tuning")}
        super().__init__(params, query, columns, **own | options)
