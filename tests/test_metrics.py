"""What a draw cost: a line in the log, and numbers for Prometheus, of all workers."""

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from app.observe import logger
from app.settings import PROJECT
from tests.api.draws import get
from tests.test_slow_clients import DRAW, ask, served, text_of


def test_a_draw_is_one_line_without_what_was_searched(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger.name):
        answer = get(client, {"search[value]": "secretword"}).json
    (record,) = [record for record in caplog.records if record.name == logger.name]
    line = json.loads(record.getMessage())
    assert set(line) == {
        "id", "status", "rows", "failed", "statements", "database_ms", "ms",
    }  # fmt: skip
    assert (line["status"], line["rows"], line["failed"]) == (200, len(answer["data"]), False)
    assert line["statements"] >= 1
    assert 0 < line["database_ms"] <= line["ms"]
    assert "secretword" not in record.getMessage()


def test_a_failure_has_its_line_too(client: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger.name):
        get(client, {"start": "x"})
    (record,) = [record for record in caplog.records if record.name == logger.name]
    line = json.loads(record.getMessage())
    assert (line["status"], line["failed"], line["statements"]) == (400, True, 0)


def test_without_the_setting_there_is_nothing(client: FlaskClient) -> None:
    assert client.get("/metrics").status_code == 404


def test_numbers_are_of_the_draws(make_app: Callable[..., Flask], seeded_engine: Engine) -> None:
    url = seeded_engine.url.render_as_string(hide_password=False)
    client = make_app(url, metrics=True).test_client()
    for start in ("0", "10", "x"):
        get(client, {"start": start})
    text = client.get("/metrics").get_data(as_text=True)
    assert 'draws_total{status="200"} 2.0' in text
    assert 'draws_total{status="400"} 1.0' in text
    assert "draw_rows_total 20.0" in text
    assert "draw_seconds_count 3.0" in text
    shown = (PROJECT / "deploy" / "grafana.json").read_text(encoding="utf-8")
    for name in set(re.findall(r"\bdraws?_[a-z_]+", shown)):
        assert re.search(rf"^{name}\b", text, re.MULTILINE)


@pytest.mark.slow
def test_whichever_worker_is_asked_tells_of_all(tmp_path: Path) -> None:
    with served(tmp_path, METRICS="true", WEB_CONCURRENCY="2") as port:
        assert [ask(port, DRAW) for _ in range(20)] == [200] * 20
        told = {count(text_of(port, "/metrics")) for _ in range(10)}
    assert told == {20}


def count(text: str) -> int:
    """Return how many draws were answered well."""
    found = re.search(r'^draws_total\{status="200"\} ([0-9.]+)$', text, re.MULTILINE)
    assert found is not None
    return int(float(found[1]))
