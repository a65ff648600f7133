"""Receivers on loopback that answer in every way, and a sender that may reach them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from services.notifier.channels import Request
from services.notifier.egress import Egress, Resolve
from services.notifier.retry import Outcome
from services.notifier.webhook import Sender

CERTIFICATE = Path(__file__).parents[2] / "data" / "golden" / "receiver.pem"
LOOPBACK = Egress(allowed=(ip_network("127.0.0.0/8"),))
REQUEST = Request(body=b'{"a": 1}', headers={"content-type": "application/json"})
NAME = "receiver.example"  # the certificate's
SECRET = "whsec_" + "A" * 32

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class FixedClock:
    def now(self) -> datetime:
        return datetime(2024, 6, 26, 12, 0, 0, tzinfo=UTC)


@dataclass
class Receiver:
    """What a server on loopback has seen."""

    port: int = 0
    connections: int = 0
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    handlers: list[asyncio.Task[None]] = field(default_factory=list)


def says(reply: bytes, *, hang_up: bool = False) -> Answer:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()
        if hang_up:
            writer.close()

    return answer


async def never(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


def drips(head: bytes) -> Answer:
    """Answer a head and then a byte of body each 20 ms, for ever."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        while not reader.at_eof():
            writer.write(b"1\r\nx\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    return answer


@asynccontextmanager
async def receiver(answer: Answer, tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    seen = Receiver()
    writers = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        seen.handlers.append(task)
        writers.append(writer)
        seen.connections += 1
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while not writer.is_closing():
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                seen.bodies.append(await reader.readexactly(length))
                seen.heads.append(head)
                await answer(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for writer in writers:
            writer.close()
        await asyncio.gather(*seen.handlers)
        for writer in writers:
            with suppress(OSError):
                await writer.wait_closed()


def resolving(*answers: Sequence[str]) -> tuple[Resolve, list[str]]:
    """Return a resolver that gives these answers in turn, and the names that it was asked."""
    left, asked = list(answers), []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return left.pop(0)

    return resolve, asked


@asynccontextmanager
async def sender(
    egress: Egress = LOOPBACK,
    *,
    trusted: bool = True,
    resolve: Resolve | None = None,
) -> AsyncIterator[Sender]:
    tls = ssl.create_default_context(cafile=CERTIFICATE if trusted else None)
    chosen = {"resolve": resolve} if resolve else {}
    webhook = Sender(egress, tls, clock=FixedClock(), **chosen)
    try:
        yield webhook
    finally:
        await webhook.aclose()


async def outcome_of(answer: Answer, *, deadline: float = 5.0) -> Outcome:
    async with receiver(answer) as server, sender() as webhook:
        url = f"http://127.0.0.1:{server.port}/hook/token"
        return await webhook.post(url, REQUEST, {}, deadline=deadline)


def server_tls() -> ssl.SSLContext:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(CERTIFICATE)
    return tls


OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@asynccontextmanager
async def raw(reply: bytes | None) -> AsyncIterator[int]:
    """Serve on loopback: read something, then reply and hang up, or (None) do nothing."""
    done = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        if reply is None:
            await reader.read()
        else:
            writer.write(reply)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        done.set()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await done.wait()
