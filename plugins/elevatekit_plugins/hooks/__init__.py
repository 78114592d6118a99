"""The contract with plugin authors: hooks, what plugins register, and what they are told."""
