"""What README.md, .env.example and the changelog say is true."""

import re
from pathlib import Path

import pytest

from app.settings import Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FILES = sorted(set(re.findall(r"""(?:\]\(|src="|srcset=")([^)":#]+)[)"]""", README)))
TESTS = re.findall(r"\[`(test_\w+)`\]\(([^)]+)\)", README)


def shown(default: object) -> str:
    """Return a default as one writes it in the environment."""
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if isinstance(default, tuple) else str(default)


def test_endpoint_shown_is_the_endpoint() -> None:
    source = (ROOT / "app/api/users.py").read_text(encoding="utf-8")
    assert f"```python\n{source}```" in README


@pytest.mark.parametrize("path", FILES)
def test_link_leads_to_a_file(path: str) -> None:
    assert (ROOT / path).exists()


@pytest.mark.parametrize(("test", "path"), TESTS)
def test_test_named_is_there(test: str, path: str) -> None:
    assert f"def {test}(" in (ROOT / path).read_text(encoding="utf-8")


def test_make_targets_shown_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)(?= |`|$)", README, re.MULTILINE)) <= targets


def test_sqlalchemy_shown_is_the_one_required() -> None:
    required = re.search(r'"(sqlalchemy>[^"]*)"', (ROOT / "pyproject.toml").read_text())
    assert required is not None
    assert f"`{required[1]}`" in README


def test_settings_table_is_complete() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (?:`(.*?)`)? ?\| (.*) \|$", README, re.MULTILINE)
    assert rows == [
        (name.upper(), shown(field.default), field.description)
        for name, field in Settings.model_fields.items()
    ]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_env_example_has_the_setting(name: str) -> None:
    field = Settings.model_fields[name]
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert f"# {field.description}\n#{name.upper()}={shown(field.default)}\n" in example
