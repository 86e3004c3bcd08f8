"""Starting, watching and stopping runs."""
