"""Tests of `app/serverside/plan`."""
