"""Readers: they page, sort, search and send nonsense, and check what they are answered."""

import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event, Lock
from typing import Any

from tests.api.draws import USERS
from tests.fuzz.making import Maker
from tests.load.questions import COLUMNS, Table, criterion, wrong

TERMS = ("", "", "", "an", "son", "bo", "example", "lee 19")
TIMEOUT = 60
ALLOWED = (200, 400, 413, 414, 429, 431, 503)


@dataclass
class Tally:
    """What all readers were answered."""

    kinds: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)  # of draws that were answered
    wrong: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def note(self, kind: str, took: float, fault: str | None) -> None:
        """Count an answer."""
        with self._lock:
            self.kinds[kind] += 1
            if kind == "200":
                self.milliseconds.append(took * 1000)
            if fault:
                self.wrong.append(fault)

    def percentile(self, part: float) -> float:
        """Return within how many milliseconds so large a part was answered."""
        ordered = sorted(self.milliseconds)
        return ordered[int(part * (len(ordered) - 1))] if ordered else 0.0


class Reader:
    """One client, with an address of its own; `people` are those that no writer touches."""

    def __init__(self, port: int, number: int, people: int, tally: Tally) -> None:
        self._random = random.Random(number)  # noqa: S311 - reproducible
        self._maker = Maker(number)
        self._port, self._people, self._tally = port, people, tally
        self._headers = {"X-Forwarded-For": f"192.0.2.{number}"}

    def read_on(self, stop: Event) -> None:
        """Ask until told to stop."""
        draw = 0
        while not stop.is_set():
            draw += 1
            if self._random.random() < 0.1:
                self._send_nonsense()
            else:
                self._draw(draw)

    def _draw(self, draw: int) -> None:
        known = self._random.randint(1, self._people) if self._random.random() < 0.2 else None
        asked = self._table(known).question(draw)
        body = json.dumps(asked)
        headers = self._headers | {"Content-Type": "application/json"}
        status, answer, took = self._ask("POST", USERS, body.encode(), headers)
        fault = None
        if status == "200":
            fault = wrong(asked, answer) or self._fault(answer, known)
        elif status not in map(str, ALLOWED) and status.isdigit():
            fault = f"status {status}"
        self._tally.note(status, took, fault)

    def _table(self, known: int | None) -> Table:
        """Ask anything, or for one person by number."""
        if known is not None:
            return Table(criteria=[criterion("id", "num", "=", str(known))])
        start = self._random.choice([0, 0, 10, 50, self._people // 2, self._people - 20])
        order = [(self._random.choice(COLUMNS), self._random.choice(["asc", "desc"]))]
        return Table(start=start, term=self._random.choice(TERMS), order=order)

    def _fault(self, answer: dict[str, Any], known: int | None) -> str | None:
        """Say what can't be, whatever the writers do: they add and remove people by twos."""
        if (answer["recordsTotal"] - self._people) % 2:
            return f"{answer['recordsTotal']} is half a pair"
        if known is not None and [row["id"] for row in answer["data"]] != [known]:
            return f"person {known} was not found"
        return None

    def _send_nonsense(self) -> None:
        asked = self._maker.make()
        headers = self._headers | asked.headers
        if asked.content_type:
            headers["Content-Type"] = asked.content_type
        path = f"{asked.path}?{asked.query}" if asked.query else asked.path
        status, _, took = self._ask(asked.method, path, asked.body, headers)
        fault = f"nonsense was answered with {status}" if status == "500" else None
        self._tally.note("nonsense " + status, took, fault)

    def _ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Any:
        """Return the status or what went wrong, the answer, and the seconds that it took."""
        began = time.monotonic()
        connection = HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body or None, headers)
            response = connection.getresponse()
            status, content = str(response.status), response.read()
        except (HTTPException, OSError, ValueError) as error:
            return type(error).__name__, {}, time.monotonic() - began
        finally:
            connection.close()
        took = time.monotonic() - began
        return status, json.loads(content) if status == "200" else {}, took
