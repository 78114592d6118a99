"""Cassettes that are safe to commit: reproducible and free of secrets."""
