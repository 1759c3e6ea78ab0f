"""What other systems hear of campaigns: docs/events.md."""
