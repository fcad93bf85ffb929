"""PostgreSQL's change marks, written: a table of them, triggers that add them, what reads them.

A mark holds how many rows a statement has added, and a random number. The sum of these numbers
tells one set of marks from any other, so also one version of the data; ids would not: they come
again after a crash that lost commits, and in a restored or promoted database.
"""

from .statements import QUOTE, written

PURGED_AFTER = 256  # marks; to add up as many takes about 0.05 ms

# What tells whether the table can have been changed without a mark since these were made: a file
# written anew, children, columns altered, labels of enums, triggers dropped or switched off and on.
# Each row of the catalogue tells by `xmin` which transaction has written it.
_SHAPE = """(
    SELECT concat_ws(' ', class.oid, pg_relation_filenode(class.oid), class.relhassubclass,
        (SELECT sum(xmin::text::bigint) FROM pg_catalog.pg_attribute
            WHERE attrelid = class.oid AND attnum > 0),
        (SELECT concat_ws('+', count(*), sum(pg_enum.xmin::text::bigint))
            FROM pg_catalog.pg_attribute JOIN pg_catalog.pg_enum ON enumtypid = atttypid
            WHERE attrelid = class.oid AND attnum > 0 AND atttypid >= 16384),
        (SELECT concat_ws('+', count(*), sum(one.xmin::text::bigint), max(pg_proc.xmin::text))
            FROM pg_catalog.pg_trigger AS one JOIN pg_catalog.pg_proc ON pg_proc.oid = tgfoid
            WHERE tgrelid IN (class.oid, {marks_text}::regclass) AND tgfoid = {add_text}::regproc)
    ) FROM pg_catalog.pg_class AS class WHERE class.oid = {oid}
)"""

# Not cut at its end: that takes a lock which a standby's readers would have to wait for.
_TABLE = """
CREATE TABLE {marks} (
    id bigint GENERATED ALWAYS AS IDENTITY,
    delta bigint NOT NULL,
    reset boolean NOT NULL DEFAULT false,
    shape text,
    salt bigint NOT NULL DEFAULT uuid_hash_extended(gen_random_uuid(), 0)
) WITH (
    autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0, vacuum_truncate = false
)
"""
_FIRST = "INSERT INTO {marks} (delta, reset, shape) SELECT {rows}, true, {shape}"

# A statement's mark; a row's where changes arrive from a publisher, which fire no other triggers.
_ADD = """
DECLARE
    number bigint;
BEGIN
    IF TG_WHEN = 'BEFORE' THEN
        RETURN NULL;  -- a publisher's mark, which says nothing of this table
    ELSIF TG_OP = 'TRUNCATE' THEN
        INSERT INTO {marks} (delta, reset, shape) SELECT 0, true, {shape};
        RETURN NULL;
    ELSIF TG_LEVEL = 'ROW' THEN
        INSERT INTO {marks} (delta)
        VALUES (CASE TG_OP WHEN 'INSERT' THEN 1 WHEN 'DELETE' THEN -1 ELSE 0 END)
        RETURNING id INTO number;
    ELSIF TG_OP = 'INSERT' THEN
        INSERT INTO {marks} (delta) SELECT count(*) FROM added RETURNING id INTO number;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO {marks} (delta) SELECT -count(*) FROM removed RETURNING id INTO number;
    ELSE
        INSERT INTO {marks} (delta) VALUES (0) RETURNING id INTO number;
    END IF;
    IF number % {purged_after} = 0 THEN
        PERFORM {purge}();
    END IF;
    RETURN NULL;
END
"""

# In one statement, so of one snapshot. The mark that is left has the newest deleted id: a TRUNCATE
# that is still open has a higher one, which must go on to be the later of the two. It is no reset:
# marks that are committed later may have lower ids, and count. None of these can be from before
# the last reset, whose lock has let no change of the table be open.
_PURGE = """
BEGIN
    IF current_setting('transaction_isolation') = 'read committed'
        AND pg_try_advisory_xact_lock({lock}, {marks_text}::regclass::oid::int)
    THEN
        WITH old AS (DELETE FROM {marks} RETURNING id, delta, reset, shape),
        since AS (SELECT coalesce(max(id) FILTER (WHERE reset), 0) AS first FROM old)
        INSERT INTO {marks} (id, delta, shape) OVERRIDING SYSTEM VALUE
        SELECT max(id), coalesce(sum(delta) FILTER (WHERE id >= first), 0),
            (array_agg(shape ORDER BY id DESC) FILTER (WHERE shape IS NOT NULL))[1]
        FROM old, since HAVING count(*) > 0;
    END IF;
END
"""

# STABLE, so of the snapshot of the statement that calls it. Without parameters in its query, whose
# plan is then made once a session; the argument is the table that the caller means. Rows that a
# policy hides are no change.
_NOW = """
BEGIN
    IF tab = {table_text}::regclass AND NOT row_security_active(tab) THEN
        SELECT count(*) || ':' || sum(salt), sum(delta) FILTER (WHERE id >= first)
        INTO token, total
        FROM {marks}, (
            SELECT coalesce(max(id) FILTER (WHERE reset), 0) AS first,
                (array_agg(shape ORDER BY id DESC) FILTER (WHERE shape IS NOT NULL))[1] AS made_of
            FROM {marks}
        ) AS last
        WHERE made_of = {shape};
    END IF;
END
"""

_ALONE = "SECURITY DEFINER SET search_path = pg_catalog, pg_temp"  # who writes needs no right to it
_FUNCTIONS = {
    "purge": f"CREATE FUNCTION {{purge}}() RETURNS void LANGUAGE plpgsql {_ALONE} AS {{body}}",
    "add": f"CREATE FUNCTION {{add}}() RETURNS trigger LANGUAGE plpgsql {_ALONE} AS {{body}}",
    "now": "CREATE FUNCTION {now}(tab regclass, OUT token text, OUT total bigint) "
    "LANGUAGE plpgsql STABLE PARALLEL SAFE AS {body}",
}
BODIES = {"add": _ADD, "now": _NOW, "purge": _PURGE}

_TRIGGER = "CREATE TRIGGER {name} {event} EXECUTE FUNCTION {add}()"
_TRIGGERS = {
    "insert": "AFTER INSERT ON {table} REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
    "delete": "AFTER DELETE ON {table} REFERENCING OLD TABLE AS removed FOR EACH STATEMENT",
    "update": "AFTER UPDATE ON {table} FOR EACH STATEMENT",
    "truncate": "AFTER TRUNCATE ON {table} FOR EACH STATEMENT",
    "row": "AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW",
    "foreign": "BEFORE INSERT OR UPDATE OR DELETE ON {marks} FOR EACH ROW "
    "WHEN (pg_trigger_depth() = 0)",
}
_AFTERWARDS = (
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {truncate}",
    "ALTER TABLE {table} ENABLE REPLICA TRIGGER {row}",
    "ALTER TABLE {marks} ENABLE REPLICA TRIGGER {foreign}",
    "ALTER TABLE {marks} REPLICA IDENTITY FULL",
    "GRANT SELECT ON {marks} TO PUBLIC",
    "REVOKE EXECUTE ON FUNCTION {add}() FROM PUBLIC",
)
_DROPPING = (
    "DROP FUNCTION IF EXISTS {add}() CASCADE",  # and its triggers
    "DROP FUNCTION IF EXISTS {now}(regclass)",
    "DROP FUNCTION IF EXISTS {purge}()",
    "DROP TABLE IF EXISTS {marks}",
)

_LOCK = 7_266_121  # any number; with that of the table of marks, whoever purges holds it


class Written:
    """The statements for one table's marks, whose names lie in the table's schema."""

    def __init__(self, table: str, schema: str | None) -> None:
        own = f"{table}_change_marks"
        self.functions = {part: f"{own}_{part}" for part in BODIES}
        names = {part: written(name, schema) for part, name in self.functions.items()}
        names |= {"table": written(table, schema), "marks": written(own, schema)}
        texts = {f"{part}_text": _text(names[part]) for part in ("table", "marks", "add")}
        triggers = {part: QUOTE.quote(f"{own}_{part}") for part in _TRIGGERS}
        self._names = names | texts | triggers | {"lock": _LOCK, "purged_after": PURGED_AFTER}

    def body(self, part: str) -> str:
        """Write what a function does."""
        oid = "TG_RELID" if part == "add" else "{table_text}::regclass"
        return self._filled(BODIES[part].replace("{shape}", _SHAPE.replace("{oid}", oid)))

    def making(self, rows: int) -> list[str]:
        """Write all that is made, for a table of so many rows."""
        functions = (self._function(part) for part in _FUNCTIONS)
        triggers = (
            self._filled(_TRIGGER.replace("{event}", event).replace("{name}", f"{{{part}}}"))
            for part, event in _TRIGGERS.items()
        )
        first = _FIRST.replace("{shape}", _SHAPE.replace("{oid}", "{table_text}::regclass"))
        afterwards = map(self._filled, _AFTERWARDS)
        return [
            self._filled(_TABLE), *functions, *triggers, *afterwards,
            self._filled(first.replace("{rows}", str(rows))),
        ]  # fmt: skip

    def dropping(self) -> list[str]:
        """Write what removes all that was made."""
        return [self._filled(statement) for statement in _DROPPING]

    def locking(self) -> str:
        """Write what lets others read, and nobody write, until the transaction ends."""
        return self._filled("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE")

    def counting(self) -> str:
        """Write what counts the rows."""
        return self._filled("SELECT count(*) FROM {table}")

    def purging(self) -> str:
        """Write what folds old marks."""
        return self._filled("SELECT {purge}()")

    def _function(self, part: str) -> str:
        quoted = f"$marks${self.body(part)}$marks$"
        return self._filled(_FUNCTIONS[part].replace("{body}", "\0")).replace("\0", quoted)

    def _filled(self, statement: str) -> str:
        return statement.format(**self._names)


def _text(name: str) -> str:
    """Write a name as a value that PostgreSQL reads one from."""
    return "'" + name.replace("'", "''") + "'"
