"""The built-in plugins, loaded through entry points like third-party ones."""
