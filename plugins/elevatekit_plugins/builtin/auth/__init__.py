"""Ways to sign requests."""
