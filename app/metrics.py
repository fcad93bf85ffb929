"""/metrics for Prometheus, by the setting METRICS; right under several workers.

Each worker writes its numbers into files of PROMETHEUS_MULTIPROC_DIR, which gunicorn.conf.py makes,
and whichever worker is asked sums them up.
"""

import os
from typing import Any

from flask import Blueprint, Flask, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15)


class Metrics:
    """The numbers of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        registry = self.registry
        self._draws = Counter("draws", "Draws answered.", ["status"], registry=registry)
        self._failed = Counter("draws_failed", "Draws answered with an error.", registry=registry)
        self._rows = Counter("draw_rows", "Rows answered.", registry=registry)
        self._statements = Counter("draw_statements", "Statements of draws.", registry=registry)
        self._seconds = self._histogram("draw_seconds", "Time that draws took.")
        self._database = self._histogram("draw_database_seconds", "Of it, in the database.")

    def take(self, line: dict[str, Any]) -> None:
        """Count a draw, as the log tells of it."""
        self._draws.labels(str(line["status"])).inc()
        self._failed.inc(line["failed"])
        self._rows.inc(line["rows"])
        self._statements.inc(line["statements"])
        self._seconds.observe(line["ms"] / 1000)
        self._database.observe(line["database_ms"] / 1000)

    def text(self) -> bytes:
        """Write the numbers of all processes."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        everybody = CollectorRegistry()
        MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
        return generate_latest(everybody)

    def _histogram(self, name: str, said: str) -> Histogram:
        return Histogram(name, said, buckets=SECONDS, registry=self.registry)


def register(app: Flask) -> None:
    """Serve the numbers at /metrics."""
    metrics = app.extensions["metrics"] = Metrics()
    bp = Blueprint("metrics", __name__)

    @bp.get("/metrics")
    def show() -> Response:
        return Response(metrics.text(), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(bp)
