"""What holds only while nobody commits to the same server is tried until it does.

A token of PostgreSQL's counts the commits of all databases of a server, and other tests run beside
these; so a draw may have to ask again, now and then for seconds.
"""

import time
from collections.abc import Callable

PATIENCE = 60  # seconds


def undisturbed(holds: Callable[[], bool]) -> bool:
    """Tell whether something holds as soon as nobody commits."""
    until = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
