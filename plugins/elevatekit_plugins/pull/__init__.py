"""Pull: declare or name interactions, wait for them, and fetch every result into a journal."""
