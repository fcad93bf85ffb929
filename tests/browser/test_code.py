"""The code panel: what is shown, and that what is copied from it runs."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.demo import Demo

ROOT = Path(__file__).resolve().parents[2]
VENDOR = ROOT / "static" / "vendor"
FILES = {"Python": "app.py", "HTML": "templates/index.html", "JavaScript": "static/table.js"}
# What the page that is copied loads from elsewhere, and the same file here.
ELSEWHERE = {
    "jquery-4.0.0.min.js": VENDOR / "jquery" / "jquery.min.js",
    "dataTables.min.js": VENDOR / "datatables" / "dataTables.min.js",
    "dataTables.dataTables.min.css": None,
}


def copied(demo: Demo, tab: str) -> str:
    """Copy what a tab shows, by its button."""
    panel = demo.page.locator(".code")
    panel.get_by_role("tab", name=tab, exact=True).click()
    panel.locator("[data-copy]").click()
    expect(panel.locator("[data-copy]")).to_have_text("Copied")
    expect(panel.locator("[data-copy]")).to_have_text("Copy")
    return str(demo.page.evaluate("navigator.clipboard.readText()"))


@pytest.fixture
def folder(demo: Demo, tmp_path: Path) -> Path:
    """Save what the tabs give away where the page says, beside the engine under its own name."""
    demo.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for tab, name in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(copied(demo, tab), encoding="utf-8")
    tmp_path.joinpath("serverside_datatables").symlink_to(ROOT / "app" / "serverside")
    return tmp_path


@pytest.fixture
def running(folder: Path) -> Iterator[str]:
    """Run what was copied, on a free port, and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = f"import app; app.fill(); app.app.run(port={port})"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", start], cwd=folder, env=environment
    )
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}/"
    process.terminate()
    process.wait()


def from_here(route: Route) -> None:
    """Answer with the file that is installed here."""
    path = ELSEWHERE[route.request.url.rsplit("/", 1)[1]]
    route.fulfill(path=path) if path else route.fulfill(body="", content_type="text/css")


def test_what_is_copied_runs(running: str, page: Page, complaints: list[str]) -> None:
    page.route(re.compile("https://"), from_here)
    page.goto(running)
    expect(page.locator("tbody tr")).to_have_count(10)
    page.get_by_role("searchbox").fill("user 777 zurich")
    expect(page.locator("tbody")).to_contain_text("User 7771")
    expect(page.locator(".dt-info")).to_contain_text("filtered from 10,000")
    # Another address than the site's is what this test is about.
    complaints[:] = [one for one in complaints if not one.startswith((running, "https://"))]


def test_the_last_statements_are_a_tab_where_the_server_tells_them(demo: Demo) -> None:
    demo.page.get_by_role("tab", name="SQL").last.click()
    expect(demo.page.locator("#code-sql")).to_be_visible()
    expect(demo.page.locator("#sql")).not_to_be_empty()


def test_code_is_coloured_and_stays_what_it_is(demo: Demo) -> None:
    own = demo.page.get_by_role("tab", name="This page's endpoint")
    own.click()
    shown = demo.page.get_by_role("tabpanel", name="This page's endpoint").locator("code")
    expect(shown.locator(".word").first).to_have_text("from")
    assert shown.text_content() == ROOT.joinpath("app/api/users.py").read_text(encoding="utf-8")


def test_tabs_turn_by_keyboard(demo: Demo) -> None:
    tab = demo.page.get_by_role("tab", name="Python")
    tab.press("ArrowRight")
    expect(demo.page.get_by_role("tab", name="HTML")).to_be_focused()
    expect(demo.page.get_by_role("tabpanel", name="HTML")).to_be_visible()
    demo.page.keyboard.press("End")
    expect(demo.page.get_by_role("tab", name="SQL")).to_be_focused()
    expect(demo.info).to_contain_text("1 to 10")
