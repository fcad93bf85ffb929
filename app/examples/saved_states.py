"""Saved states on DataTables 3.

Named states of the table are kept on the server, in a table of their own, and come back on any
browser. StateRestore 2 asks the same address, and needs a licence of DataTables Plus; this page
does with DataTables' own methods.
"""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.database import db
from app.examples.engine import ColumnDT, DataTables, params
from app.examples.page import Page
from app.models import User

bp = Blueprint("example", __name__)

COLUMNS = [
    ColumnDT(User.id, mData="id", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(User.company, mData="company"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["ID", "Name", "Email", "Company"],
    reference="reference#saved-states",
    also=["api/states.py", "api/stored.py"],
    above="""
<form id="save">
  <label>Name:
    <input name="name" class="form-control" required maxlength="100" autocomplete="off">
  </label>
  <button class="btn">Save</button>
</form>
<ul id="states" aria-label="Saved states"></ul>""",
)
