"""TLS to Discord, with the world's CAs read once, while Lambda loads the module.

Of its own accord requests reads them for every new connection: 20 ms of a whole processor, of
which a Lambda with 256 MB has a seventh. Loading a module has a whole one.

Source: AWS docs, Lambda > Configure memory; requests docs, Advanced Usage > Transport Adapters.
"""

import ssl
from typing import Any, Final

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

# It demands a certificate that one of the CAs vouches for, of the host that was asked for.
_CONTEXT: Final = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)


class Adapter(HTTPAdapter):
    """Connects with the CAs that are read already."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the pool of connections, with our context for all of them."""
        super().init_poolmanager(*args, **kwargs, ssl_context=_CONTEXT)

    def cert_verify(self, conn: Any, *_: Any, **__: Any) -> None:
        """Demand the certificate, and name no file of CAs: that would be read again."""
        conn.cert_reqs = "CERT_REQUIRED"
