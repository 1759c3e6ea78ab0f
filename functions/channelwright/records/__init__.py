"""What the bot knows of its campaigns: their records in a DynamoDB table."""
