"""One HTTP attempt at a webhook, whose every failure is a value.

It stands on httpcore, the part of httpx that connects: the egress guard is its public
`network_backend`, nothing reads proxies from the environment or follows a redirect, and a
post costs less than through httpx's client. httpx parses the URLs.

httpcore logs headers and hosts at DEBUG: keep the loggers `httpcore` and `httpx` at WARNING.
"""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

import httpcore
import httpx

from services.notifier.channels import Request
from services.notifier.egress import (
    Egress,
    GuardedNetwork,
    RefusedError,
    Resolve,
    UnresolvedError,
    resolved,
)
from services.notifier.retry import Outcome, Reason, parse_retry_after, reason_of
from services.runtime.clock import Clock

CONNECT: Final = 3.0  # seconds for the connection, and again for its TLS
KEEP_ALIVE: Final = 4.0  # seconds: many servers hang up after 5, and a post must not meet that
MAX_REPLY: Final = 16 * 1024  # bytes that are read of a reply
_DETAIL: Final = 1024  # bytes of it that are kept


# In this order, because some of these are kinds of others.
_REASONS: Final = (
    (RefusedError, Reason.BLOCKED),
    (UnresolvedError, Reason.DNS),
    (ssl.SSLError, Reason.TLS),
    (TimeoutError, Reason.TIMEOUT),
    (httpcore.TimeoutException, Reason.TIMEOUT),
    (httpcore.NetworkError, Reason.CONNECTION),
    (httpcore.ProtocolError, Reason.PROTOCOL_ERROR),
)
_FAILURES: Final = tuple(kind for kind, _ in _REASONS)


@dataclass(slots=True)
class _Reply:
    """What has arrived of a reply so far, and what ended it early."""

    status: int | None = None
    retry_after: str | None = None
    body: bytearray = field(default_factory=bytearray)
    failure: Reason | None = None
    detail: str = ""


class Sender:
    """A sender with one connection, kept open between posts: one post at a time.

    Many senders of one connection are faster than one of many (httpcore searches its pool).
    """

    def __init__(
        self,
        egress: Egress,
        tls: ssl.SSLContext,
        *,
        clock: Clock,
        resolve: Resolve = resolved,
    ) -> None:
        self._egress = egress
        self._clock = clock
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls,
            max_connections=1,
            keepalive_expiry=KEEP_ALIVE,
            network_backend=GuardedNetwork(egress, resolve),
        )

    async def post(
        self,
        url: str,
        request: Request,
        headers: Mapping[str, str],
        *,
        deadline: float,
        accepted: Callable[[int, bytes], bool] = lambda status, body: True,  # noqa: ARG005
    ) -> Outcome:
        """Return how one attempt ended. Never raises for what a receiver does.

        `deadline` is in seconds, for everything from the name's resolution to the reply's end.
        The status decides once it is there, whatever becomes of the body; `accepted` tells
        from a 2xx and its body whether it is a success.
        """
        loop = asyncio.get_running_loop()
        started, reply = loop.time(), _Reply()
        if refusal := _refusal(self._egress, url):
            reply.failure, reply.detail = Reason.BLOCKED, refusal
        else:
            await self._attempt(_prepared(url, request, headers, deadline), reply, deadline)
        return Outcome(
            status=reply.status,
            reason=_judged(reply, accepted),
            retry_after=self._retry_after(reply),
            milliseconds=(loop.time() - started) * 1000,
            detail=_detail(reply),
        )

    async def _attempt(self, request: httpcore.Request, reply: _Reply, deadline: float) -> None:
        try:
            async with asyncio.timeout(deadline):
                await self._exchange(request, reply)
        except _FAILURES as error:
            reply.failure, reply.detail = _reason(error), type(error).__name__

    async def _exchange(self, request: httpcore.Request, reply: _Reply) -> None:
        response = await self._pool.handle_async_request(request)
        try:
            reply.status = response.status
            for name, value in response.headers:
                if name.lower() == b"retry-after":
                    reply.retry_after = value.decode("latin-1")
            chunks = cast("AsyncGenerator[bytes]", response.aiter_stream())
            async with aclosing(chunks):
                async for chunk in chunks:
                    reply.body += chunk[: MAX_REPLY - len(reply.body)]
                    if len(reply.body) == MAX_REPLY:
                        break
        finally:
            await response.aclose()

    def _retry_after(self, reply: _Reply) -> float | None:
        return (
            parse_retry_after(reply.retry_after, self._clock.now()) if reply.retry_after else None
        )

    async def aclose(self) -> None:
        """Close the connection."""
        await self._pool.aclose()


# A channel's URL is the same from post to post, and reading it takes a fifth of a post's time.
_refusal = lru_cache(maxsize=1024)(Egress.judge_url)


@lru_cache(maxsize=1024)
def _target(url: str) -> tuple[httpcore.URL, str]:
    """Return where to post, and the Host header."""
    parsed = httpx.URL(url)
    target = httpcore.URL(
        scheme=parsed.raw_scheme,
        host=parsed.raw_host,
        port=parsed.port,
        target=parsed.raw_path,
    )
    return target, parsed.netloc.decode("ascii")


def _prepared(
    url: str, request: Request, headers: Mapping[str, str], deadline: float
) -> httpcore.Request:
    target, host = _target(url)
    lines = {
        "host": host,
        "user-agent": "watchfloor",
        "accept-encoding": "identity",  # a compressed reply could not be capped
        "content-length": str(len(request.body)),
        **request.headers,
        **headers,
    }
    # httpcore leaks a connection that is cancelled within its TLS handshake, so connecting
    # (resolution with TCP, then TLS) gives up by itself before the deadline cancels it.
    timeout = min(CONNECT, deadline / 3)
    return httpcore.Request(
        "POST",
        target,
        headers=list(lines.items()),
        content=request.body,
        extensions={"timeout": {"connect": timeout}},
    )


def _reason(error: BaseException) -> Reason:
    """Return the reason that an exception stands for.

    What httpcore translated is in its context; the cause was cleared on the way through the pool.
    """
    origin = error.__context__
    if isinstance(error, httpcore.ConnectError) and isinstance(origin, ssl.SSLError):
        return Reason.TLS
    if isinstance(error, httpcore.RemoteProtocolError) and origin is None:
        return Reason.CONNECTION  # httpcore's word for a hang-up before a whole head
    return next(reason for kind, reason in _REASONS if isinstance(error, kind))


def _judged(reply: _Reply, accepted: Callable[[int, bytes], bool]) -> Reason | None:
    if reply.status is None:
        return reply.failure
    if reason := reason_of(reply.status):
        return reason
    if accepted(reply.status, bytes(reply.body)):
        return None
    return reply.failure or Reason.PROTOCOL_ERROR


def _detail(reply: _Reply) -> str:
    """Return the reply's beginning as text that PostgreSQL can keep: without NUL."""
    if not reply.body:
        return reply.detail
    return reply.body[:_DETAIL].decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
