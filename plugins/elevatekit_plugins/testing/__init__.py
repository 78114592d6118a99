"""What ships for people's own test suites. Importing it imports nothing heavy."""
