"""Our own lint rules: what ruff, pyright and import-linter cannot say. Run with `python -m tools.lint`."""
