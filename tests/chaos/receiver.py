"""A receiver of webhooks that counts them, verifies each, and can be slow, unwell or away."""

import asyncio
import contextlib
import threading
import time
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import Coroutine
from typing import Any, Final

from standardwebhooks import Webhook, WebhookVerificationError

from services.local.ports import HOST, free_port

SECRET: Final = "whsec_" + "Y2hhb3Mh" * 4
_GONE: Final = (ConnectionError, asyncio.IncompleteReadError)


class Receiver:
    """A server in a thread of its own, on one port for all its life.

    Plain streams, because a web server's work would take a quarter of a core from the services.
    """

    def __init__(self) -> None:
        self.port = free_port()
        self.accepted: Counter[str] = Counter()  # webhook-ids answered with success
        self.arrivals: list[float] = []  # when each was accepted, monotonic seconds
        self.forged: list[str] = []  # webhook-ids whose signature is wrong
        self._well = True
        self._webhook = Webhook(SECRET)
        self._idle: set[StreamWriter] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._released = asyncio.Event()
        self._released.set()
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    @property
    def repeated(self) -> int:
        """How many webhooks were accepted a second time or more."""
        return self.accepted.total() - len(self.accepted)

    def open(self, *, well: bool = True) -> None:
        """Begin to listen, and to accept; or to answer 503."""
        self._well = well
        self._await(self._open())

    def recover(self) -> None:
        """Accept again."""
        self._well = True

    def close(self) -> None:
        """Stop listening: connections are refused from here on. What is under way is answered."""
        self._await(self._close())

    def hold(self) -> None:
        """Answer nobody until `release`."""
        self._loop.call_soon_threadsafe(self._released.clear)

    def release(self) -> None:
        """Answer those who were held, and everybody after them."""
        self._loop.call_soon_threadsafe(self._released.set)

    def end(self) -> None:
        """Close, and end the thread."""
        self.release()
        self.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _open(self) -> None:
        self._server = await asyncio.start_server(self._serve, HOST, self.port)

    async def _close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        self._server = None
        for writer in self._idle:
            writer.close()
        await asyncio.gather(*self._connections)

    async def _serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        with contextlib.suppress(*_GONE):
            while self._server is not None:
                self._idle.add(writer)
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                self._idle.discard(writer)
                fields = (line.partition(": ") for line in head.splitlines()[1:-1])
                headers = {name.lower(): value for name, _, value in fields}
                body = await reader.readexactly(int(headers["content-length"]))
                await self._released.wait()
                status = b"200 OK" if self._take(headers, body) else b"503 Unwell"
                writer.write(b"HTTP/1.1 %s\r\ncontent-length: 0\r\n\r\n" % status)
                await writer.drain()
        self._idle.discard(writer)
        writer.close()
        with contextlib.suppress(*_GONE):
            await writer.wait_closed()
        self._connections.discard(task)

    def _take(self, headers: dict[str, str], body: bytes) -> bool:
        """Say whether the webhook is accepted, and count it if so."""
        if not self._well:
            return False
        name = headers["webhook-id"]
        try:
            self._webhook.verify(body, headers)
        except WebhookVerificationError:
            self.forged.append(name)
        self.accepted[name] += 1
        self.arrivals.append(time.monotonic())
        return True

    def _await(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=30)
