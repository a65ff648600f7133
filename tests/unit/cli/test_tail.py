import dataclasses
import json
from typing import Any

import pytest

from services.cli import tail
from tests.support import builders


def shown(value: bytes | None, **fields: Any) -> dict[str, Any]:
    line = tail.line(builders.record(value, **fields))
    assert b"\n" not in line
    found: dict[str, Any] = json.loads(line)
    return found


def test_a_record_is_shown_whole() -> None:
    headers = [("ce_id", b"a"), ("null", None), ("odd", b"\xff"), ("ce_id", b"second")]
    assert shown(b'{"id":\n"a"}', headers=headers, key=b"a", offset=7, partition=2) == {
        "topic": "news.items",
        "partition": 2,
        "offset": 7,
        "timestamp": "2024-06-19T12:00:00+00:00",
        "key": "a",
        "headers": {"ce_id": "a", "null": None, "odd": "\ufffd"},
        "value": {"id": "a"},
    }


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, {"value": None}, id="tombstone"),
        pytest.param(b"null", {"value": None}, id="null"),
        pytest.param(b"no", {"value_base64": "bm8="}, id="no JSON"),
        pytest.param(b"", {"value_base64": ""}, id="empty"),
    ],
)
def test_a_value_is_decoded_where_it_is_json(value: bytes | None, expected: dict[str, Any]) -> None:
    found = shown(value)
    assert {name: found[name] for name in found if name.startswith("value")} == expected


def test_a_record_without_a_key_says_so() -> None:
    assert shown(b"{}", key=None)["key"] is None


def test_what_cannot_be_written_again_is_shown_as_it_came() -> None:
    deep = b"[" * 300 + b"123456789012345678901234567890" + b"]" * 300
    line = tail.line(builders.record(deep))
    assert deep in line


def test_a_timestamp_beyond_the_calendar_is_none() -> None:
    odd = dataclasses.replace(builders.record(b"{}"), timestamp=10**18)
    assert json.loads(tail.line(odd))["timestamp"] is None
