"""Set up the application at Discord: its commands and its endpoint."""
