"""The one module that talks to the untyped `datatables` package (sqlalchemy-datatables).

Our classes are subclasses of the library's, so that `isinstance` checks and annotations in a
project that moves over stay true, and its registry of search methods stays open.
"""

from typing import Any

import datatables
from datatables.search_methods import SEARCH_METHODS

StockColumnDT: Any = datatables.ColumnDT
StockDataTables: Any = datatables.DataTables

# The library's own functions; an entry that a project put in their place is called instead of ours.
_ORIGINAL = dict(SEARCH_METHODS)


def replaced_method(name: str) -> Any:
    """Return the project's own search method of that name, or None where the library's stands."""
    method = SEARCH_METHODS.get(name)
    return None if method is _ORIGINAL.get(name) else method
