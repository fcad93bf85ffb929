"""Tests of the engine, against an independent oracle on both databases."""
