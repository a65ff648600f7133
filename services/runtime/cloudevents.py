"""CloudEvents 1.0 on Kafka: attributes as headers going out; binary, structured or none coming in.

Source: cloudevents/spec, bindings/kafka-protocol-binding.md, section 3.
"""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar

import orjson

from schemas.common import Purpose, Record

T = TypeVar("T", bound=Record)
Headers = Sequence[tuple[str, bytes | None]]

_JSON: Final = b"application/json"
_STRUCTURED: Final = b"application/cloudevents"
_PREFIX: Final = "ce_"
_PURPOSE: Final = "purpose"


def attributes(
    event_type: str,
    event_id: str,
    *,
    source: str,
    time: datetime,
    subject: str,
    **extensions: str | None,
) -> list[tuple[str, bytes]]:
    """Return the headers of one event in binary mode; an extension that is None is left out."""
    values: Mapping[str, str | None] = {
        "specversion": "1.0",
        "id": event_id,
        "source": source,
        "type": event_type,
        "time": time.isoformat(),
        "dataschema": f"urn:watchfloor:{event_type}",
        "subject": subject,
        **extensions,
    }
    return [
        ("content-type", _JSON),
        *((_PREFIX + name, value.encode()) for name, value in values.items() if value is not None),
    ]


def header(headers: Headers, name: str) -> bytes | None:
    """Return the first header of that name; None where it is missing or null."""
    return next((value for key, value in headers if key == name), None)


def unwrap(value: bytes | None, headers: Headers) -> tuple[bytes | None, str | None]:
    """Return a record's JSON payload, and the `purpose` that its envelope names, if any.

    In structured mode the payload is inside the value; otherwise it is the value. Raises
    ValueError where a structured envelope holds none.
    """
    if not headers:
        return value, None
    content_type = header(headers, "content-type") or b""
    if value is None or not content_type.lower().startswith(_STRUCTURED):
        purpose = header(headers, _PREFIX + _PURPOSE)
        return value, purpose.decode(errors="replace") if purpose else None
    envelope = orjson.loads(value)
    if not isinstance(envelope, dict) or "specversion" not in envelope:
        raise ValueError("the content type says CloudEvents, and the value is no event")
    purpose_text = envelope.get(_PURPOSE)
    purpose_text = purpose_text if isinstance(purpose_text, str) else None
    if isinstance(encoded := envelope.get("data_base64"), str):
        return base64.b64decode(encoded, validate=True), purpose_text
    if "data" not in envelope:
        raise ValueError("the CloudEvent has no data")
    try:
        return orjson.dumps(envelope["data"]), purpose_text
    except TypeError as error:  # what may be read 1,024 levels deep is written 254 deep
        raise ValueError(f"the CloudEvent's data: {error}") from None


def with_purpose(record: T, purpose: str | None) -> T:
    """Return the record with the purpose that its envelope names, unless it names one itself.

    What a canary or a test marks by its envelope alone must not page anybody. Raises ValueError
    for a purpose that nobody knows.
    """
    if purpose is None or "purpose" in record.model_fields_set:
        return record
    return record.model_copy(update={_PURPOSE: Purpose(purpose)})
