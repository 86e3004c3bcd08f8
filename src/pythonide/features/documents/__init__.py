"""Text files open in the editor: a log of updates each, and the file that it makes."""
