"""Server-side DataTables: a request in, exact rows out.

A drop-in for `sqlalchemy-datatables`: ``from app.serverside import ColumnDT, DataTables``. Needs
SQLAlchemy and that library; knows no web framework, so the folder can be copied into any project.
"""

from .autogenerate import without_search_indexes
from .columns import ColumnDT
from .datatables import DataTables
from .errors import BadRequest, SearchIndexError, UnsupportedDatabase
from .limits import Limits
from .searchindex import SearchIndex, search_index
from .tuning import Tuning
from .wire import params

__all__ = [
    "BadRequest",
    "ColumnDT",
    "DataTables",
    "Limits",
    "SearchIndex",
    "SearchIndexError",
    "Tuning",
    "UnsupportedDatabase",
    "params",
    "search_index",
    "without_search_indexes",
]
