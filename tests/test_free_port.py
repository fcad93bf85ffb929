"""`make run` looks at its port before it makes or fills a database."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from scripts.free_port import trouble

ROOT = Path(__file__).parent.parent


@pytest.fixture
def taken() -> Iterator[int]:
    """Listen on a port, and give its number."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield int(listener.getsockname()[1])


def test_a_taken_port_is_one_sentence_before_anything_is_made(taken: int, tmp_path: Path) -> None:
    file = tmp_path / "demo.sqlite3"
    run = subprocess.run(
        [sys.executable, "-m", "scripts.free_port"],
        env=os.environ
        | {"PORT": str(taken), "HOST": "127.0.0.1", "DATABASE_URL": f"sqlite:///{file}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr == (
        f"Port {taken} of 127.0.0.1 is taken by another program; stop that, or serve on another: "
        "make run PORT=8001.\n"
    )
    assert not file.exists()


def test_a_free_port_is_passed_over_in_silence(
    taken: int, settings_for: Callable[..., Settings]
) -> None:
    assert trouble(settings_for("sqlite:///x", port=taken, host="127.0.0.2")) == ""


def test_an_address_of_another_machine_is_said(settings_for: Callable[..., Settings]) -> None:
    sentence = trouble(settings_for("sqlite:///x", host="192.0.2.1"))  # nobody's: RFC 5737
    assert sentence == (
        "Port 8000 of 192.0.2.1 can't be listened on; is HOST an address of this machine?"
    )


def test_make_run_looks_at_the_port_first() -> None:
    recipe = re.search(r"^run:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert recipe is not None
    assert recipe[1].startswith("\t@$(BIN)/python -m scripts.free_port\n")
