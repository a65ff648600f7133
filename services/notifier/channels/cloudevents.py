"""CloudEvents 1.0: the alert as an event in structured JSON, signed as `generic` is.

cloudevents/spec, `formats/json-format.md` and `bindings/http-protocol-binding.md`, section 3.2;
the attributes are those of the records on `news.alerts`. Events of 64 KiB are safe everywhere
(`spec.md`, "Size Limits"); Standard Webhooks, whose signature this carries, bids for less. What
a stranger wrote is JSON inside `data`, in which nobody looks for markup, links or mentions; the
one attribute that is his, `correlationid`, is left out where it holds what attributes must not.
"""

from datetime import datetime
from typing import Final
from unicodedata import category

import orjson

from schemas.alert import ALERT_TYPE, Alert
from services.notifier.channels import Request
from services.notifier.channels.generic import fitted

SIGNED: Final = True
CONCURRENCY: Final = 20
RATE: Final = None
DEADLINE: Final = 15.0

_CONTENT_TYPE: Final = "application/cloudevents+json; charset=UTF-8"
_LONGEST: Final = 1024  # characters of an item's id, by the items' schema


def render(alert: Alert, *, now: datetime) -> Request:  # noqa: ARG001 (every format has it)
    """Return the event of an alert: `data` is a whole Alert, however much had to go."""
    attributes = _attributes(alert)

    def encoded(alert: Alert) -> bytes:
        told = alert.model_dump_json(exclude_none=True).encode()
        return orjson.dumps({**attributes, "data": orjson.Fragment(told)})

    return Request(fitted(alert, encoded), {"content-type": _CONTENT_TYPE})


def _attributes(alert: Alert) -> dict[str, str]:
    item = alert.sources[0].item_id if alert.sources else ""
    return {
        "specversion": "1.0",
        "id": str(alert.id),
        "source": "/watchfloor/notifier",
        "type": ALERT_TYPE,
        "time": alert.freshness.correlated.isoformat(),
        "datacontenttype": "application/json",
        "dataschema": f"urn:watchfloor:{ALERT_TYPE}",
        "subject": str(alert.incident_id),
        "expirytime": alert.expires_at.isoformat(),
        **({"correlationid": item} if _is_attribute(item) else {}),
        "purpose": alert.purpose,
    }


def _is_attribute(text: str) -> bool:
    """Return whether text may be an attribute's value (`spec.md`, "Type System"), and is no book.

    Control characters and noncharacters may not stand there, and no value is empty.
    """
    return 0 < len(text) <= _LONGEST and not any(
        category(character) == "Cc"
        or ord(character) & 0xFFFE == 0xFFFE
        or 0xFDD0 <= ord(character) <= 0xFDEF
        for character in text
    )
