"""The endpoint to copy: what is shown, from where, and who may see it."""

from typing import Any

from flask import Blueprint, request
from sqlalchemy import select

from app.api.options import engine_options
from app.database import db
from app.models import Address, User
from app.serverside import ColumnDT, DataTables, params

bp = Blueprint("users", __name__)

COLUMNS = [
    ColumnDT(User.id, mData="id", search_method="numeric"),
    ColumnDT(User.name, mData="name"),
    ColumnDT(User.email, mData="email"),
    ColumnDT(User.phone, mData="phone"),
    ColumnDT(User.company, mData="company"),
    ColumnDT(User.birthday, mData="birthday", search_method="date"),
    ColumnDT(User.balance, mData="balance", search_method="numeric"),
    ColumnDT(User.active, mData="active", options=True),
    ColumnDT(User.created_at, mData="created_at", search_method="date"),
    ColumnDT(Address.street, mData="street"),
    ColumnDT(Address.city, mData="city"),
    ColumnDT(Address.state, mData="state", options=True),
    ColumnDT(Address.postcode, mData="postcode"),
    ColumnDT(Address.country, mData="country", options=True),
]


@bp.route("/users", methods=["GET", "POST"])
def users() -> tuple[dict[str, Any], dict[str, str]]:
    """Answer one DataTables draw over users and their addresses."""
    table = DataTables(
        params(request),
        select().select_from(User).outerjoin(User.address),
        COLUMNS,
        allow_regex_searches=True,
        session=db.session,
        row_id=lambda row: f"user_{row['id']}",
        **engine_options(),  # the settings' limits; without this, the engine's own
    )
    return table.output_result(), {"Server-Timing": table.server_timing}
