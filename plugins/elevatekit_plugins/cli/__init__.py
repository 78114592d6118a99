"""The command line, made from the table of an API and a few commands around it."""
