"""The floor: a minimal Flask view, a statement by hand for each page, the raw driver, orjson."""

import os
import sqlite3
from typing import Any

import orjson
import psycopg
from flask import Flask, Response, request
from sqlalchemy import make_url

from .databases import plain
from .floor_sql import COLUMNS, pages


def create_app() -> Flask:
    """Serve `/floor/<page>` from the database in DATABASE_URL; no count, no DataTables request."""
    app = Flask(__name__)
    url = make_url(os.environ["DATABASE_URL"])
    statements = pages(url.get_backend_name())
    idle: list[Any] = []  # connections; appending and popping are safe between threads

    @app.get("/floor/<page>")
    def floor(page: str) -> Response:
        connection = idle.pop() if idle else connect(str(url.render_as_string(False)))
        cursor = connection.execute(statements[page], request.args.to_dict())
        rows = [dict(zip(COLUMNS, row, strict=True)) for row in cursor]
        idle.append(connection)
        if page.startswith("last_"):
            rows.reverse()
        return Response(orjson.dumps({"data": rows}), mimetype="application/json")

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {}

    return app


def connect(url: str) -> Any:
    """Open a connection of the raw driver, with the session settings that the app has."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        # Affinity turns the text of a number into one, wherever it meets a column.
        return sqlite3.connect(str(parts.database), isolation_level=None, check_same_thread=False)
    options = "-c jit=off -c timezone=UTC"
    return psycopg.connect(plain(parts), autocommit=True, options=options)
