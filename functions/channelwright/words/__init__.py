"""All sentences that a user reads."""
