"""The plugin host: discovers plugins, isolates broken ones, and calls the hooks of the others."""
