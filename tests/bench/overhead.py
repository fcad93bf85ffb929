"""Where the milliseconds of one draw go: `python -m tests.bench.overhead [database URL]`.

A timer interrupts the draw every so often and notes which part of the stack is at work; a profiler
that hooks every call would make the parts with many small functions look slower than they are.
"""

import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from types import FrameType
from urllib.parse import urlencode

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from app import create_app
from app.settings import Settings

from .draws import form

_EVERY = 0.0007  # seconds; no multiple of anything in a draw
_DRAWS = 300
_WARMING = 30

# The innermost frame whose file holds one of these decides; SQLAlchemy's are told apart further.
_PARTS = {
    "/app/api/json.py": "JSON",
    "/app/serverside/wire/": "engine: reading parameters",
    "/app/serverside/answer/rows.py": "engine: rows",
    "/app/serverside/": "engine: plan and statements",
    "/psycopg": "driver and database",
    "/flask_compress/": "compression",
    "/sqlalchemy/": "SQLAlchemy: writing statements",
    "/flask": "Flask",
    "/werkzeug/": "Flask",
    "/whitenoise/": "Flask",
    "/app/": "Flask",
}
_DRIVER = ("do_execute", "do_execute_no_params", "fetchall", "fetchmany", "do_ping")
_RUNNING = ("/sqlalchemy/engine/", "/sqlalchemy/pool/")


def part_of(frame: FrameType | None) -> str:
    """Return the part of the stack that a frame works for."""
    part, running = "", False
    while frame is not None:
        file, name = frame.f_code.co_filename, frame.f_code.co_name
        if "/sqlalchemy/" in file and name in _DRIVER and not part:
            return "driver and database"
        running = running or any(place in file for place in _RUNNING)
        part = part or next((said for place, said in _PARTS.items() if place in file), "")
        frame = frame.f_back
    return "SQLAlchemy: running statements" if running and part.startswith("SQLA") else part


@contextmanager
def sampling() -> Iterator[Counter[str]]:
    """Count at work which part is found while the block runs."""
    found: Counter[str] = Counter()
    previous = signal.signal(signal.SIGALRM, lambda _, frame: found.update([part_of(frame)]))
    signal.setitimer(signal.ITIMER_REAL, _EVERY, _EVERY)
    try:
        yield found
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


def profile(app: Flask, asked: dict[str, object]) -> tuple[float, int, dict[str, float]]:
    """Return the milliseconds of a warm draw, its statements, and the milliseconds by part."""
    statements = [0]

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def count(*_: object) -> None:
        statements[0] += 1

    body = urlencode(asked).encode()
    environ = {
        **create_environ("/api/users", method="POST", data=body),
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "HTTP_ACCEPT_ENCODING": "gzip, deflate, br, zstd",  # as browsers ask
    }

    def draw() -> None:
        asking = environ | {"wsgi.input": BytesIO(body)}
        _, status, _ = run_wsgi_app(app.wsgi_app, asking, buffered=True)
        if not status.startswith("200"):
            raise RuntimeError(f"The draw failed: {status}")

    for _ in range(_WARMING):
        draw()
    statements[0] = 0
    began = time.perf_counter()
    with sampling() as found:
        for _ in range(_DRAWS):
            draw()
    spent = (time.perf_counter() - began) * 1000 / _DRAWS
    sa.event.remove(sa.Engine, "before_cursor_execute", count)
    shares = {part: spent * hits / found.total() for part, hits in found.most_common()}
    return spent, statements[0] // _DRAWS, shares


def main() -> None:
    """Print the profile of a first page."""
    settings = Settings(database_url=sys.argv[1]) if len(sys.argv) > 1 else Settings()
    spent, statements, parts = profile(create_app(settings), form())
    print(f"{spent:.2f} ms a draw, statements: {statements}")
    for part, ms in parts.items():
        print(f"  {ms:5.2f} ms  {part or 'other'}")


if __name__ == "__main__":
    main()
