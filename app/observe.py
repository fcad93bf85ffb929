"""What a draw cost: one line in the log for each, without a word of what was searched for."""

import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Blueprint, Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import Engine, event

logger = logging.getLogger("app.draws")


@dataclass(slots=True)
class Cost:
    """What one request has cost so far; times in seconds."""

    began: float = field(default_factory=time.perf_counter)
    id: str = field(default_factory=lambda: uuid4().hex[:12])
    statements: int = 0
    database: float = 0.0
    _statement_began: float = 0.0

    def begin_statement(self) -> None:
        """Begin to wait for the database."""
        self.statements += 1
        self._statement_began = time.perf_counter()

    def end_statement(self) -> None:
        """Take note of how long it took."""
        self.database += time.perf_counter() - self._statement_began


def init_app(app: Flask) -> None:
    """Count the statements of the app's engines."""
    for engine in app.extensions["database"].all:
        _count_statements(engine)


def watch(bp: Blueprint, endpoint: str) -> None:
    """Say for each request of a blueprint's endpoint what it cost."""

    @bp.before_request
    def begin() -> None:
        if request.endpoint == endpoint:
            g.cost = Cost()

    @bp.after_request
    def tell(response: Response) -> Response:
        if cost := g.get("cost"):
            _tell(cost, response.status_code, g.get("answer"))
        return response


def _tell(cost: Cost, status: int, answer: Any) -> None:
    told = answer if isinstance(answer, dict) else {}
    line = {
        "id": cost.id,
        "status": status,
        "rows": len(told.get("data") or told.get("aaData") or ()),
        "failed": bool(told.get("error") or told.get("sError")),
        "statements": cost.statements,
        "database_ms": round(cost.database * 1000, 1),
        "ms": round((time.perf_counter() - cost.began) * 1000, 1),
    }
    logger.info(json.dumps(line))
    if metrics := current_app.extensions.get("metrics"):
        metrics.take(line)


def _count_statements(engine: Engine) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def begin(*_call: object) -> None:
        if has_request_context() and (cost := g.get("cost")):
            cost.begin_statement()

    @event.listens_for(engine, "after_cursor_execute")
    def end(*_call: object) -> None:
        if has_request_context() and (cost := g.get("cost")):
            cost.end_statement()
