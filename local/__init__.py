"""Code that runs only on a developer's machine; never shipped."""
