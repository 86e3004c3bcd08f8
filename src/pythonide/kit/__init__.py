"""Small helpers that could be in any program."""
