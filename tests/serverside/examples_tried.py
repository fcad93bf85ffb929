"""How long hypothesis looks; `ORACLE_EXAMPLES=5000` looks much longer than usual."""

import os
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, settings

# Shrinking a failure takes minutes, the note shows the request at once; the long look shrinks.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES", "100"))


def looking(share: int = 1) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a test its settings and a share of the examples."""
    return settings(
        max_examples=EXAMPLES // share,
        deadline=None,
        derandomize="CI" in os.environ,
        phases=tuple(Phase) if "ORACLE_EXAMPLES" in os.environ else QUICK,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
