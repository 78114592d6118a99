"""Scripted responses for tests without a server, checked against the spec when defined."""
