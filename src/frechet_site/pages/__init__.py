"""Pages that belong to no other feature: about, glossary, health, style guide."""
