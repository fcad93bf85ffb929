"""Exports of all matching rows.

The links take the table's own request along: what is exported is what matches now, in the order and
the columns of the table, all of it and not the page alone. They follow the table as it changes.
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
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(User.balance, mData="balance", search_method="numeric"),
    ColumnDT(Address.country, mData="country"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["Name", "Email", "Balance", "Country"],
    reference="moving-over#all-rows",
    above="""
<p>All that match, as
  <a class="export" href="../../api/users/export.csv">CSV</a>,
  <a class="export" href="../../api/users/export.xlsx">Excel</a> or
  <a class="export" href="../../api/users/export.jsonl">JSON lines</a></p>""",
    copied=False,
)
