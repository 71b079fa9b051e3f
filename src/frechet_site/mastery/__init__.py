"""Practice: the map of skills, reviews that are due, mistakes, a plan, a placement test."""
