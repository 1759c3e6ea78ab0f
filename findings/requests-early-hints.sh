#!/usr/bin/env bash
# requests 2.34.2 on urllib3 2.8.0: "103 Early Hints", which may precede any answer, is taken for the answer.
# Python's http.client skips only "100 Continue". RFC 9110, 15.2, has a client read on after every 1xx answer.
# Seen: a server that answers 103 and then 200 with a body; requests returns 103 and an empty body.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'requests==2.34.2' 'urllib3==2.8.0'
"$folder/venv/bin/python" - <<'PY'
import socket, threading
import requests

ANSWER = (
    b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
    b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"
)

def serve():
    connection, _ = server.accept()
    connection.recv(65536)
    connection.sendall(ANSWER)
    connection.close()

server = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, daemon=True).start()
with requests.Session() as session:
    session.trust_env = False
    found = session.get(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=10)
print("requests", requests.__version__, found.status_code, found.content)
assert (found.status_code, found.content) == (103, b""), "this has changed"
PY
