"""One call, from arguments to a typed result: engine, limits, quota, deadline, decoding."""
