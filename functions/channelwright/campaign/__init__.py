"""A campaign: what it is, how it is planned, made, known again and removed."""
