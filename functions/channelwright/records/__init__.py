"""The bot's knowledge of its campaigns: their records in a DynamoDB table."""
