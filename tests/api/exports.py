"""What the tests of exports share: addresses, and whether any is still being sent."""

from flask import Flask

from tests.api.draws import USERS

KINDS = ("csv", "xlsx", "jsonl")


def url(kind: str) -> str:
    """Give the address of a kind of file."""
    return f"{USERS}/export.{kind}"


def idle(app: Flask) -> bool:
    """Return whether no export holds a connection, or a place among those that are sent."""
    engines = app.extensions["database"]
    free = [
        engines.exports.acquire(blocking=False)
        for _ in range(app.extensions["settings"].max_exports)
    ]
    for _ in filter(None, free):
        engines.exports.release()
    return all(free) and engines.primary_exporter.pool.checkedout() == 0
