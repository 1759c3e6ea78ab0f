"""Webhooks by the Standard Webhooks specification 1.0.0: events, signed and sent to an operator."""
