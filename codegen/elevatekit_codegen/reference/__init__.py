"""The reference: a page for each operation, model, error and event, and ways to find them."""
