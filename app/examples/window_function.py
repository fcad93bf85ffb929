"""A window function: ranks within a country.

The rank is computed over all users of a country, and then filtered, ordered and paged like any
column. A filter never changes the rank that it filters: it is tested outside of the query that
ranks.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import func, select

from app.database import db
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import Address, User

bp = Blueprint("example", __name__)

RANK = func.rank().over(partition_by=Address.country, order_by=User.balance.desc())

COLUMNS = [
    ColumnDT(Address.country, mData="country"),
    ColumnDT(RANK, mData="rank", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.balance, mData="balance", search_method="numeric"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).join(User.address).where(User.balance.is_not(None))
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Country", "Rank", "Name", "Balance"],
    reference="calling#your-query",
    above="""
<label>The richest
  <select id="first" class="form-select">
    <option value="">of all ranks</option>
    <option value="&lt;= 1">of each country</option>
    <option value="&lt;= 3">three of each country</option>
  </select>
</label>""",
)
