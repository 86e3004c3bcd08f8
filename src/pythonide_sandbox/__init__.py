"""Runs inside the sandbox: standard library only, knows nothing of pythonide."""
