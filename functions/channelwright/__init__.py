"""The code that the Lambda functions share, in packages: docs/architecture.md."""

import logging

# Each new Lambda would say where boto3 found its credentials and its endpoints.
logging.getLogger("botocore").setLevel(logging.WARNING)
