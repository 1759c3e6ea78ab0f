#!/usr/bin/env bash
# standardwebhooks 1.1.0 (Python): `sign` reads an aware datetime's clock as UTC, whatever its zone says.
# It replaces the zone instead of converting the time. So the signature is for another moment than the
# sender's `webhook-timestamp`, and the same library's `verify` refuses it. Sign with a datetime in UTC.
# Seen: of one moment, 12:00 UTC is accepted, 14:00 at +02:00 ends in "No matching signature found".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet 'standardwebhooks==1.1.0'
"$folder/venv/bin/python" - <<'PY'
import base64
from datetime import datetime, timedelta, timezone
from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook("whsec_" + base64.b64encode(bytes(range(32))).decode())
now = datetime.now(timezone.utc)
there = now.astimezone(timezone(timedelta(hours=2)))
assert there == now

def outcome(moment):
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": webhook.sign("msg_1", moment, "{}"),
    }
    try:
        webhook.verify("{}", headers)
    except WebhookVerificationError as error:
        return str(error)
    return "accepted"

found = outcome(now), outcome(there)
print("standardwebhooks 1.1.0: signed in UTC:", found[0], "| the same moment at +02:00:", found[1])
assert found == ("accepted", "No matching signature found"), "this has changed"
PY
