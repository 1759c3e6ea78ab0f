"""Lambda's Invoke API over HTTP, with the real handlers behind it: for Step Functions Local."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from tests.statemachine.interpreter import Lambdas


@contextmanager
def lambda_endpoint(lambdas: Lambdas, host: str, port: int) -> Iterator[int]:
    """Serve on `host` until the block ends; yields the port.

    Source: AWS docs, Lambda > API Reference > Invoke.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            # /2015-03-31/functions/<name or ARN>/invocations
            name = unquote(self.path).split("/")[3]
            payload = self.rfile.read(int(self.headers["Content-Length"] or 0))
            answer = lambdas.invoke(FunctionName=f":{name}", Payload=payload or b"{}")
            body = answer["Payload"].read()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            if "FunctionError" in answer:
                self.send_header("X-Amz-Function-Error", answer["FunctionError"])
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((host, port), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
