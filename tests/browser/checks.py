"""What every page keeps to: nothing sticks out sideways, and axe finds nothing serious."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """
axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations
  .filter(({ impact }) => ['serious', 'critical'].includes(impact))
  .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`))
"""
LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


def look(page: Page, width: int, scheme: str) -> None:
    """Give a page a screen's width, and light or dark, before it is opened."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]


def serious_findings(page: Page) -> list[str]:
    """Return what axe finds serious or critical on a page as it is now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    findings: list[str] = page.evaluate(RUN)
    return findings


def overflow(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    width: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return width
