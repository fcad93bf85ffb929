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


@pytest.mark.parametrize("limit", ["mem_limit", "pids_limit", "cpus", "cap_drop", "read_only"])
def test_every_service_that_serves_is_limited(limit: str) -> None:
    hardened, rest = COMPOSE.split("x-web:", maxsplit=1)
    assert re.search(rf"^  {limit}: ", hardened, re.MULTILINE)
    services = rest.split("services:", maxsplit=1)[1].split("\n  test:\n", maxsplit=1)[0]
    bodies = re.split(r"^  [a-z-]+:(?: &[a-z]+)?$", services, flags=re.MULTILINE)[1:]
    assert len(bodies) == 10
    assert all(re.search(r"<<: \*(hardened|web|db|standby)\b", body) for body in bodies)
