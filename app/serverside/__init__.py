"""Server-side DataTables: a request in, exact rows out.

A drop-in for `sqlalchemy-datatables`: ``from serverside_datatables import ColumnDT, DataTables``.
Needs SQLAlchemy and that library; knows no web framework. Installed, or copied as a folder.
"""

from .answer.members import error_answer
from .autogenerate import without_search_indexes
from .columns.column import ColumnDT
from .database_file import follow_file
from .datatables import DataTables
from .deadline import Deadline, current_deadline, time_limit
from .engines import reading_engine
from .errors import BadRequest, SearchIndexError, UnsupportedDatabase
from .limits import Limits
from .sql.search_index import SearchIndex, search_index
from .tuning import Tuning
from .waiting import keep_deadlines
from .wire.decode import params
from .wire.params import Parameter

__version__ = "0.2.0"

__all__ = [
    "BadRequest",
    "ColumnDT",
    "DataTables",
    "Deadline",
    "Limits",
    "Parameter",
    "SearchIndex",
    "SearchIndexError",
    "Tuning",
    "UnsupportedDatabase",
    "current_deadline",
    "error_answer",
    "follow_file",
    "keep_deadlines",
    "params",
    "reading_engine",
    "search_index",
    "time_limit",
    "without_search_indexes",
]
