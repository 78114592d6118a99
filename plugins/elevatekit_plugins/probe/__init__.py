"""Compares the responses of the service with the spec."""
