"""PagerDuty: an event of the Events API, version 2.

PagerDuty's pages "Send an Alert Event" and "PD-CEF fields" (2025): an event has at most 512 KB, a
summary 1,024 characters, and events of one `dedup_key` are one alert. A summary is shown as it
stands; custom details are too, but for web addresses, which its pages make links of: `inert` leaves
none. The routing key is the channel's secret, and comes into the body last (`keyed`).
"""

from datetime import datetime
from typing import Any, Final

import orjson

from schemas.alert import Alert, Kind
from services.notifier.channels import Request
from services.notifier.phrasing import cut, inert, web_address, when, who, words

SIGNED: Final = False
CONCURRENCY: Final = 4
RATE: Final = 2.0
DEADLINE: Final = 15.0

_SUMMARY: Final = 1024  # characters
_DETAIL: Final = 4096  # characters of one detail, of ours: all of them are far below 512 KB
_LABEL: Final = 200


def accepted(status: int, body: bytes) -> bool:  # noqa: ARG001 (every format has it)
    """Return whether PagerDuty took the event: its only answer to one that it took is a 202."""
    return status == 202


def render(alert: Alert, *, now: datetime) -> Request:  # noqa: ARG001 (every format has it)
    """Return the event of an alert, still without a routing key: one alert for each incident."""
    event: dict[str, Any] = {
        "event_action": "resolve" if alert.kind == Kind.CLOSED else "trigger",
        "dedup_key": str(alert.incident_id),
        "payload": {
            "summary": _line(alert.headline, _SUMMARY) or "-",
            "source": "watchfloor",
            "severity": str(alert.severity),
            "timestamp": alert.freshness.correlated.isoformat(),
            "class": _line(alert.category, _LABEL),
            "custom_details": _details(alert),
        },
        "client": "Watchfloor",
        "links": [
            {"href": url, "text": _line(source.source or source.item_id, _LABEL) or "source"}
            for source in alert.sources
            if (url := web_address(source.url or ""))
        ],
    }
    return Request(body=orjson.dumps(event), headers={"content-type": "application/json"})


def keyed(request: Request, key: str) -> Request:
    """Return the event with the routing key of the service that it is for."""
    event = orjson.loads(request.body)
    return Request(orjson.dumps({"routing_key": key, **event}), request.headers)


def _details(alert: Alert) -> dict[str, str]:
    told = {
        "status": words(alert.status),
        "when": when(alert.event_time) if alert.event_time else "",
        "who": who(alert.actors),
        "evidence": " … ".join(span.text for span in alert.evidence),
        "independent sources": str(alert.source_count),
        "kind": words(alert.kind),
    }
    return {name: _line(text, _DETAIL) for name, text in told.items() if text}


def _line(text: str, limit: int) -> str:
    """Return text on one line that links nothing, in at most `limit` characters."""
    return cut(inert(" ".join(text[: limit * 2].split())), limit)
