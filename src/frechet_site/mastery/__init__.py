"""Practice: the skill map and the review queue."""
