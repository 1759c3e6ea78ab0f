"""The events by which other systems hear of campaigns: docs/events.md."""
