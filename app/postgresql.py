"""What PostgreSQL needs of the demo: names, a lock for who seeds, visible pages."""

from sqlalchemy import Connection, Engine, text

LOCK = 7_266_120  # any number; whoever changes the schema or seeds holds it
CONNECT_SECONDS = 5
NAME = "datatables-demo"  # by which the server knows our connections


CONNECT_ARGS = {"application_name": NAME, "connect_timeout": CONNECT_SECONDS}
WRITE_ARGS = CONNECT_ARGS | {
    "options": "-c timezone=UTC -c jit=off -c default_transaction_read_only=off"
}


def wait_for_lock(connection: Connection) -> None:
    """Wait until no other process is in such a transaction; it ends with this one's."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def vacuum(engine: Engine) -> None:
    """Note which pages everybody can see: counts then need the index alone."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM users, addresses"))
