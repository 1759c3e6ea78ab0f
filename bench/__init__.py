"""The benchmarks: `make bench`, and docs/performance.md."""

import os


def name_region() -> None:
    """Name a region: the handlers' modules create clients at import; none calls AWS."""
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")


name_region()
