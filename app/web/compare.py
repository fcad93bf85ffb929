"""The page that asks the unchanged library and this engine for the same draws."""

from dataclasses import dataclass
from importlib.metadata import version

from flask import Blueprint, current_app, render_template

bp = Blueprint("compare", __name__)


@dataclass(frozen=True)
class Scenario:
    """A draw to try by one click; `at` is how far into the pages it lies, from 0 to 1."""

    name: str
    search: str = ""
    order: str = "name"
    direction: str = "asc"
    at: float = 0.0
    pages: int = 1


SCENARIOS = (
    Scenario("First page by ID", order="id"),
    Scenario("Last page by ID", order="id", at=1.0),
    Scenario("Deep page by name", at=0.6),
    Scenario("Rare search", search="hensley"),
    Scenario("Two letters", search="zo"),
    Scenario("Search, ordered by city", search="maria", order="city"),
    Scenario("Two pages by status", order="active", direction="desc", pages=2),
)
ORDERS = {
    "id": "ID",
    "name": "Name",
    "city": "City",
    "active": "Status",
    "created_at": "Created",
}


@bp.get("/compare")
def compare() -> str:
    """Show both tables; or, where the library's endpoint is off, say how to switch it on."""
    return render_template(
        "compare.html",
        page="compare",
        stock=current_app.extensions["settings"].stock_baseline,
        library=f"sqlalchemy-datatables {version('sqlalchemy-datatables')}",
        scenarios=SCENARIOS,
        orders=ORDERS,
    )
