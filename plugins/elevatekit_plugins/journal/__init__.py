"""The journal: an SQLite record of every request to the API and every response."""
