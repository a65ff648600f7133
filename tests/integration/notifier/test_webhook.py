"""The sender against real servers on loopback: every way in which a receiver can answer."""

import asyncio
import logging
import socket
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook as Verifier

from services.notifier.channels.slack import accepted as accepted_by_slack
from services.notifier.retry import Reason, Verdict, verdict
from services.notifier.signing import sign
from services.notifier.webhook import MAX_REPLY
from tests.integration.notifier.receivers import (
    OK,
    REQUEST,
    SECRET,
    Answer,
    drips,
    never,
    outcome_of,
    receiver,
    reset,
    says,
    sender,
)


def status(line: str, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {line}", *headers, "content-length: 0", "", ""]).encode()


@pytest.mark.parametrize(
    ("reply", "code", "reason", "retry_after"),
    [
        (OK, 200, None, None),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, None, None),
        (status("202 Accepted"), 202, None, None),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, None, None),
        (status("301 Moved", "location: http://127.0.0.1:1/"), 301, Reason.REDIRECT, None),
        (status("307 Temporary", "location: /elsewhere"), 307, Reason.REDIRECT, None),
        (status("400 Bad"), 400, Reason.CLIENT_ERROR, None),
        (status("401 Who"), 401, Reason.AUTH_ERROR, None),
        (status("403 No"), 403, Reason.AUTH_ERROR, None),
        (status("408 Late"), 408, Reason.CLIENT_ERROR, None),
        (status("410 Gone"), 410, Reason.GONE, None),
        (status("429 Slow", "retry-after: 7"), 429, Reason.RATE_LIMITED, 7.0),
        (
            status("429 Slow", "Retry-After: Wed, 26 Jun 2024 12:01:00 GMT"),
            429,
            Reason.RATE_LIMITED,
            60.0,
        ),
        (status("429 Slow", "retry-after: \xff"), 429, Reason.RATE_LIMITED, None),
        (status("500 Oh"), 500, Reason.SERVER_ERROR, None),
        (status("503 Away", "retry-after: 30"), 503, Reason.SERVER_ERROR, 30.0),
    ],
)
async def test_a_reply_is_an_outcome(
    reply: bytes, code: int, reason: Reason | None, retry_after: float | None
) -> None:
    outcome = await outcome_of(says(reply))
    assert (outcome.status, outcome.reason, outcome.retry_after) == (code, reason, retry_after)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reset, Reason.CONNECTION),
        (says(b"", hang_up=True), Reason.CONNECTION),
        (says(b"HTTP/1.1 200 OK\r\ncont", hang_up=True), Reason.CONNECTION),
        (says(b"\x16\x03\x01 what is this\r\n\r\n"), Reason.PROTOCOL_ERROR),
        (says(b"HTTP/1.1 abc\r\n\r\n"), Reason.PROTOCOL_ERROR),
        (says(b"SSH-2.0-OpenSSH\r\n\r\n"), Reason.PROTOCOL_ERROR),
        (says(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"), Reason.PROTOCOL_ERROR),
        (says(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 200_000), Reason.PROTOCOL_ERROR),
    ],
    ids=["reset", "hang-up", "half", "garbage", "no status", "not HTTP", "upgrade", "flood"],
)
async def test_a_broken_reply_is_an_outcome_to_retry(answer: Answer, reason: Reason) -> None:
    outcome = await outcome_of(answer)
    assert (outcome.status, outcome.reason) == (None, reason)
    assert verdict(outcome) is Verdict.RETRY


CHUNKED = b"HTTP/1.1 %s\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("answer", "code", "reason"),
    [
        (never, None, Reason.TIMEOUT),
        (drips(CHUNKED % b"500 Oh"), 500, Reason.SERVER_ERROR),
        (drips(CHUNKED % b"200 OK"), 200, None),
    ],
    ids=["never answers", "drips an error", "drips a success"],
)
async def test_one_deadline_ends_the_attempt(
    answer: Answer, code: int | None, reason: Reason | None
) -> None:
    outcome = await outcome_of(answer, deadline=0.3)
    assert (outcome.status, outcome.reason) == (code, reason)
    assert 290 <= outcome.milliseconds < 2_000


async def test_a_slow_success_that_the_format_must_read_is_a_timeout() -> None:
    async with receiver(drips(CHUNKED % b"200 OK")) as server, sender() as webhook:
        url = f"http://127.0.0.1:{server.port}/"
        outcome = await webhook.post(url, REQUEST, {}, deadline=0.3, accepted=accepted_by_slack)
    assert (outcome.status, outcome.reason) == (200, Reason.TIMEOUT)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [(OK, None), (OK.replace(b"ok", b"no"), Reason.PROTOCOL_ERROR)],
    ids=["ok", "another page"],
)
async def test_the_format_judges_a_success(reply: bytes, reason: Reason | None) -> None:
    async with receiver(says(reply)) as server, sender() as webhook:
        url = f"http://127.0.0.1:{server.port}/"
        outcome = await webhook.post(url, REQUEST, {}, deadline=5, accepted=accepted_by_slack)
    assert (outcome.status, outcome.reason) == (200, reason)


async def test_a_success_cut_short_is_a_success() -> None:
    cut = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nthanks"
    outcome = await outcome_of(says(cut, hang_up=True))
    assert (outcome.status, outcome.reason, outcome.detail) == (200, None, "thanks")


async def test_a_huge_reply_is_read_to_the_limit_only() -> None:
    written = 0

    async def pour(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65_536)
            written += 65_536
            await writer.drain()

    outcome = await outcome_of(pour)
    assert outcome.reason is None
    assert outcome.detail == "x" * 1024
    assert MAX_REPLY <= written < 100_000_000


async def test_the_detail_can_be_kept_by_postgresql() -> None:
    outcome = await outcome_of(says(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\na\x00\xffb"))
    assert outcome.detail == "a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}b"


async def test_posts_share_one_connection_and_carry_what_was_rendered() -> None:
    async with receiver(says(OK)) as server, sender() as webhook:
        url = f"http://127.0.0.1:{server.port}/hook?a=b%20c"
        for _ in range(3):
            signed = sign("d-1", int(datetime.now(UTC).timestamp()), REQUEST.body, [SECRET])
            assert (await webhook.post(url, REQUEST, signed, deadline=5)).reason is None
    assert server.connections == 1
    assert server.bodies == [REQUEST.body] * 3
    request_line, *lines = server.heads[0].decode().split("\r\n")
    assert request_line == "POST /hook?a=b%20c HTTP/1.1"
    headers = dict(line.split(": ", 1) for line in lines if line)
    assert headers["host"] == f"127.0.0.1:{server.port}"
    assert headers["content-type"] == "application/json"
    Verifier(SECRET).verify(server.bodies[0], headers)


@pytest.mark.parametrize(
    "answer", [never, reset, drips(CHUNKED % b"200 OK")], ids=["silent", "reset", "dripping"]
)
async def test_a_sender_works_again_after_a_failed_attempt(answer: Answer) -> None:
    async with receiver(answer) as bad, receiver(says(OK)) as good, sender() as webhook:
        await webhook.post(f"http://127.0.0.1:{bad.port}/", REQUEST, {}, deadline=0.3)
        outcome = await webhook.post(f"http://127.0.0.1:{good.port}/", REQUEST, {}, deadline=5)
    assert outcome.reason is None


async def test_a_connection_that_the_receiver_closed_meanwhile_is_replaced() -> None:
    async with receiver(says(OK, hang_up=True)) as server, sender() as webhook:
        for _ in range(2):
            url = f"http://127.0.0.1:{server.port}/"
            assert (await webhook.post(url, REQUEST, {}, deadline=5)).reason is None
            await asyncio.gather(*server.handlers)
    assert server.connections == 2


async def test_a_port_where_nobody_listens_is_a_connection_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with sender() as webhook:
            url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
            outcome = await webhook.post(url, REQUEST, {}, deadline=5)
    assert (outcome.reason, outcome.detail) == (Reason.CONNECTION, "ConnectError")


async def test_a_host_that_answers_no_connection_is_a_timeout_before_the_deadline() -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as full, socket.socket() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting.setblocking(False)
        await loop.sock_connect(waiting, full.getsockname())  # fills the backlog
        async with sender() as webhook:
            url = f"http://127.0.0.1:{full.getsockname()[1]}/"
            outcome = await webhook.post(url, REQUEST, {}, deadline=1.2)
    assert outcome.reason is Reason.TIMEOUT
    assert 390 <= outcome.milliseconds < 1_100


@pytest.mark.parametrize("answer", [says(OK), says(status("500 Oh")), reset, never])
async def test_no_log_line_and_no_detail_tells_the_url(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    outcome = await outcome_of(answer, deadline=0.3)
    assert "token" not in caplog.text
    assert "token" not in outcome.detail


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await outcome_of(says(OK))).reason is None
