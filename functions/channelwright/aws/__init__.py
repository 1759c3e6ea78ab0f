"""What Lambdas need from AWS: the log, queues, signed requests and the bot's token."""
