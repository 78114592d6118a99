"""The command line: a command per operation of the API table, and commands such as `pull`."""
