"""One example: what its module holds, as its page shows it and as a copy has it."""

import inspect
import re
from collections.abc import Sequence
from types import ModuleType

from flask import Blueprint

from app.examples.clients import Client, loaded
from app.examples.page import Page

# What a copy, and the source on the page, calls the modules that the examples import.
ELSEWHERE = {
    "app.examples.engine": "serverside_datatables",
    "app.examples.copied.database": "database",
    "app.examples.copied.models": "models",
    "app.examples.minimum": "endpoint",
    "app.serverside": "serverside_datatables",
    "app.admission": "admission",
    "app.database": "database",
    "app.models": "models",
    "app.api.stored": "stored",
}

GROUND = ("Bootstrap", "jQuery")  # what examples stand on, but none is about


class Example:
    """Read an example from its module: title and words from its docstring, the rest from `PAGE`."""

    def __init__(self, module: ModuleType) -> None:
        self.slug = module.__name__.rpartition(".")[2].replace("_", "-")
        title, _, words = inspect.cleandoc(module.__doc__ or "").partition("\n")
        self.title, self.words = title.removesuffix("."), " ".join(words.split())
        self.gist = self.words.partition(". ")[0] + "."
        self.page: Page = module.PAGE
        self.endpoint: Blueprint = module.bp
        self.source = elsewhere(_endpoint(inspect.getsource(module)))
        self.script = f"examples/{self.slug}.js"

    def shown(self, instead: str = "") -> list[Client]:
        """Return the clients that it is about."""
        return [one for one in self.clients(instead) if one.name not in GROUND]

    def all_shown(self) -> list[Client]:
        """Return the clients of all its choices."""
        every = [self.shown(instead) for instead in ("", *self.page.instead)]
        return list(dict.fromkeys(client for some in every for client in some))

    def versions(self) -> dict[str, str]:
        """Return its choices of clients, and the version of DataTables of each."""
        return {instead: core(self.clients(instead)) for instead in ("", *self.page.instead)}

    def clients(self, instead: str = "") -> list[Client]:
        """Return what the page loads, with the clients asked for. Raises `KeyError`."""
        chosen: Sequence[Client] = self.page.instead[instead] if instead else self.page.clients
        return loaded(chosen)


def core(clients: list[Client]) -> str:
    """Return the version of DataTables among clients."""
    [version] = [client.version for client in clients if client.name == "DataTables"]
    return version


def elsewhere(source: str) -> str:
    """Return a module's source as another project has it: only the names it imports differ."""
    for here, there in ELSEWHERE.items():
        source = re.sub(
            rf"^from {re.escape(here)} import", f"from {there} import", source, flags=re.M
        )
    return re.sub(r"^from app\.api import (\w+)$", r"import \1", source, flags=re.M)


def _endpoint(source: str) -> str:
    """Leave out what a module says of its page: `PAGE`, and the words below its title."""
    endpoint = source.partition("\n\n\nPAGE = ")[0] + "\n"
    endpoint = re.sub(r'\A("""[^\n]*)\n.*?"""', r'\1"""', endpoint, count=1, flags=re.S)
    return re.sub(r"^from app\.examples(\.page)? import .*\n", "", endpoint, flags=re.M)
