import base64

import orjson
import pytest

from services.runtime.cloudevents import Headers, attributes, header, unwrap
from tests.support.builders import NOON

ITEM = b'{"id": "1", "title": "t"}'
STRUCTURED = [("content-type", b"application/cloudevents+json; charset=UTF-8")]


def test_attributes_are_headers_in_binary_mode() -> None:
    headers = attributes(
        "news.item.v1", "id-1", source="/wire", time=NOON, subject="s", purpose="test", traceid=None
    )
    assert dict(headers) == {
        "content-type": b"application/json",
        "ce_specversion": b"1.0",
        "ce_id": b"id-1",
        "ce_source": b"/wire",
        "ce_type": b"news.item.v1",
        "ce_time": b"2024-06-19T12:00:00+00:00",
        "ce_dataschema": b"urn:watchfloor:news.item.v1",
        "ce_subject": b"s",
        "ce_purpose": b"test",
    }


@pytest.mark.parametrize(
    ("value", "headers", "expected"),
    [
        pytest.param(ITEM, [], (ITEM, None), id="plain JSON"),
        pytest.param(ITEM, [("x", None)], (ITEM, None), id="a null header"),
        pytest.param(ITEM, [("ce_purpose", b"canary")], (ITEM, "canary"), id="binary mode"),
        pytest.param(ITEM, [("ce_purpose", b"\xff")], (ITEM, "\ufffd"), id="no UTF-8"),
        pytest.param(None, STRUCTURED, (None, None), id="no value"),
    ],
)
def test_a_payload_that_is_the_value(
    value: bytes | None, headers: Headers, expected: tuple[bytes | None, str | None]
) -> None:
    assert unwrap(value, headers) == expected


@pytest.mark.parametrize(
    ("content", "purpose"),
    [
        pytest.param({"data": orjson.loads(ITEM)}, None, id="data"),
        pytest.param({"data_base64": base64.b64encode(ITEM).decode()}, None, id="data_base64"),
        pytest.param({"data": orjson.loads(ITEM), "purpose": "test"}, "test", id="purpose"),
        pytest.param({"data": orjson.loads(ITEM), "purpose": 1}, None, id="purpose is no text"),
    ],
)
def test_a_payload_in_a_structured_envelope(
    content: dict[str, object], purpose: str | None
) -> None:
    payload, told = unwrap(orjson.dumps({"specversion": "1.0", **content}), STRUCTURED)
    assert orjson.loads(payload or b"") == orjson.loads(ITEM)
    assert told == purpose


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"not json", id="no JSON"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b'{"data": {}}', id="no version"),
        pytest.param(b'{"specversion": "1.0"}', id="no data"),
        pytest.param(b'{"specversion": "1.0", "data_base64": "%"}', id="no base64"),
        pytest.param(
            b'{"specversion": "1.0", "data": ' + b"[" * 300 + b"]" * 300 + b"}", id="300 deep"
        ),
    ],
)
def test_an_envelope_that_is_none_is_refused(value: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unwrap(value, STRUCTURED)


def test_the_first_header_of_a_name_counts() -> None:
    headers: Headers = [("a", b"1"), ("a", b"2"), ("b", None)]
    assert (header(headers, "a"), header(headers, "b"), header(headers, "c")) == (b"1", None, None)
