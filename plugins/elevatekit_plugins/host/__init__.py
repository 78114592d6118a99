"""The plugin host: finds plugins, keeps broken ones apart, and calls the others by our rules."""
