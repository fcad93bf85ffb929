"""What README.md, the documents in docs/ and .env.example say is true."""

import re
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings

ROOT = Path(__file__).parent.parent
MOVING_OVER = (ROOT / "docs/moving-over.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SETTINGS = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
LINK = re.compile(r"""(?:\]\(|src="|srcset=")([^)":#]*)(?:#[^)"]*)?[)"]""")
TEST = re.compile(r"\[`(test_\w+)`\]\(([^)]+)\)")


def mentioned(pattern: re.Pattern[str]) -> list[Any]:
    """Find what the documents mention, and in which of them."""
    return [
        pytest.param(document, found, id=f"{document.name}: {found}")
        for document in DOCUMENTS
        for found in sorted(set(pattern.findall(document.read_text(encoding="utf-8"))))
    ]


def shown(default: object) -> str:
    """Return a default as one writes it in the environment."""
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if isinstance(default, tuple) else str(default)


def test_endpoint_shown_is_the_endpoint() -> None:
    source = (ROOT / "app/api/users.py").read_text(encoding="utf-8")
    assert f"```python\n{source}```" in README


@pytest.mark.parametrize(("document", "path"), mentioned(LINK))
def test_link_leads_to_a_file(document: Path, path: str) -> None:
    assert (document.parent / path).exists()


@pytest.mark.parametrize(("document", "found"), mentioned(TEST))
def test_test_named_is_there(document: Path, found: tuple[str, str]) -> None:
    test, path = found
    assert f"def {test}(" in (document.parent / path).read_text(encoding="utf-8")


def test_every_difference_has_its_test() -> None:
    rows = re.findall(r"^\| (?!what \||-)(.*) \|$", MOVING_OVER, re.MULTILINE)
    assert len(rows) > 40
    assert [row for row in rows if "test_" not in row.rpartition(" | ")[2]] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_make_targets_shown_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = document.read_text(encoding="utf-8")
    shown = re.findall(r"(?:^|`)make ([a-z-]+)(?= |`|$)", text, re.MULTILINE)
    assert set(shown) <= targets


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


@pytest.mark.parametrize("document", DOCUMENTS[1:], ids=lambda document: document.name)
def test_every_document_is_linked_from_the_readme(document: Path) -> None:
    assert f"(docs/{document.name})" in README


def headings(document: Path) -> set[str]:
    """Give the anchors of a document's headings as a Markdown page has them."""
    found = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in found}


ANCHOR = re.compile(r"\]\(([^):#]*\.md)?#([^)]+)\)")


@pytest.mark.parametrize(("document", "found"), mentioned(ANCHOR))
def test_anchor_is_a_heading(document: Path, found: tuple[str, str]) -> None:
    path, anchor = found
    assert anchor in headings(document.parent / path if path else document)


def test_sqlalchemy_shown_is_the_one_required() -> None:
    required = re.search(r'"(sqlalchemy>[^"]*)"', (ROOT / "pyproject.toml").read_text())
    assert required is not None
    assert f"`{required[1]}`" in README


def test_settings_table_is_complete() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\| (.*) \|$", SETTINGS, re.MULTILINE)
    assert rows == [
        (name.upper(), shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_env_example_has_the_setting(name: str) -> None:
    field = Settings.model_fields[name]
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert f"# {field.description}\n#{name.upper()}={shown(field.default)}\n" in example
