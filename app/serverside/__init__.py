"""Server-side DataTables: a request in, exact rows out.

A drop-in for `sqlalchemy-datatables`: ``from serverside_datatables import ColumnDT, DataTables``.
Needs SQLAlchemy and that library; knows no web framework. Installed, or copied as a folder.
"""

from .answer.members import error_answer
from .autogenerate import without_search_indexes
from .columns.column import ColumnDT
from .columns.json_value import json_value
from .database_file import follow_file
from .datatables import DataTables
from .deadline import Deadline, current_deadline, time_limit
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
from .waiting import keep_deadlines
from .wire.decode import params
from .wire.params import Parameter

__version__ = "0.2.0"

__all__ = [
    "BadRequest",
    "ChangeMarks",
    "ChangeMarksError",
    "ColumnDT",
    "DataTables",
    "Deadline",
    "Limits",
    "MatchingRows",
    "Parameter",
    "SearchIndex",
    "SearchIndexError",
    "Tuning",
    "UnsupportedDatabase",
    "UserError",
    "current_deadline",
    "error_answer",
    "follow_file",
    "json_value",
    "keep_deadlines",
    "params",
    "reading_engine",
    "search_index",
    "time_limit",
    "track_changes",
    "without_search_indexes",
]
