"""What a change of the spec means to those who use what is made from it."""
