"""What the compose file promises that only running it would show otherwise."""

import re
from pathlib import Path

import pytest

from app.settings import Settings

COMPOSE = (Path(__file__).parent.parent / "docker-compose.yml").read_text(encoding="utf-8")
OF_THE_CONTAINER = {"database_url", "host", "port"}  # .env must not change these inside


@pytest.mark.parametrize("name", sorted(Settings.model_fields.keys() - OF_THE_CONTAINER))
def test_setting_reaches_the_containers(name: str) -> None:
    variable = name.upper()
    assert re.search(rf"^    {variable}: \$\{{{variable}:-", COMPOSE, re.MULTILINE)
