"""What the features share: the engine's pool, Markdown, limits, template tags."""
