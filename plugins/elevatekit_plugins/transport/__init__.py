"""The network interface: sends a request and returns a response of limited time and size."""
