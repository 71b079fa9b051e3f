"""The course player."""
