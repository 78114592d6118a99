"""The journal: everything that was asked of the API and everything that came back, in SQLite."""
