"""What PostgreSQL sessions need: UTC, quick planning for short queries, time limits."""

from sqlalchemy import Connection, Engine, text

LOCK = 7_266_120  # any number; whoever changes the schema or seeds holds it
CONNECT_SECONDS = 5
LOCK_TIMEOUT_MS = 2000  # a reader that finds the tables being replaced gives up soon


def connect_args(*, read_only: bool, statement_timeout_ms: int = 0) -> dict[str, object]:
    """Give the driver's arguments; the options travel with the connection, at no round trip."""
    options = {
        "timezone": "UTC",
        "jit": "off",  # compiling costs more than a page of rows does
        "plan_cache_mode": "force_custom_plan",  # a generic plan can't see how deep OFFSET goes
        "default_transaction_read_only": "on" if read_only else "off",
        "statement_timeout": statement_timeout_ms,
        "lock_timeout": LOCK_TIMEOUT_MS if read_only else 0,
    }
    return {
        "application_name": "datatables-demo",
        "connect_timeout": CONNECT_SECONDS,
        "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
    }


def wait_for_lock(connection: Connection) -> None:
    """Wait until no other process is in such a transaction; it ends with this one's."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def vacuum(engine: Engine) -> None:
    """Note which pages everybody can see: counts then need the index alone."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) users, addresses"))
