"""A connection that fails, as told to whoever carries the call."""


class ConnectionFault(ConnectionError):
    """The client gets no answer; ``kind`` is "refuse", "reset" or "timeout"."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"scripted connection fault: {kind}")
        self.kind = kind
