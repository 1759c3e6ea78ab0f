"""The project's own benchmark."""
