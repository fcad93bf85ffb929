"""Tests of `app/serverside/columns`."""
