"""Export: renders the contents of a journal to any number of destinations."""
