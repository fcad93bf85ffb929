"""Requests nobody should send, made from those that real clients send: no answer may give way."""
