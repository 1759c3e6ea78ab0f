"""The slash commands: their definitions for Discord and their messages for the queue."""
