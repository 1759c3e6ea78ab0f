#!/usr/bin/env bash
# ministack 1.5.33: FilterLogEvents answers at most the 10,000 oldest events, and gives no nextToken for the others.
# AWS answers at most 10,000 events or 1 MB, and a nextToken while there are more (CloudWatch Logs, FilterLogEvents).
# Seen: of 10,050 events, paginated by botocore, the newest 50 are never answered.
set -euo pipefail
folder=$(mktemp -d)
emulator=
trap 'test -z "$emulator" || kill "$emulator"; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'ministack==1.5.33' 'boto3==1.43.102' 'botocore==1.43.106'
export AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x AWS_DEFAULT_REGION=us-east-1
port=$("$folder/venv/bin/python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
GATEWAY_PORT=$port BIND_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 "$folder/venv/bin/ministack" >"$folder/log" 2>&1 &
emulator=$!
PORT=$port "$folder/venv/bin/python" - <<'PY'
import os, socket, time
import boto3

for _ in range(300):
    try:
        socket.create_connection(("127.0.0.1", int(os.environ["PORT"]))).close()
        break
    except OSError:
        time.sleep(0.1)
logs = boto3.client("logs", endpoint_url=f"http://127.0.0.1:{os.environ['PORT']}")
logs.create_log_group(logGroupName="group")
logs.create_log_stream(logGroupName="group", logStreamName="stream")
now, count = int(time.time() * 1000), 10_050
for start in range(0, count, 1000):
    numbers = range(start, min(start + 1000, count))
    logs.put_log_events(
        logGroupName="group",
        logStreamName="stream",
        logEvents=[{"timestamp": now + number, "message": str(number)} for number in numbers],
    )
pages = list(logs.get_paginator("filter_log_events").paginate(logGroupName="group"))
found = [int(event["message"]) for page in pages for event in page["events"]]
print(f"ministack 1.5.33: {len(found)} of {count} events in {len(pages)} page(s), the last is {found[-1]}")
assert len(found) == 10_000 and found[-1] == 9_999, "this has changed"
PY
