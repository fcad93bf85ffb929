"""The kinds of database that tests run on, and marks for what not each of them has."""

import os

import pytest

# An outside dialect's database takes the place of all: `TEST_OTHER_DIALECT=module:Class` and the
# URL of an empty database in TEST_OTHER_URL; see docs/databases.md.
OTHER = os.environ.get("TEST_OTHER_DIALECT")
ALL = ("other",) if OTHER else ("sqlite", "postgresql", "mysql")

remembering = pytest.mark.kinds("sqlite", "postgresql")  # telling what state of the data is seen
marking = pytest.mark.kinds("sqlite", "postgresql")  # noting each change of a table
lengthy = pytest.mark.kinds("sqlite", "postgresql")  # having texts of any length in an index
costly = pytest.mark.kinds("sqlite", "postgresql")  # long, of what is not the dialect's
searching = pytest.mark.kinds("sqlite", "postgresql")  # having search indexes
stepping = pytest.mark.kinds("sqlite", "postgresql")  # reading values along an index
partial_indexes = pytest.mark.kinds("sqlite", "postgresql")  # of some rows, or of expressions
nulls_anywhere = pytest.mark.kinds("sqlite", "postgresql")  # having NULLS FIRST and NULLS LAST
planning = pytest.mark.kinds("sqlite", "postgresql")  # small tables as if they were large
undoing = pytest.mark.kinds("sqlite", "postgresql")  # taking changes of a schema back
shaped = pytest.mark.kinds("sqlite", "postgresql")  # having all that generated schemas are made of
zoning = pytest.mark.kinds("sqlite", "postgresql")  # taking moments with an offset
collating = pytest.mark.kinds("mysql")  # taking texts for equal that are not, and more of its own
awaiting = pytest.mark.kinds("sqlite", "postgresql")  # whose asynchronous drivers are installed
