"""The sender where names, addresses, certificates and URLs decide."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from services.notifier.egress import Egress, Resolve
from services.notifier.retry import Reason, Verdict, verdict
from tests.integration.notifier.receivers import (
    NAME,
    OK,
    REQUEST,
    raw,
    receiver,
    resolving,
    says,
    sender,
    server_tls,
)


async def test_tls_is_verified_by_the_name_and_the_name_is_told() -> None:
    resolve, asked = resolving(["127.0.0.1"])
    names: list[str | None] = []
    tls = server_tls()
    tls.sni_callback = lambda _socket, name, _context: names.append(name)
    async with receiver(says(OK), tls) as server, sender(resolve=resolve) as webhook:
        url = f"https://{NAME}:{server.port}/"
        outcome = await webhook.post(url, REQUEST, {}, deadline=5)
    assert outcome.reason is None
    assert asked == names == [NAME]
    assert f"host: {NAME}:{server.port}\r\n".encode() in server.heads[0]


@pytest.mark.parametrize(
    ("host", "trusted"),
    [(NAME, False), ("other.example", True), ("127.0.0.1", True)],
    ids=["unknown issuer", "another name", "an address"],
)
async def test_a_certificate_that_proves_nothing_is_a_tls_error(host: str, trusted: bool) -> None:
    resolve, _ = resolving(["127.0.0.1"])
    async with (
        receiver(says(OK), server_tls()) as server,
        sender(trusted=trusted, resolve=resolve) as webhook,
    ):
        url = f"https://{host}:{server.port}/"
        outcome = await webhook.post(url, REQUEST, {}, deadline=5)
    assert (outcome.status, outcome.reason) == (None, Reason.TLS)
    assert server.heads == []


@pytest.mark.parametrize(
    ("reply", "reason"),
    [(OK, Reason.TLS), (b"", Reason.CONNECTION), (None, Reason.TIMEOUT)],
    ids=["speaks HTTP", "hangs up", "never answers"],
)
async def test_a_handshake_that_fails_is_told_from_a_connection(
    reply: bytes | None, reason: Reason
) -> None:
    async with raw(reply) as port, sender() as webhook:
        outcome = await webhook.post(f"https://127.0.0.1:{port}/", REQUEST, {}, deadline=1.2)
    assert outcome.reason is reason
    assert outcome.milliseconds < 1_100


NUMBERS = ("127.0.0.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "127.1")
OTHERS = ("0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost")


@pytest.mark.parametrize("host", [*NUMBERS, *OTHERS, "localhost.", "127.0.0.1."])
async def test_no_spelling_of_loopback_is_dialled(host: str) -> None:
    async with receiver(says(OK)) as server, sender(Egress()) as webhook:
        url = f"http://{host}:{server.port}/"
        outcome = await webhook.post(url, REQUEST, {}, deadline=5)
    assert server.connections == 0
    # What a dot at the end means is the system's resolver's to say.
    assert outcome.reason is Reason.BLOCKED or (host.endswith(".") and outcome.reason is Reason.DNS)


@pytest.mark.parametrize(
    "addresses",
    ["127.0.0.1", "10.0.0.1", "93.184.215.14 10.0.0.1", "::ffff:10.0.0.1", "fe80::1%lo", "x"],
)
async def test_one_refused_address_refuses_the_name(addresses: str) -> None:
    resolve, _ = resolving(addresses.split())
    async with sender(Egress(), resolve=resolve) as webhook:
        outcome = await webhook.post("https://news.example/", REQUEST, {}, deadline=5)
    assert outcome.reason is Reason.BLOCKED
    assert verdict(outcome) is Verdict.DEAD


async def test_a_name_is_resolved_once_a_connection_and_judged_each_time() -> None:
    resolve, asked = resolving(["127.0.0.1"], ["10.0.0.1"])
    async with receiver(says(OK, hang_up=True)) as server, sender(resolve=resolve) as webhook:
        url = f"http://news.example:{server.port}/"
        first = await webhook.post(url, REQUEST, {}, deadline=5)
        await asyncio.gather(*server.handlers)
        assert asked == ["news.example"]
        second = await webhook.post(url, REQUEST, {}, deadline=5)
    assert (first.reason, second.reason) == (None, Reason.BLOCKED)
    assert server.connections == 1


async def test_the_next_address_is_tried_where_the_first_does_not_answer() -> None:
    resolve, _ = resolving(["127.0.0.2", "127.0.0.1"])
    async with receiver(says(OK)) as server, sender(resolve=resolve) as webhook:
        url = f"http://news.example:{server.port}/"
        assert (await webhook.post(url, REQUEST, {}, deadline=5)).reason is None


async def unknown(host: str, port: int) -> Sequence[str]:
    raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")


async def nowhere(host: str, port: int) -> Sequence[str]:
    return []


async def silent(host: str, port: int) -> Sequence[str]:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("resolve", [unknown, nowhere, silent])
async def test_a_name_without_an_address_is_a_dns_error(resolve: Resolve) -> None:
    async with sender(resolve=resolve) as webhook:
        outcome = await webhook.post("https://news.example/", REQUEST, {}, deadline=0.6)
    assert outcome.reason is Reason.DNS
    assert verdict(outcome) is Verdict.RETRY


@pytest.mark.parametrize(
    "url",
    ["", "ftp://news.example/", "https://user:secret@news.example/", "https://news.example:22/"],
)
async def test_a_url_that_is_refused_is_blocked(url: str) -> None:
    resolve, asked = resolving()
    async with sender(resolve=resolve) as webhook:
        outcome = await webhook.post(url, REQUEST, {}, deadline=5)
    assert (outcome.status, outcome.reason) == (None, Reason.BLOCKED)
    assert asked == []
    assert "secret" not in outcome.detail
