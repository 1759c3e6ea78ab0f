"""AWS, as a Lambda meets it: the log, queues, signed requests, the bot's token."""
