"""Text files open in the editor: load, save, revisions."""
