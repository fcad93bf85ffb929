"""What the app answers in JSON."""

from flask import Blueprint, Flask

from app import admission, observe
from app.api import errors, export, openapi, states, stock, timing, users


def register(app: Flask) -> None:
    """Put the endpoints at their addresses."""
    api = Blueprint("api", __name__, url_prefix="/api")
    errors.register(api)
    timing.register(api)
    observe.watch(api, "api.users.users")
    admission.guard(api, but=("api.export.export",))  # these have places of their own
    api.register_blueprint(users.bp)
    api.register_blueprint(export.bp)
    api.register_blueprint(states.bp)
    if app.extensions["settings"].stock_baseline:
        api.register_blueprint(stock.bp)
    app.register_blueprint(api)
    app.register_blueprint(openapi.bp)
