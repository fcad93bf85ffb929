#!/bin/sh
# Run once by the primary's container, when its database is made: standbys may connect.
set -eu
echo "host replication $POSTGRES_USER all scram-sha-256" >> "$PGDATA/pg_hba.conf"
