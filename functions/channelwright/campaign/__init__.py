"""A campaign: its data, and how it is planned, created, recognized and removed."""
