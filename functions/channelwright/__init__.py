"""What the Lambda functions share. Only `discord.py` speaks HTTP, only `bot_token.py` to AWS."""
