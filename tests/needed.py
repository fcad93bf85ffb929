"""What a machine may lack that a test needs: an error on the build server, elsewhere a reason."""

import os
from typing import NoReturn, TypeVar

import pytest

T = TypeVar("T")


def lacking(how_to_get_it: str) -> NoReturn:
    """Fail on CI, where nothing may be left out; elsewhere skip the test, and say what it takes."""
    if os.environ.get("CI") == "true":
        pytest.fail(how_to_get_it)
    pytest.skip(how_to_get_it)


def needed(found: T | None, how_to_get_it: str) -> T:
    """Return what was found; without it, see `lacking`."""
    if found is None:
        lacking(how_to_get_it)
    return found
