"""Where a webhook may go: the address table of both families, at every edge, and URLs."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifier.egress import Egress

EGRESS = Egress()

REFUSED = [
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
    "::/128",
    "::1/128",
    "fe80::/10",
    "fc00::/7",
    "ff00::/8",
    "2001:db8::/32",
    "2001::/32",
    "fec0::/10",
    "::/96",
    "3fff::/20",
    "100::/64",
    "2002::/16",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "5f00::/16",
]

F = "ffff"
PUBLIC = [
    *[
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.1.255",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "8.8.8.8",
    ],
    "::1:0:0",  # above ::/96
    f"64:ff9a:{F}:{F}:{F}:{F}:{F}:{F}",
    "64:ff9b::1:0:0",
    f"64:ff9b:0:{F}:{F}:{F}:{F}:{F}",
    "64:ff9b:2::",
    f"ff:{F}:{F}:{F}:{F}:{F}:{F}:{F}",
    "100:0:0:1::",
    f"2000:{F}:{F}:{F}:{F}:{F}:{F}:{F}",
    "2001:1::",
    f"2001:db7:{F}:{F}:{F}:{F}:{F}:{F}",
    "2001:db9::",
    f"2001:{F}:{F}:{F}:{F}:{F}:{F}:{F}",
    "2003::",
    f"3ffe:{F}:{F}:{F}:{F}:{F}:{F}:{F}",
    "3fff:1000::",
    f"5eff:{F}:{F}:{F}:{F}:{F}:{F}:{F}",
    "5f01::",
    f"fbff:{F}:{F}:{F}:{F}:{F}:{F}:{F}",
    "fe00::",
    f"fe7f:{F}:{F}:{F}:{F}:{F}:{F}:{F}",
    "2606:4700:4700::1111",
]


@pytest.mark.parametrize("network", REFUSED)
def test_a_network_is_refused_from_its_first_address_to_its_last(network: str) -> None:
    parsed = ip_network(network)
    for address in (parsed[0], parsed[-1]):
        assert EGRESS.judge(str(address)), address


@pytest.mark.parametrize("address", PUBLIC)
def test_the_neighbours_of_the_refused_networks_are_fine(address: str) -> None:
    assert EGRESS.judge(address) is None


@pytest.mark.parametrize("address", [name for name in PUBLIC if ":" not in name])
def test_a_mapped_public_address_is_fine(address: str) -> None:
    assert EGRESS.judge(f"::ffff:{address}") is None


@pytest.mark.parametrize(
    "address",
    [
        "::ffff:127.0.0.1",
        "::ffff:7f00:1",
        "::FFFF:10.1.2.3",
        "::ffff:169.254.169.254",
        "0:0:0:0:0:ffff:c0a8:0101",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_an_address_that_carries_a_private_one_is_refused(address: str) -> None:
    assert EGRESS.judge(address)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "8.8.8",
        "8.8.8.8.",
        "8.8.8.8 ",
        "8.8.8.08",
        "[::1]",
        "8.8.8.8/32",
        "٨.٨.٨.٨",
        "fe80::1%eth0",
        "2606:4700::1%1",
        "::ffff:8.8.8.8%lo",
    ],
)
def test_what_is_no_plain_address_is_refused(text: str) -> None:
    assert EGRESS.judge(text)


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_like_itself(address: IPv4Address) -> None:
    assert EGRESS.judge(f"::ffff:{address}") == EGRESS.judge(str(address))


@given(st.ip_addresses(v=6), st.ip_addresses(v=6))
def test_an_allowed_network_lets_in_itself_alone(inside: IPv6Address, other: IPv6Address) -> None:
    network = ip_network((int(inside) >> 64 << 64, 64))
    egress = Egress(allowed=(network,))
    mapped = inside.ipv4_mapped is not None
    assert mapped or egress.judge(str(inside)) is None
    if other not in network:
        assert egress.judge(str(other)) == EGRESS.judge(str(other))


def test_an_allowed_loopback_lets_the_local_inbox_in() -> None:
    egress = Egress(allowed=(ip_network("127.0.0.1/32"),))
    assert egress.judge("127.0.0.1") is None
    assert egress.judge("::ffff:127.0.0.1") is None
    assert egress.judge("127.0.0.2")
    assert egress.judge("::1")
    assert egress.judge_url("http://127.0.0.1:8025/inbox") is None


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example/services/T0/B0/x",
        "http://hooks.example",
        "HTTPS://HOOKS.EXAMPLE/",
        "https://hooks.example.",
        "https://hooks.example:443/",
        "https://hooks.example:80/",
        "https://hooks.example:1024/",
        "https://hooks.example:65535/",
        "https://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://bücher.example/",
        "https://hooks.example/@user:secret",
    ],
)
def test_a_url_is_fine(url: str) -> None:
    assert EGRESS.judge_url(url) is None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("", "neither"),
        ("hooks.example/x", "neither"),
        ("//hooks.example/x", "neither"),
        ("ftp://hooks.example/", "neither"),
        ("file:///etc/passwd", "neither"),
        ("unix:///run/docker.sock", "neither"),
        ("gopher://hooks.example/", "neither"),
        ("ws://hooks.example/", "neither"),
        ("http+unix://%2Frun%2Fdocker.sock/", "neither"),
        ("http://", "host"),
        ("https:///x", "host"),
        ("https://user:secret@hooks.example/", "user"),
        ("https://user@hooks.example/", "user"),
        ("https://:secret@hooks.example/", "user"),
        ("https://hooks.example@127.0.0.1/", "user"),
        ("https://hooks.example:0/", "port 0"),
        ("https://hooks.example:22/", "port 22"),
        ("https://hooks.example:79/", "port 79"),
        ("https://hooks.example:81/", "port 81"),
        ("https://hooks.example:442/", "port 442"),
        ("https://hooks.example:444/", "port 444"),
        ("https://hooks.example:1023/", "port 1023"),
        ("https://hooks.example:65536/", "port 65536"),
        ("https://hooks.example:-1/", "port -1"),
        ("https://hooks.example:x/", "not a URL"),
        ("https://hooks.example/\r\nhost: evil", "not a URL"),
        ("https://[::1/", "not a URL"),
        ("https://[::1%25lo]/", ""),
        ("https://" + "a" * 70_000 + "/", "not a URL"),
        ("https://127.0.0.1/", "127.0.0.0/8"),
        ("https://[::1]/", "::1/128"),
        ("https://[::ffff:10.0.0.1]/", "10.0.0.0/8"),
        ("http://169.254.169.254/latest/meta-data", "169.254.0.0/16"),
    ],
)
def test_a_url_is_refused_before_its_host_is_resolved(url: str, why: str) -> None:
    refusal = EGRESS.judge_url(url)
    assert refusal is not None
    assert why in refusal


def test_an_allowed_port_is_let_through() -> None:
    assert Egress(ports=frozenset({444})).judge_url("https://hooks.example:444/") is None


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_upsets_the_judge(text: str) -> None:
    EGRESS.judge_url(text)
    EGRESS.judge_url(f"https://{text}/")
    assert EGRESS.judge(text) or ip_address(text)
