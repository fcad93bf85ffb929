"""Tests of `app/serverside/dialects`."""
