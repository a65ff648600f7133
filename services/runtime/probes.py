"""Probes and metrics over HTTP: `/healthz/live`, `/healthz/ready`, `/metrics`.

They read what the service's loops last found and do no I/O of their own, so they answer while
Kafka or the ledger is away.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import orjson
import uvicorn
from prometheus_client import CollectorRegistry, make_asgi_app

from services.runtime.settings import ConfigurationError

Check = Callable[[], bool]

_NO_ROUTE: Final = b"not found\n"


class ProbeServer(uvicorn.Server):
    """uvicorn inside a service that answers to signals itself."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGINT and SIGTERM to the service, which has more to end than this server."""
        yield


def make_app(
    live: Mapping[str, Check], ready: Mapping[str, Check], registry: CollectorRegistry
) -> Any:
    """Return the ASGI application. A probe answers 200 if all its checks hold, else 503."""
    metrics = make_asgi_app(registry)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        match scope["path"]:
            case "/metrics":
                await metrics(scope, receive, send)
            case "/healthz/live":
                await _answer(send, live)
            case "/healthz/ready":
                await _answer(send, {**live, **ready})
            case _:
                await respond(send, 404, _NO_ROUTE, b"text/plain")

    return app


async def _answer(send: Any, checks: Mapping[str, Check]) -> None:
    found = {name: check() for name, check in checks.items()}
    await respond(
        send, 200 if all(found.values()) else 503, orjson.dumps(found), b"application/json"
    )


async def respond(send: Any, status: int, body: bytes, content_type: bytes) -> None:
    """Send one whole ASGI reply."""
    headers = [(b"content-type", content_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@contextlib.asynccontextmanager
async def serving(app: Any, host: str, port: int) -> Any:
    """Serve an ASGI application for as long as the context lasts; yields the port taken.

    Raises ConfigurationError where the address cannot be had.
    """
    try:
        listener = socket.create_server((host, port), family=_family(host))
    except OSError as error:
        raise ConfigurationError(f"host and port: {host}:{port}: {error.strerror}") from None
    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False, ws="none")
    server = ProbeServer(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        server.force_exit = True  # a scraper's idle connection must not hold the end up
        await task
        listener.close()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
