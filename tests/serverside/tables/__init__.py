"""Two tables to ask: `people` holds what breaks naive code, `staff` what the samples were about.

Each comes as models, as rows in plain Python and as columns in two forms: declared for the engine
and described for the oracle.
"""

from tests.serverside.tables.base import Base, Table, load
from tests.serverside.tables.indexed import INDEXED
from tests.serverside.tables.methods import METHODS
from tests.serverside.tables.people import PEOPLE
from tests.serverside.tables.staff import STAFF

__all__ = ["INDEXED", "METHODS", "PEOPLE", "STAFF", "Base", "Table", "load"]
