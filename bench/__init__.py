"""The benchmarks: `make bench`, and docs/performance.md."""

import os

# The handlers' modules create boto3 clients at import; none calls AWS.
os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
