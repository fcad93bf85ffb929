"""Server-side DataTables: a request in, exact rows out.

A drop-in for `sqlalchemy-datatables`: ``from serverside_datatables import ColumnDT, DataTables``.
Needs SQLAlchemy and that library; knows no web framework. Installed, or copied as a folder.
"""

from .answer.members import error_answer
from .autogenerate import without_search_indexes
from .columns.column import ColumnDT
from .columns.json_value import json_value
from .datatables import DataTables
from .engines import reading_engine
from .errors import (
    BadRequest,
    ChangeMarksError,
    SearchIndexError,
    UnsupportedDatabase,
    UserError,
)
from .limits import Limits
from .matching_rows import MatchingRows
from .sql.change_marks import ChangeMarks, track_changes
from .sql.search_index import SearchIndex, search_index
from .tuning import Tuning
from .wire.decode import params
from .wire.params import Parameter

__version__ = "0.2.0"

__all__ = [
    "BadRequest",
    "ChangeMarks",
    "ChangeMarksError",
    "ColumnDT",
    "DataTables",
    "Limits",
    "MatchingRows",
    "Parameter",
    "SearchIndex",
    "SearchIndexError",
    "Tuning",
    "UnsupportedDatabase",
    "UserError",
    "error_answer",
    "json_value",
    "params",
    "reading_engine",
    "search_index",
    "track_changes",
    "without_search_indexes",
]
