"""What is measured: `make bench`, and docs/performance.md."""

import os


def name_region() -> None:
    """Name a region: the handlers' modules create their clients at import; none speaks to AWS."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")


name_region()
