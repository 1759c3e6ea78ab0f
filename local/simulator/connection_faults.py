"""The exception that tells the transport to break the connection."""


class ConnectionFault(ConnectionError):
    """The client gets no answer; ``kind`` is "refuse", "reset" or "timeout"."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"scripted connection fault: {kind}")
        self.kind = kind
