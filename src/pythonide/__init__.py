"""A Python IDE in the browser for whole classes, on a machine the school owns."""
