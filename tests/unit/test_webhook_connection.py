"""A webhook's connection, with real sockets and real TLS, to receivers of every kind."""

import itertools
import socket
import ssl
import struct
import threading
import time
from types import SimpleNamespace

import pytest
import trustme

from channelwright.discord import tls
from channelwright.webhooks import connection
from channelwright.webhooks.address import parsed
from channelwright.webhooks.connection import Answer, NoReceiver
from tests.unit.webhook_receivers import OK, answering, receiving

HOST = "hooks.example"
PUBLIC = "8.8.8.8"
# Far longer than anything here takes, and far shorter than what must be cut off.
ENOUGH, SHORT = 30.0, 0.4
DRIP_SECONDS = SHORT / 4


def post(receiver, *, scheme="http", host="127.0.0.1", path="/", body=b"{}", seconds=ENOUGH):
    target = parsed(f"{scheme}://{host}:{receiver.port}{path}", local=True)
    return connection.post(target, body, {"X-Own": "1"}, local=True, seconds=seconds)


def drip(connection, parts):
    for part in parts:
        connection.sendall(part)
        time.sleep(DRIP_SECONDS)


@pytest.fixture
def names(monkeypatch):
    """Return a resolver whose `known` names are to be filled; it notes each question."""
    known, asked = {}, []

    def getaddrinfo(host, port, *, type):  # noqa: A002
        asked.append(host)
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, type, 6, "", (one, port))
            for one in known[host]
        ]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return SimpleNamespace(known=known, asked=asked)


@pytest.fixture
def authority(monkeypatch):
    made = trustme.CA()
    context = ssl.create_default_context()
    made.configure_trust(context)
    monkeypatch.setattr(tls, "CONTEXT", context)
    return made


def certified(authority, *hosts):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    return context


# ---- The request and its answer ----


def test_the_request_is_a_post_of_the_body():
    with receiving(answering(OK)) as receiver:
        assert post(receiver, path="/a/b?c=d", body=b"[1]") == Answer(204, None)
    [request] = receiver.requests
    assert request.line == "POST /a/b?c=d HTTP/1.1"
    assert request.body == b"[1]"
    assert request.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "accept-encoding": "identity",
        "content-length": "3",
        "x-own": "1",
    }


@pytest.mark.parametrize("status", [200, 204, 299, 300, 400, 410, 429, 500, 599, 999])
def test_the_status_of_the_answer(status):
    head = f"HTTP/1.1 {status} Said\r\nRetry-After: 7\r\n\r\n".encode()
    with receiving(answering(head)) as receiver:
        assert post(receiver) == Answer(status, "7")


@pytest.mark.parametrize("status", [100, 102, 103, 199])
def test_answers_before_the_final_one_are_skipped(status):
    early = f"HTTP/1.1 {status} Early\r\nRetry-After: 9\r\n\r\n".encode()
    with receiving(answering(early, early, b"HTTP/1.0 201 Made\r\n\r\n")) as receiver:
        assert post(receiver) == Answer(201, None)


def test_a_switch_of_protocols_is_final():
    with receiving(answering(b"HTTP/1.1 101 Switching Protocols\r\n\r\n")) as receiver:
        assert post(receiver).status == 101


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status):
    with receiving(answering(OK)) as other:
        to = f"Location: http://127.0.0.1:{other.port}/\r\n"
        head = f"HTTP/1.1 {status} Elsewhere\r\n{to}\r\n".encode()
        with receiving(answering(head)) as receiver:
            assert post(receiver).status == status
        assert other.connections == 0


def test_the_body_of_the_answer_is_not_read():
    """It never ends, and all the answer's head is in the first packet."""

    def endless(connection):
        for part in itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"x" * 4096)):
            connection.sendall(part)

    with receiving(endless) as receiver:
        assert post(receiver).status == 200


def test_no_proxy_no_netrc_and_no_cookie(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password s3cret")
    monkeypatch.setenv("NETRC", str(netrc))
    cookie = b"HTTP/1.1 204 No Content\r\nSet-Cookie: a=b\r\n\r\n"
    with receiving(answering(OK)) as proxy, receiving(answering(cookie)) as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert post(receiver).status == post(receiver).status == 204
        assert proxy.connections == 0
    for request in receiver.requests:
        assert not {"cookie", "authorization"} & set(request.headers)


# ---- Hostile receivers: each would last for longer than SHORT, or for ever ----


def cut_off(behave, **how):
    with (
        receiving(behave, **how) as receiver,
        pytest.raises(NoReceiver, match=r"did not answer within 0\.4 seconds"),
    ):
        post(receiver, scheme="https" if how.get("tls") else "http", seconds=SHORT)


def test_one_that_says_nothing():
    cut_off(lambda _: time.sleep(10 * SHORT))


def test_one_that_answers_byte_by_byte():
    cut_off(lambda one: drip(one, (bytes([byte]) for byte in OK)))


def test_one_that_answers_byte_by_byte_over_tls(authority):
    def behave(one):
        drip(one, (bytes([byte]) for byte in OK))

    cut_off(behave, tls=certified(authority, "127.0.0.1"))


def test_one_that_begins_tls_byte_by_byte(authority):
    # The head of a handshake's record, and some of what it announces.
    cut_off(
        lambda one: drip(one, [b"\x16", b"\x03", b"\x03", b"\x40", b"\x00", *[b"\x02"] * 10]),
        tls=certified(authority, "127.0.0.1"),
        reads=False,
    )


def test_one_that_sends_a_header_now_and_then():
    headers = (f"X-{n}: 1\r\n".encode() for n in range(10))
    cut_off(lambda one: drip(one, [b"HTTP/1.1 204 No Content\r\n", *headers, b"\r\n"]))


@pytest.mark.parametrize("status", [100, 103])
def test_one_that_is_never_done_with_early_answers(status):
    early = f"HTTP/1.1 {status} Early\r\n\r\n".encode()
    cut_off(answering(*itertools.repeat(early * 1000, 100_000)))


def test_one_that_reads_slowly():
    length, read = 50_000_000, []

    def behave(one):
        while part := one.recv(1_000_000):
            read.append(len(part))
            time.sleep(DRIP_SECONDS)

    with (
        receiving(behave, reads=False) as receiver,
        pytest.raises(NoReceiver, match="did not answer within"),
    ):
        post(receiver, body=b"x" * length, seconds=SHORT)
    assert 0 < sum(read) < length / 2


def test_a_resolver_that_does_not_answer(monkeypatch):
    given_up, ended = threading.Event(), threading.Event()

    def getaddrinfo(*_, **__):
        given_up.wait(ENOUGH)
        ended.set()
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(NoReceiver, match=f"{HOST} did not answer within"):
        post(SimpleNamespace(port=9999), host=HOST, seconds=SHORT)
    given_up.set()
    assert ended.wait(ENOUGH)


def reset(one):
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@pytest.mark.parametrize(
    ("behave", "why"),
    [
        (reset, "The connection to 127.0.0.1 failed: Connection reset by peer"),
        (lambda _: None, "The connection to 127.0.0.1 failed: RemoteDisconnected"),
        (answering(b"220 mail.example ESMTP\r\n"), "does not speak HTTP: BadStatusLine"),
        (answering(b"HTTP/1.1 2000 OK\r\n\r\n"), "does not speak HTTP: BadStatusLine"),
        (answering(b"HTTP/3 200 OK\r\n\r\n"), "does not speak HTTP: UnknownProtocol"),
        (answering(b"x" * 100_000), "does not speak HTTP: LineTooLong"),
        (
            answering(b"HTTP/1.1 200 OK\r\n", b"X: " + b"x" * 100_000),
            "does not speak HTTP: LineTooLong",
        ),
        (
            answering(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
            "does not speak HTTP: HTTPException",
        ),
    ],
)
def test_one_that_does_not_answer_properly(behave, why):
    with receiving(behave) as receiver, pytest.raises(NoReceiver, match=why) as raised:
        post(receiver, path="/?key=s3cret")
    assert "s3cret" not in str(raised.value)
    assert raised.value.__cause__ is raised.value.__context__ is None


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = SimpleNamespace(port=server.getsockname()[1])
    with pytest.raises(NoReceiver, match="failed: Connection refused"):
        post(free)


def test_nobody_has_the_name(names):
    with pytest.raises(NoReceiver, match=f"{HOST} failed: Name or service not known"):
        post(SimpleNamespace(port=9999), host=HOST)
    assert names.asked == [HOST]


# ---- TLS ----


def test_the_certificate_is_the_names_and_so_is_everything_said(authority, names):
    names.known[HOST] = ["127.0.0.1"]
    with receiving(answering(OK), tls=certified(authority, HOST)) as receiver:
        assert post(receiver, scheme="https", host=HOST).status == 204
    assert receiver.names == [HOST]
    assert receiver.requests[0].headers["host"] == f"{HOST}:{receiver.port}"


def test_an_address_may_have_a_certificate(authority):
    with receiving(answering(OK), tls=certified(authority, "127.0.0.1")) as receiver:
        assert post(receiver, scheme="https").status == 204


def refused(receiver, why):
    with pytest.raises(NoReceiver, match=why):
        post(receiver, scheme="https", host=HOST)
    assert receiver.requests == []


def test_a_certificate_for_another_name(authority, names):
    names.known[HOST] = ["127.0.0.1"]
    for hosts in (["other.example"], ["127.0.0.1"], [f"sub.{HOST}"]):
        with receiving(answering(OK), tls=certified(authority, *hosts)) as receiver:
            refused(receiver, "The certificate of hooks.example is not valid: Hostname mismatch")


def test_a_certificate_that_nobody_vouches_for(authority, names):
    names.known[HOST] = ["127.0.0.1"]
    with receiving(answering(OK), tls=certified(trustme.CA(), HOST)) as receiver:
        refused(receiver, "is not valid: unable to get local issuer certificate")


def test_one_that_speaks_no_tls(authority, names):
    names.known[HOST] = ["127.0.0.1"]
    with receiving(answering(b"HTTP/1.1 204 No Content\r\n\r\n"), reads=False) as receiver:
        refused(receiver, "hooks.example does not speak TLS")


# ---- Addresses ----


@pytest.fixture
def internet(monkeypatch):
    """Let connections to PUBLIC end at `here`, if it is set, and note the address of each."""
    made, real = SimpleNamespace(connected=[], here=None), socket.socket.connect

    class Socket(socket.socket):
        def connect(self, address):
            made.connected.append(address[0])
            real(self, ("127.0.0.1", made.here) if address[0] == PUBLIC else address)

    monkeypatch.setattr(socket, "socket", Socket)
    return made


def send(receiver, internet):
    internet.here = receiver.port
    target = parsed(f"https://{HOST}/", local=False)
    return connection.post(target, b"{}", {}, local=False, seconds=ENOUGH)


def test_it_is_sent_to_the_internet(authority, names, internet):
    names.known[HOST] = [PUBLIC]
    with receiving(answering(OK), tls=certified(authority, HOST)) as receiver:
        assert send(receiver, internet).status == 204
    assert internet.connected == [PUBLIC]
    assert receiver.requests[0].headers["host"] == HOST


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["::1"],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["10.0.0.1"],
        [PUBLIC, "10.0.0.1"],
        ["192.168.0.1", PUBLIC],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
    ],
)
def test_a_name_with_an_address_that_is_not_public_is_sent_nothing(names, internet, found):
    names.known[HOST] = found
    with receiving(answering(OK)) as receiver:
        with pytest.raises(NoReceiver, match="has an address that is not public"):
            send(receiver, internet)
        assert (internet.connected, receiver.connections) == ([], 0)


def test_a_name_that_moves_after_the_check_is_not_asked_again(
    authority, names, internet, monkeypatch
):
    names.known[HOST] = [PUBLIC]
    first = socket.getaddrinfo

    def moves(*asked, **how):
        found = first(*asked, **how)
        names.known[HOST] = ["127.0.0.1"]
        return found

    monkeypatch.setattr(socket, "getaddrinfo", moves)
    with receiving(answering(OK), tls=certified(authority, HOST)) as receiver:
        assert send(receiver, internet).status == 204
    assert names.asked == [HOST]
    assert internet.connected == [PUBLIC]


def test_if_an_address_refuses_the_next_one_is_tried(names, internet):
    names.known[HOST] = ["127.0.0.9", "127.0.0.1"]
    with receiving(answering(OK)) as receiver:
        assert post(receiver, host=HOST).status == 204
    assert internet.connected == ["127.0.0.9", "127.0.0.1"]


def test_a_silent_address_leaves_time_for_the_next_one(names, internet, monkeypatch):
    """Each gets its share: the first one takes half, not all."""
    waited = []

    class Silent(socket.socket):
        def connect(self, address):
            if address[0] == "127.0.0.9":
                waited.append(self.gettimeout())
                raise TimeoutError
            super().connect(address)

    monkeypatch.setattr(socket, "socket", Silent)
    names.known[HOST] = ["127.0.0.9", "127.0.0.1"]
    with receiving(answering(OK)) as receiver:
        assert post(receiver, host=HOST).status == 204
    [seconds] = waited
    assert seconds <= ENOUGH / 2
