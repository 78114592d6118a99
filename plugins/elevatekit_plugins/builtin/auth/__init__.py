"""Auth schemes."""
