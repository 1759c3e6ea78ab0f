"""What is measured: `make bench`, and docs/performance.md."""

import os

# The handlers' modules make their clients at import; none speaks to AWS.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
