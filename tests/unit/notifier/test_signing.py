"""Signatures by Standard Webhooks 1.0, as its own library makes and verifies them."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from services.notifier.signing import check_secret, sign

NEW, OLD = (f"whsec_{base64.b64encode(bytes([n]) * 32).decode()}" for n in (1, 2))


def test_the_vector_of_the_specification_comes_out() -> None:
    headers = sign(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(value=st.text(st.characters(exclude_categories=["Cs"])))
def test_a_receiver_with_either_secret_verifies(value: str) -> None:
    body = value.encode()
    headers = sign("a", int(time.time()), body, [NEW, OLD])
    for secret in (NEW, OLD):
        Webhook(secret).verify(body, headers, json_parse=False)


@pytest.mark.parametrize(
    ("field", "value"),
    [("webhook-id", "b"), ("webhook-signature", "v1,AAAA"), ("body", b"{ }"), ("secret", OLD)],
)
def test_what_was_changed_does_not_verify(field: str, value: str | bytes) -> None:
    signed = {"body": b"{}", "secret": NEW, **sign("a", int(time.time()), b"{}", [NEW])}
    changed = {**signed, field: value}
    body, secret = changed.pop("body"), changed.pop("secret")
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body, changed)  # type: ignore[arg-type]


@pytest.mark.parametrize("length", [24, 32, 64])
def test_a_secret_of_24_to_64_bytes_is_fine(length: int) -> None:
    check_secret("whsec_" + base64.b64encode(b"\xff" * length).decode())


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [
        ("whsec_" + base64.b64encode(b"\xff" * 23).decode(), "24 to 64 bytes, this one 23"),
        ("whsec_" + base64.b64encode(b"\xff" * 65).decode(), "24 to 64 bytes, this one 65"),
        (base64.b64encode(b"\xff" * 32).decode(), "begins with whsec_"),
        ("whsec_", "this one 0"),
        ("", "begins with whsec_"),
        ("whsec_no base64 at all, you see", "base64"),
        ("whsec_" + "A" * 32 + "!!", "base64"),
        ("whsec_" + "ä" * 32, "base64"),
        ("whsec_" + "A" * 33, "base64"),
    ],
)
def test_any_other_secret_is_refused_without_being_told(secret: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        check_secret(secret)
    told = secret.removeprefix("whsec_")
    assert not told or told not in str(caught.value)
