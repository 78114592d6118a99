"""The contract for plugin authors: hooks, the descriptors that they return, and events."""
