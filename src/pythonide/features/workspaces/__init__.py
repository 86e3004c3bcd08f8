"""File trees of people and courses."""
