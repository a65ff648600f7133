"""The local inbox: takes webhooks, verifies them as any receiver would, hands alerts on.

It runs in a thread of its own beside whoever shows the alerts.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from json import JSONDecodeError
from typing import Any, Final

from pydantic import ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from schemas.alert import Alert
from services.runtime.probes import respond, serving

PATH: Final = "/inbox"

_HOST: Final = "127.0.0.1"
_TEXT: Final = b"text/plain"
_MAX_BODY: Final = 64 * 1024  # bytes; our webhooks have at most 20,000


class Inbox:
    """An ASGI application that accepts what the secret signed."""

    def __init__(self, secret: str, show: Callable[[Alert], None]) -> None:
        """`show` is called once for each webhook-id, however often it comes."""
        self._webhook = Webhook(secret)
        self._show = show
        self._seen: set[str] = set()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request: 204 taken, 401 not signed by our sender, 404, 405, 413, 422."""
        status = self._refused(scope) or self._taken(scope, await _body(receive))
        await respond(send, status, b"", _TEXT)

    def _refused(self, scope: Any) -> int | None:
        if scope["path"] != PATH:
            return 404
        return None if scope["method"] == "POST" else 405

    def _taken(self, scope: Any, body: bytes) -> int:
        if len(body) > _MAX_BODY:
            return 413
        headers = {
            name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]
        }
        try:
            alert = Alert.model_validate(self._webhook.verify(body, headers)["data"])
        except (ValidationError, JSONDecodeError, KeyError, TypeError):
            return 422  # the library parses what it has verified
        except (WebhookVerificationError, ValueError):
            return 401
        if headers["webhook-id"] not in self._seen:
            self._seen.add(headers["webhook-id"])
            self._show(alert)
        return 204


async def _body(receive: Any) -> bytes:
    body, more = b"", True
    while more and len(body) <= _MAX_BODY:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


@contextlib.contextmanager
def open_inbox(secret: str, show: Callable[[Alert], None]) -> Iterator[str]:
    """Serve an inbox on a free port for as long as the context lasts; yields its URL.

    `show` is called in the inbox's thread.
    """
    serving_at: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        async with serving(Inbox(secret, show), _HOST, 0) as port:
            closed = asyncio.Event()
            serving_at.set_result((port, asyncio.get_running_loop(), closed))
            await closed.wait()

    thread = threading.Thread(target=asyncio.run, args=[serve()], name="inbox", daemon=True)
    thread.start()
    port, loop, closed = serving_at.result(timeout=30)
    try:
        yield f"http://{_HOST}:{port}{PATH}"
    finally:
        loop.call_soon_threadsafe(closed.set)
        thread.join(timeout=5)
