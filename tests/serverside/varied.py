"""Draw with requests of which hardly two are alike, and print the memory that the process takes.

python -m tests.serverside.varied --database URL [--requests 20000] [--memory-mb 16]
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.api.users import COLUMNS
from app.connecting import read_engine, write_engine
from app.models import User
from app.schema import create_schema
from app.serverside import DataTables, Tuning

LETTERS = "abcdefghij"
CONDITIONS = {
    "num": ("=", "<", ">", "!=", "between"),
    "date": ("<", ">", "="),
    "string": ("contains", "starts", "ends", "=", "!contains", "null"),
}
KINDS = {"balance": "num", "birthday": "date"}
NAMES = ("name", "email", "city", "balance", "birthday", "company")
MEGABYTE = 1_000_000


def word(choose: random.Random) -> str:
    return "".join(choose.choices(LETTERS, k=choose.randint(2, 5)))


def criterion(choose: random.Random, depth: int = 0) -> dict[str, Any]:
    """Return a SearchBuilder criterion, or a group of some."""
    if depth < 2 and choose.random() < 0.3:
        several = [criterion(choose, depth + 1) for _ in range(choose.randint(1, 3))]
        return {"logic": choose.choice(["AND", "OR"]), "criteria": several}
    name = choose.choice(NAMES)
    kind = KINDS.get(name, "string")
    values = {
        "num": [str(choose.randint(-1000, 1000)), str(choose.randint(1000, 3000))],
        "date": [f"19{choose.randint(50, 99)}-01-0{choose.randint(1, 9)}"],
        "string": [word(choose)],
    }
    condition = choose.choice(CONDITIONS[kind])
    return {"data": name, "origData": name, "type": kind, "condition": condition} | {
        "value": values[kind]
    }


def requests(seed: int) -> Iterator[dict[str, Any]]:
    """Yield requests without end."""
    choose = random.Random(seed)  # noqa: S311 - a game, not a secret
    columns = [{"data": column.mData, "searchable": "true"} for column in COLUMNS]
    while True:
        criteria = [criterion(choose) for _ in range(choose.randint(1, 4))]
        yield {
            "draw": 2, "start": choose.choice([0, 0, 10, 30]), "length": 10, "columns": columns,
            "order": [{"column": choose.randrange(len(COLUMNS)), "dir": "asc"}],
            "search": {"value": word(choose) if choose.random() < 0.3 else ""},
            "searchBuilder": {"logic": choose.choice(["AND", "OR"]), "criteria": criteria},
        }  # fmt: skip


def draw(request: dict[str, Any], engine: Engine, tuning: Tuning) -> None:
    query = select().select_from(User).outerjoin(User.address)
    with Session(engine) as session:
        DataTables(request, query, COLUMNS, session=session, tuning=tuning).output_result()


def resident() -> float:
    """Return the megabytes of memory that this process holds (proc(5), `statm`)."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096 / MEGABYTE


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", required=True)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--memory-mb", type=int, default=16)
    arguments = parser.parse_args()
    create_schema(write_engine(arguments.database))
    engine = read_engine(arguments.database, 0)
    tuning = Tuning(memory_bytes=arguments.memory_mb * MEGABYTE)
    for number, request in zip(range(arguments.requests + 1), requests(1), strict=False):
        draw(request, engine, tuning)
        if number and number % (arguments.requests // 10) == 0:
            print(f"{number} requests: {resident():.0f} MB", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
