"""Export: render what a journal holds to any number of destinations."""
