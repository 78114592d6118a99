"""Makes the edit of a spec from the report of a probe."""
