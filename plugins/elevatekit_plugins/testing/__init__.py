"""Test tools for users: fixtures, scripted responses, cassettes. Imports nothing heavy."""
