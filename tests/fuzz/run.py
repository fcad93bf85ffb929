"""Send hostile requests to an app, and keep count."""

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass, field

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fuzz.judging import faults
from tests.fuzz.making import Asked, Maker


@dataclass
class Tally:
    """What was tried, and what was wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """Return the number of requests."""
        return self.statuses.total()


class Run:
    """Requests made from one seed, sent to one app."""

    def __init__(self, app: Flask, seed: int) -> None:
        self._client = app.test_client()
        self._maker = Maker(seed)
        self.tally = Tally()

    def step(self) -> None:
        """Send one request, and judge the answer."""
        asked = self._maker.make()
        began = time.monotonic()
        response = send(self._client, asked)
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - began)
        self.tally.statuses[response.status_code] += 1
        for fault in faults(asked, response):
            shown = asdict(asked) | {"body": asked.body.decode("utf-8", "backslashreplace")}
            self.tally.wrong.append(f"{fault}: {json.dumps(shown)}")


def send(client: FlaskClient, asked: Asked) -> TestResponse:
    """Send a request as it is."""
    return client.open(
        asked.path,
        method=asked.method,
        query_string=asked.query,
        content_type=asked.content_type,
        data=asked.body,
        headers=asked.headers,
    )
