"""Discord's HTTP API, and the rules of a server."""
