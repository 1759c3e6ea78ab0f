"""Our signatures equal botocore's."""

from datetime import UTC, datetime

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from channelwright.aws import sigv4

WORD = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)


@given(
    st.binary(max_size=300),
    st.sampled_from(["sqs", "dynamodb"]),
    st.sampled_from(["us-east-1", "eu-central-1"]),
    st.tuples(WORD, WORD, st.none() | WORD),
    st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - made UTC below
    WORD,
)
def test_they_are_botocores(body, service, region, key, time, target):
    now = time.replace(tzinfo=UTC).timestamp()
    headers = {"host": f"{service}.{region}.amazonaws.com", "x-amz-target": target}
    ours = sigv4.signed(
        headers,
        body,
        service=service,
        region=region,
        credentials=sigv4.Credentials(*key),
        now=now,
    )
    url = f"https://{headers['host']}/"
    request = AWSRequest("POST", url, data=body, headers={"x-amz-target": target})
    # As add_auth does, except for the time.
    auth = SigV4Auth(Credentials(*key), service, region)
    request.context["timestamp"] = ours["x-amz-date"]
    request.headers["X-Amz-Date"] = ours["x-amz-date"]
    if key[2]:
        request.headers["X-Amz-Security-Token"] = key[2]
    text = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(text, request))
    assert ours["authorization"] == request.headers["Authorization"]
    assert ours["x-amz-date"] == time.strftime("%Y%m%dT%H%M%SZ")
