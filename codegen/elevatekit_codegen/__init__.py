"""Generates the SDK from its OpenAPI spec, and verifies that generated code matches the spec."""
