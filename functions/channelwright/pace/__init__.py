"""Keep all campaigns together within Discord's limits."""
