"""The life of a run; no framework, no SQL."""
