"""TLS to Discord and webhooks, with the CA bundle read once, while Lambda loads the module.

By default, requests reads it for every new connection: 20 ms of a whole processor, of which a
Lambda with 256 MB has a seventh. Module loading has a whole one.

Source: AWS docs, Lambda > Configure memory; requests docs, Advanced Usage > Transport Adapters.
"""

import ssl
from typing import Any, Final

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

# Requires a certificate for the requested host, signed by one of the CAs.
CONTEXT: Final = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)


class Adapter(HTTPAdapter):
    """An adapter that uses the CA bundle that is already read."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Create the connection pool with our context."""
        super().init_poolmanager(*args, **kwargs, ssl_context=CONTEXT)

    def cert_verify(self, conn: Any, *_: Any, **__: Any) -> None:
        """Require a certificate, and name no CA file: requests would read it again."""
        conn.cert_reqs = "CERT_REQUIRED"
