"""Tests of `app/serverside/answer`."""
