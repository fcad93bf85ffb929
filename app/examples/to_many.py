"""To many: who lives at an address.

A join would repeat each address for each of its users and count it as often. Scalar subqueries
gather the users instead: one row is one address, the totals are addresses, and a name typed in the
search box finds where it lives.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import func, select

from app.database import db
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

HERE = User.address_id == Address.id
PEOPLE = select(func.count(User.id)).where(HERE).correlate(Address).scalar_subquery()
NAMES = (
    select(func.aggregate_strings(User.name, ", ")).where(HERE).correlate(Address).scalar_subquery()
)

COLUMNS = [
    ColumnDT(Address.street, mData="street"),
    ColumnDT(Address.city, mData="city"),
    ColumnDT(Address.country, mData="country"),
    ColumnDT(PEOPLE, mData="people", search_method="numeric"),
    ColumnDT(NAMES, mData="names"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(Address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Street", "City", "Country", "People", "Names"],
    reference="calling#your-query",
)
