"""Small servers on the loopback interface."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


@contextmanager
def serving(app: Callable[[Request], Response]) -> Iterator[str]:
    """Answer requests with `app`; yields the address."""

    def wsgi(environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        request.get_data()
        return app(request)(environ, start_response)

    server = make_server("127.0.0.1", 0, wsgi, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
