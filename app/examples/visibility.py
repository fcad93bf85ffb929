"""Who may see which rows.

The query decides: what it leaves out is in no page, no total and no list of values, and no request
can name its way to it. Here a switch says who is looking; in your application the session does,
and nobody can choose.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples import clients
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

COUNTRIES = {"ada": ["Germany", "Greece"], "bo": ["Sweden"]}

COLUMNS = [
    ColumnDT(User.id, mData="id", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(Address.country, mData="country", options=True),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw over the users of the viewer's countries; a guest has none."""
    mine = COUNTRIES.get(request.values.get("viewer", ""), [])
    query = select().select_from(User).join(User.address).where(Address.country.in_(mine))
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["ID", "Name", "Email", "Country"],
    reference="calling#your-query",
    above="""
<label>Signed in as
  <select id="viewer" class="form-select">
    <option value="ada">Ada, who looks after Germany and Greece</option>
    <option value="bo">Bo, who looks after Sweden</option>
    <option value="">a guest</option>
  </select>
</label>""",
    clients=[clients.COLUMN_CONTROL],
)
