"""What every extension answers from."""

from dataclasses import dataclass

from ..limits import Limits
from ..plan.lookup import Declaration
from ..plan.plan import Plan
from ..sql.facets import Facets
from ..wire.request import DrawRequest


@dataclass(frozen=True, slots=True)
class Draw:
    """One draw: its request over the declared columns, its plan, and the values to pick from."""

    request: DrawRequest
    declaration: Declaration
    plan: Plan
    limits: Limits
    facets: Facets
