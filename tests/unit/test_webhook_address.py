"""The URLs that webhooks may go to, and the addresses of the internet."""

from ipaddress import IPv4Address, IPv6Address, ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from channelwright.webhooks import address
from channelwright.webhooks.address import Target, UrlRefused, is_public, parsed


@pytest.mark.parametrize(
    ("url", "target", "authority"),
    [
        ("https://a.example", Target("https", "a.example", 443, "/"), "a.example"),
        ("https://a.example/", Target("https", "a.example", 443, "/"), "a.example"),
        ("https://a.example:443/x", Target("https", "a.example", 443, "/x"), "a.example"),
        ("https://A.example:8443", Target("https", "A.example", 8443, "/"), "A.example:8443"),
        ("https://a.example:1024", Target("https", "a.example", 1024, "/"), "a.example:1024"),
        ("https://a.example:65535", Target("https", "a.example", 65535, "/"), "a.example:65535"),
        (
            "https://a-b_c.example/x/%20?key=%C3%A9&b=@:[]",
            Target("https", "a-b_c.example", 443, "/x/%20?key=%C3%A9&b=@:[]"),
            "a-b_c.example",
        ),
        ("https://a.example?key=1", Target("https", "a.example", 443, "/?key=1"), "a.example"),
        ("https://8.8.8.8/x", Target("https", "8.8.8.8", 443, "/x"), "8.8.8.8"),
        (
            "https://[2606:4700::1]:8443/x",
            Target("https", "2606:4700::1", 8443, "/x"),
            "[2606:4700::1]:8443",
        ),
        # A name is looked up, and its addresses are checked then.
        ("https://localhost/x", Target("https", "localhost", 443, "/x"), "localhost"),
    ],
)
def test_a_url_that_webhooks_may_go_to(url, target, authority):
    assert parsed(url, local=False) == target
    assert target.authority == authority


MALFORMED = [
    "",
    "hooks.example",
    "//hooks.example",
    "ftp://hooks.example",
    "HTTPS//hooks.example",
    "https:///path",
    "https://somebody@hooks.example",
    "https://somebody:s3cret@hooks.example",
    "https://hooks.example/s3cret#fragment",
    "https://hooks.example/s3 cret",
    "https://hooks.example/s3cret\n",
    "https://hooks.example/s3cret\r\nHost: b.example",
    "https://hooks.example/\\s3cret",
    "https://h\N{LATIN SMALL LETTER O WITH DIAERESIS}oks.example/s3cret",
    "https://hooks.example/s3cr\N{LATIN SMALL LETTER E WITH ACUTE}t",
    "https://hooks.example./s3cret",
    "https://.hooks.example/s3cret",
    "https://-hooks.example/s3cret",
    "https://" + "a" * 64 + ".example/s3cret",
    "https://[fe80::1%25eth0]/s3cret",
    "https://hooks.example:/s3cret",
    "https://hooks.example:44a/s3cret",
    "https://hooks.example:-1/s3cret",
    "https://hooks.example:100000/s3cret",
]


@pytest.mark.parametrize("url", MALFORMED)
@pytest.mark.parametrize("local", [False, True])
def test_any_other_url_is_refused_and_not_quoted(url, local):
    with pytest.raises(UrlRefused, match=r"like https://hooks\.example\.com/path") as raised:
        parsed(url, local=local)
    assert "s3" not in str(raised.value)


@pytest.mark.parametrize("port", [0, 1, 22, 25, 80, 444, 1023, 65536, 99999])
def test_the_ports_of_other_services_are_refused(port):
    with pytest.raises(UrlRefused, match="port 443, or one above 1023"):
        parsed(f"https://hooks.example:{port}/", local=False)


def test_http_is_for_the_local_stack():
    url = "http://127.0.0.1:8080/x"
    assert parsed(url, local=True) == Target("http", "127.0.0.1", 8080, "/x")
    with pytest.raises(UrlRefused, match="https"):
        parsed(url, local=False)


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize(
    "url",
    [
        "https://discord.com/api/webhooks/1/s3cret",
        "https://Discord.com/api/v10/webhooks/1/s3cret",
        "https://canary.discord.com/api/webhooks/1/s3cret",
        "https://discordapp.com/api/webhooks/1/s3cret",
        "https://ptb.discordapp.com:443/api/webhooks/1/s3cret/slack",
    ],
)
def test_discord_takes_no_events_so_the_way_around_is_named(url, local):
    with pytest.raises(UrlRefused, match="put a receiver in between") as raised:
        parsed(url, local=local)
    assert "s3cret" not in str(raised.value)


def test_a_name_that_only_looks_like_discords_is_none():
    for host in ("notdiscord.com", "discord.com.example", "discord.community"):
        assert parsed(f"https://{host}/api/webhooks/1/2", local=False).host == host


PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "52.94.5.1",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "223.255.255.255",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a05:d014::1",
]
# IANA's IPv4 and IPv6 Special-Purpose Address Registries, and what carries an IPv4 address.
NOT_PUBLIC = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
    "::/128",
    "::1/128",
    "::/96",
    "::ffff:0:0/96",
    "::ffff:0:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/32",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]
NETWORKS = [ip_network(each) for each in NOT_PUBLIC]


@pytest.mark.parametrize("one", PUBLIC)
def test_an_address_of_the_internet(one):
    assert is_public(one)


@pytest.mark.parametrize("network", NETWORKS, ids=str)
def test_an_address_that_is_not_of_the_internet(network):
    for one in (network[0], network[-1], network[network.num_addresses // 2]):
        assert not is_public(str(one))


def test_the_address_of_a_link_may_name_its_interface():
    assert not is_public("fe80::1%lo")


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
@example(IPv4Address("8.8.8.8"))
def test_no_address_of_a_special_network_is_public(one):
    if any(one in network for network in NETWORKS if network.version == one.version):
        assert not is_public(str(one))
    if is_public(str(one)):
        assert one.is_global
        assert not any((one.is_private, one.is_loopback, one.is_link_local, one.is_multicast))
        assert not any((one.is_reserved, one.is_unspecified))


@given(st.ip_addresses(v=4), st.integers(0, 2**64 - 1))
@example(IPv4Address("8.8.8.8"), 0)
def test_no_address_that_carries_another_is_public(inner, rest):
    carriers = (
        int(inner),  # IPv4-compatible
        (0xFFFF << 32) + int(inner),  # IPv4-mapped
        (0x0064_FF9B << 96) + int(inner),  # NAT64
        (0x0064_FF9B_0001 << 80) + int(inner),  # NAT64 of a network's own
        (0x2002 << 112) + (int(inner) << 80) + rest,  # 6to4
        (0x2001_0000 << 96) + (int(inner) << 64) + rest,  # Teredo's server
        (0x2001_0000 << 96) + (rest << 32) % 2**96 + (int(inner) ^ 0xFFFF_FFFF),  # its client
    )
    for carrier in carriers:
        assert not is_public(str(IPv6Address(carrier)))


@given(st.ip_addresses(v=4))
def test_an_ordinary_ipv4_address_is_public(one):
    special = any(one in network for network in NETWORKS if network.version == 4)
    assert is_public(str(one)) == (not special)


def test_a_fingerprint_names_a_url_without_telling_it():
    url = "https://hooks.example/?key=s3cret"
    assert address.fingerprint(url) == address.fingerprint(url)
    assert address.fingerprint(url) != address.fingerprint(url + "x")
    assert len(address.fingerprint(url)) == 64
