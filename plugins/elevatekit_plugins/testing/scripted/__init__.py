"""Answers written down by a test, in place of a server: checked against the spec when they are."""
