"""POST and JSON.

A table of many columns outgrows an address: gunicorn reads 4,094 bytes of one, which about 18
columns fill. The same endpoint reads the request from a JSON body; the page says so in three
options, of which `contentType` mends that DataTables 3 labels its JSON a form.
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
    ColumnDT(User.company, mData="company"),
    ColumnDT(User.birthday, mData="birthday", search_method="date"),
    ColumnDT(Address.city, mData="city"),
    ColumnDT(Address.country, mData="country"),
]


@bp.route("/rows", methods=["GET", "POST"])
def rows() -> dict[str, Any]:
    """Answer one draw."""
    query = select().select_from(User).outerjoin(User.address)
    table = DataTables(params(request), query, COLUMNS, session=db.session)
    return table.output_result()


PAGE = Page(
    ["ID", "Name", "Email", "Company", "Birthday", "City", "Country"],
    reference="reference#how-a-request-may-travel",
)
