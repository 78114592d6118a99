"""The reference pages, one per operation, model, error and event, and their indexes."""
