"""The parts of AWS that Lambdas need: the log, queues, signed requests and the bot's token."""
