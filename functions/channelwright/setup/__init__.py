"""The application at Discord: its commands and its endpoint."""
