"""The API, served from its spec: stateful, seeded, and strict. It is no model."""
