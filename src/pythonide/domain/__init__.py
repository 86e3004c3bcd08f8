"""Ids, run states and reasons, paths, errors; no I/O, no third party."""
