"""Setting up courses with their people and material."""
