"""GROUP BY: a row for each city.

A grouped query is passed as it is. Filters apply to what a row shows, so that `>= 100` in the
search of the people finds the large cities, and the totals count groups.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import func, select

from app.database import db
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(Address.country, mData="country"),
    ColumnDT(Address.city, mData="city"),
    ColumnDT(func.count(User.id), mData="people", search_method="numeric"),
    ColumnDT(func.sum(User.balance), mData="balance", search_method="numeric"),
    ColumnDT(func.max(User.birthday), mData="youngest", search_method="date"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).join(User.address).group_by(Address.country, Address.city)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Country", "City", "People", "Balances", "Youngest born"],
    reference="calling#your-query",
    above="""
<label>People
  <input id="people" type="search" class="form-control" placeholder="&gt;= 10">
</label>""",
)
