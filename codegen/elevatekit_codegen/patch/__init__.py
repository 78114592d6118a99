"""Edits a spec according to the report of a probe."""
