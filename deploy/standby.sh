#!/bin/sh
# What a standby's container runs: copy the primary, unless that was done before, then follow it.
set -eu
chmod 700 "$PGDATA"
until [ -e "$PGDATA/standby.signal" ]; do
    find "$PGDATA" -mindepth 1 -delete # what a broken copy has left
    pg_basebackup --host="$PRIMARY" --username="$POSTGRES_USER" --pgdata="$PGDATA" \
        --write-recovery-conf --wal-method=stream --checkpoint=fast || sleep 2
done
exec postgres "$@"
