"""The demo application; `create_app` wires it together, top to bottom."""

import logging
import sys
from importlib import import_module

from flask import Flask
from sqlalchemy.exc import OperationalError

from app import admission, api, cli, observe, web
from app.api import health
from app.api.json import OrjsonProvider
from app.database import db
from app.schema import SchemaError, catch_up, create_schema
from app.serverside import Limits, Tuning
from app.settings import PROJECT, Settings, load
from app.web import assets, compression

APP_LOAD_ERROR = 4  # at this exit code gunicorn stops, at others it starts the worker again

logger = logging.getLogger(__name__)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the app from the settings given, or else from the environment's."""
    settings = settings or load()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")

    app = Flask(
        __name__,
        template_folder=PROJECT / "templates",
        static_folder=assets.SOURCE,
        static_url_path=assets.url_path(),
    )
    app.config["MAX_CONTENT_LENGTH"] = settings.max_content_length
    app.extensions["settings"] = settings
    app.extensions["datatables"] = {
        "limits": _limits(settings),
        "tuning": _tuning(settings),
        "inspect": settings.inspector,
    }
    app.json = OrjsonProvider(app)

    db.init_app(app, settings)
    admission.init_app(app, settings)
    observe.init_app(app)
    _prepare_database(app)

    app.register_blueprint(health.bp)
    if settings.metrics:
        import_module("app.metrics").register(app)  # only who wants it needs the library
    api.register(app)
    web.register(app)
    cli.register(app)

    compression.register(app)
    assets.serve(app)
    return app


def _limits(settings: Settings) -> Limits:
    """Bound requests; what no setting says is the engine's own."""
    return Limits(
        max_length=settings.max_page_length,
        max_rows=settings.max_export_rows,
        max_term_length=settings.max_term_length,
        max_conditions=settings.max_conditions,
        max_criteria=settings.max_criteria,
        max_depth=settings.max_depth,
        max_values=settings.max_values,
        max_options=settings.max_options,
    )


def _tuning(settings: Settings) -> Tuning:
    """Switch the engine's means of speed."""
    return Tuning(
        late_rows=settings.late_rows,
        lookup=settings.lookup,
        loose_scan=settings.loose_scan,
        remember=settings.remember,
        change_marks=settings.change_marks,
        anchors=settings.anchors,
        from_the_end=settings.from_the_end,
        memory_bytes=settings.memory_mb * 1_000_000,
        count_budget_ms=settings.count_budget_ms,
    )


def _prepare_database(app: Flask) -> None:
    """Make the tables when there are none; a database that is away is waited for by /readyz."""
    with app.app_context():
        try:
            create_schema(db.engine)
            catch_up(db.engine)
        except SchemaError as error:
            logger.critical(error)
            sys.exit(APP_LOAD_ERROR)
        except OperationalError:
            logger.warning("The database does not answer; serving 503 until it does.")
        finally:
            db.engines.dispose()  # a forked worker must not share a connection
