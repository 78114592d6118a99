"""Compares what the service answers with what the spec says."""
