"""Translates between the network and the features, and nothing else."""
