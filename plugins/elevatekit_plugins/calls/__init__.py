"""Executes one call, from arguments to typed result: retries, limits, quota, deadline, decoding."""
