"""A copied example in a browser, served by the environment that its requirements make."""

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.gallery import Gallery

SERVING = re.compile(r"Running on (http://\S+)")


@contextmanager
def running(python: Path, folder: Path) -> Iterator[str]:
    """Run a copy as its README says, on a free port, and give its address."""
    command = [str(python), "-m", "flask", "run", "--port", "0"]
    environment = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        lines = iter(process.stderr.readline, "")
        try:
            yield next(found[1] for found in map(SERVING.search, lines) if found)
        finally:
            process.terminate()


@pytest.mark.parametrize("slug", ["minimum", "deferred", "saved-states"])
def test_a_copy_works(slug: str, chromium: Browser, copies: Path, python: Path) -> None:
    complaints: list[str] = []
    with running(python, copies / f"with-/{slug}") as address:
        page = chromium.new_page(base_url=address)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text))
        page.on(
            "request", lambda r: r.url.startswith((address, "data:")) or complaints.append(r.url)
        )
        page.goto("/")
        example = Gallery(page)
        expect(example.rows).to_have_count(10)
        example.found(300)
        page.get_by_role("link", name="Last").click()
        example.shows(1, lambda cells: cells == [str(n) for n in range(291, 301)])
        if slug == "saved-states":
            page.get_by_role("textbox", name="Name:").fill("State 1")
            page.get_by_role("button", name="Save", exact=True).click()
            expect(page.get_by_role("button", name="State 1")).to_be_visible()
        page.close()
    assert complaints == []
