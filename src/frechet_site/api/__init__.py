"""The JSON interface: what the engine does, for other programs."""
