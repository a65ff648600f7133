"""A receiver of webhooks as a process of its own: it answers 200 and notes when what came.

`python -m tests.bench.receiver PORT`. A POST is a webhook; GET /count, /received and /body say how
many came, which (JSON: time in Unix seconds, `webhook-id`, the item's id), and the last one's body.
"""

import asyncio
import re
import sys
import time
from typing import Final

import orjson

from services.local.ports import HOST

_LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_WEBHOOK_ID: Final = re.compile(rb"(?i)\r\nwebhook-id: *([^\r]+)")
_ITEM_ID: Final = re.compile(rb"bench-\w+-\d+")


class Receiver:
    """What has come."""

    def __init__(self) -> None:
        self.received: list[tuple[float, str | None, str | None]] = []
        self.body = b""

    def answer(self, head: bytes, body: bytes) -> bytes:
        """Return the reply's body."""
        match head.split(b" ", 2)[:2]:
            case [b"POST", _]:
                return self._receive(time.time(), head, body)
            case [_, b"/count"]:
                return b"%d" % len(self.received)
            case [_, b"/received"]:
                return orjson.dumps(self.received)
        return self.body

    def _receive(self, at: float, head: bytes, body: bytes) -> bytes:
        webhook, item = _WEBHOOK_ID.search(head), _ITEM_ID.search(body)
        self.received.append(
            (at, webhook[1].decode() if webhook else None, item[0].decode() if item else None)
        )
        self.body = body
        return b"ok"


class Connection(asyncio.Protocol):
    """As much of HTTP/1.1 as webhook clients use: whole requests, one after the other."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            head = self._buffer[:end]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._buffer) < whole:
                return
            body, self._buffer = self._buffer[end + 4 : whole], self._buffer[whole:]
            reply = self._receiver.answer(head, body)
            self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(reply))
            self._transport.write(reply)


async def main(port: int) -> None:
    """Serve until killed."""
    receiver = Receiver()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(receiver), HOST, port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
