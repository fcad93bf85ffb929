"""Tests of `app/serverside/explain`."""
