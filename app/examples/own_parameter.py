"""A parameter of the page's own.

The page adds `country` to each request, and the endpoint narrows its query by it. As it is the
endpoint's own restriction, both totals are of that country, and nothing else in the request can
widen it.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.id, mData="id", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(Address.city, mData="city"),
    ColumnDT(Address.country, mData="country"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw over the users of a country, or of all."""
    query = select().select_from(User).outerjoin(User.address)
    if country := request.values.get("country"):
        query = query.where(Address.country == country)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["ID", "Name", "Email", "City", "Country"],
    reference="reference#how-a-request-may-travel",
    above="""
<label>Users of
  <select id="country" class="form-select">
    <option value="">all countries</option>
    <option>Germany</option>
    <option>Greece</option>
    <option>United States</option>
  </select>
</label>""",
)
