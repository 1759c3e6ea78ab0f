"""All campaigns together within Discord's limits."""
