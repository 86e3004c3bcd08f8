"""Alembic scripts, packaged with the program."""
