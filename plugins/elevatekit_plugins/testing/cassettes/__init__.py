"""Cassettes that can be committed: the same bytes each time, and no secret in them."""
