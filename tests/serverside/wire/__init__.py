"""Tests of `app/serverside/wire`."""
