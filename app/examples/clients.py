"""The browser's packages that examples load, as npm publishes them: what is tried is what is here.

Each lies in a folder of static/vendor, and is asked for by that name, or nearly, in package.json.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Client:
    """A package: its name and version, the files a page loads of it, and what comes before it."""

    name: str
    version: str
    files: tuple[str, ...]
    needs: tuple["Client", ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def loaded(clients: Iterable[Client]) -> list[Client]:
    """Return packages and all that they need, in the order in which a page loads them."""
    found: list[Client] = []
    for client in clients:
        found += [one for one in (*loaded(client.needs), client) if one not in found]
    return found


def _core(folder: str, version: str, script: str, *needs: Client) -> Client:
    """Describe DataTables itself, in Bootstrap's look."""
    look = f"{folder}-bs5/dataTables.bootstrap5.min"
    files = (f"{folder}/{script}", f"{look}.js", f"{look}.css")
    return Client("DataTables", version, files, (BOOTSTRAP, *needs))


def _extension(core: Client, name: str, version: str, *needs: Client, look: bool = True) -> Client:
    """Describe an extension of DataTables, in Bootstrap's look where it has one."""
    folder = f"{core.files[0].partition('/')[0]}-{name.lower()}"
    own = name[0].lower() + name[1:]
    files = [f"{folder}/dataTables.{own}.min.js"]
    if look:
        files += [f"{folder}-bs5/{own}.bootstrap5.min.{kind}" for kind in ("js", "css")]
    return Client(name, version, tuple(files), (core, *needs))


def _date_time(core: Client) -> Client:
    """Describe the picker that SearchBuilder wants, the newest with built files."""
    files = [f"datatables2-datetime/dataTables.dateTime.min.{kind}" for kind in ("js", "css")]
    return Client("DateTime", "1.6.3", tuple(files), (JQUERY, core))


BOOTSTRAP = Client("Bootstrap", "5.3.9", ("bootstrap/bootstrap.min.css",))
JQUERY = Client("jQuery", "3.7.1", ("jquery3/jquery.min.js",))

DATATABLES = _core("datatables", "3.1.5", "dataTables.min.js")
BUTTONS = _extension(DATATABLES, "Buttons", "4.1.1")
COLUMN_CONTROL = _extension(DATATABLES, "ColumnControl", "2.1.1")
ROW_GROUP = _extension(DATATABLES, "RowGroup", "2.0.0", look=False)
SCROLLER = _extension(DATATABLES, "Scroller", "3.1.0")
SEARCH_BUILDER = _extension(DATATABLES, "SearchBuilder", "2.1.0", _date_time(DATATABLES))
SELECT = _extension(DATATABLES, "Select", "4.0.1", look=False)

DATATABLES_2 = _core("datatables2", "2.3.8", "dataTables.min.js", JQUERY)
BUTTONS_2 = _extension(DATATABLES_2, "Buttons", "3.2.6")
SELECT_2 = _extension(DATATABLES_2, "Select", "3.1.3")
COLUMN_CONTROL_2 = _extension(DATATABLES_2, "ColumnControl", "1.2.1")
SEARCH_BUILDER_2 = _extension(DATATABLES_2, "SearchBuilder", "1.8.4", _date_time(DATATABLES_2))
SEARCH_PANES_2 = _extension(DATATABLES_2, "SearchPanes", "2.3.5", SELECT_2)
STATE_RESTORE_2 = _extension(DATATABLES_2, "StateRestore", "1.4.3", BUTTONS_2)

DATATABLES_1 = _core("datatables1", "1.13.11", "jquery.dataTables.min.js", JQUERY)
YADCF = Client(
    "yadcf",
    "0.9.6",
    ("yadcf/jquery.dataTables.yadcf.js", "yadcf/jquery.dataTables.yadcf.css"),
    (DATATABLES_1,),
)
