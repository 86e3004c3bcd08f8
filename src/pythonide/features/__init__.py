"""What people do with PythonIDE; every feature has the same file names."""
