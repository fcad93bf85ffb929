"""Tests of `app/serverside/sql`."""
