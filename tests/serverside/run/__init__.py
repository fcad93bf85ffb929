"""Tests of `app/serverside/run`."""
