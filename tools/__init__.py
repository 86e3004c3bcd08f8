"""What developers run; never shipped."""
