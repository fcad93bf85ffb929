"""What PostgreSQL needs of the demo: names, a lock for who seeds, visible pages."""

from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

LOCK = 7_266_120  # any number; whoever changes the schema or seeds holds it
WRITE_LOCK = 7_266_121  # ... or lets requests write, one at a time
CONNECT_SECONDS = 5  # of the driver; draws have their own, shorter one
NAME = "datatables-demo"  # by which the server knows our connections


CONNECT_ARGS: dict[str, Any] = {
    "application_name": NAME,
    "connect_timeout": CONNECT_SECONDS,
    # A link that died without a word is noticed on connections that wait for nothing, too.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
WRITE_ARGS = CONNECT_ARGS | {
    "options": "-c timezone=UTC -c jit=off -c default_transaction_read_only=off"
}


def preparing(prepares: bool) -> dict[str, Any]:
    """Return the driver's argument for statements that are prepared when they come again, or not.

    https://www.psycopg.org/psycopg3/docs/advanced/prepare.html#using-prepared-statements-with-pgbouncer
    """
    return {} if prepares else {"prepare_threshold": None}


def wait_for_lock(connection: Connection, lock: int, wait_ms: int) -> None:
    """Wait until no other process is in such a transaction; it ends with this one's."""
    connection.execute(select(func.set_config("lock_timeout", str(wait_ms), True)))
    connection.execute(select(func.pg_advisory_xact_lock(lock)))
    connection.execute(select(func.set_config("lock_timeout", "0", True)))


_LAG = text("""
    SELECT CASE
        WHEN NOT pg_is_in_recovery() THEN 0
        WHEN EXISTS (SELECT FROM pg_stat_wal_receiver)
            AND pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), 0)
    END
""")


def lag_seconds(connection: Connection) -> float:
    """Return how far a standby is behind; one that hears of nothing is as old as what it has."""
    return float(connection.scalar(_LAG) or 0)


def vacuum(engine: Engine) -> None:
    """Note which pages everybody can see: counts then need the index alone."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM users, addresses"))
