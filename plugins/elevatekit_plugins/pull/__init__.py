"""Pull: declares or reads interactions, waits for them, and stores every result in a journal."""
