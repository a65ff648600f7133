import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.alert import Alert
from services.cli.inbox import PATH, Inbox
from services.notifier.channels import generic
from services.notifier.signing import sign

SECRET: Final = f"whsec_{base64.b64encode(b'k' * 32).decode()}"
OTHER: Final = f"whsec_{base64.b64encode(b'o' * 32).decode()}"
ALERT: Final = Alert.model_validate_json(
    (Path(__file__).parents[2] / "data" / "golden" / "alert.json").read_bytes()
)
BODY: Final = generic.render(ALERT, now=datetime.now(UTC)).body


class Receiver:
    """An inbox and what it showed."""

    def __init__(self) -> None:
        self.shown: list[Alert] = []
        self._inbox = Inbox(SECRET, self.shown.append)

    def post(
        self,
        body: bytes,
        headers: dict[str, str],
        *,
        path: str = PATH,
        method: str = "POST",
        cut: int = 1,
    ) -> int:
        """Return the status of a request whose body comes in `cut` pieces."""
        size = -(-len(body) // cut)
        pieces = [body[start : start + size] for start in range(0, len(body), size)] or [b""]
        received = iter(
            {"type": "http.request", "body": piece, "more_body": index < len(pieces) - 1}
            for index, piece in enumerate(pieces)
        )
        sent: list[Any] = []

        async def receive() -> Any:
            return next(received)

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {
            "path": path,
            "method": method,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
        asyncio.run(self._inbox(scope, receive, send))
        return int(sent[0]["status"])


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


def signed(
    body: bytes = BODY, *, secret: str = SECRET, name: str = "delivery-1", age: float = 0
) -> dict[str, str]:
    moment = datetime.now(UTC) - timedelta(seconds=age)
    return sign(name, int(moment.timestamp()), body, [secret])


def test_a_signed_webhook_is_taken_and_its_alert_shown(receiver: Receiver) -> None:
    assert receiver.post(BODY, signed(), cut=3) == 204
    assert receiver.shown == [ALERT]


def test_one_that_comes_again_is_taken_and_not_shown_again(receiver: Receiver) -> None:
    assert [receiver.post(BODY, signed()) for _ in range(3)] == [204] * 3
    assert receiver.post(BODY, signed(name="delivery-2")) == 204
    assert receiver.shown == [ALERT, ALERT]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="unsigned"),
        pytest.param(signed(secret=OTHER), id="another's signature"),
        pytest.param(signed(BODY + b" "), id="another body"),
        pytest.param(signed(age=3600), id="an hour old"),
        pytest.param(signed() | {"webhook-id": "delivery-9"}, id="another id"),
        pytest.param(signed() | {"webhook-signature": "é"}, id="no signature at all"),
    ],
)
def test_what_our_sender_did_not_sign_is_refused(
    receiver: Receiver, headers: dict[str, str]
) -> None:
    assert receiver.post(BODY, headers) == 401
    assert receiver.shown == []


@pytest.mark.parametrize("body", [b"no", b"[]", b"{}", json.dumps({"data": {"id": 1}}).encode()])
def test_what_is_signed_and_no_alert_is_refused(receiver: Receiver, body: bytes) -> None:
    assert receiver.post(body, signed(body)) == 422
    assert receiver.shown == []


def test_a_body_larger_than_any_of_ours_is_refused_unread(receiver: Receiver) -> None:
    body = b" " * 1024 * 1024
    assert receiver.post(body, signed(body), cut=16) == 413


@pytest.mark.parametrize(("fields", "status"), [({"path": "/"}, 404), ({"method": "GET"}, 405)])
def test_other_requests_are_refused(
    receiver: Receiver, fields: dict[str, str], status: int
) -> None:
    assert receiver.post(BODY, signed(), **fields) == status  # type: ignore[arg-type]
