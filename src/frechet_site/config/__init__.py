"""The project: settings from the environment, addresses, the entry points of the server."""
