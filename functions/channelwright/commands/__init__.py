"""The slash commands: what Discord is told of each, and what each asks of the queue."""
