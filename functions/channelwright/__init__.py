"""What the Lambda functions share. Only `discord.py` speaks HTTP, only `bot_token.py` to AWS."""

import logging

# Each new Lambda would say where boto3 found its credentials and its endpoints.
logging.getLogger("botocore").setLevel(logging.WARNING)
