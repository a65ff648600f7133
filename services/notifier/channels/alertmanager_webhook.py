"""Alertmanager's webhook, version 4: what Alertmanager itself would send of the alert.

Alertmanager's `docs/configuration.md` ("webhook_config"), `notify/webhook/webhook.go`,
`template/template.go` (0.34). An alert that fires has no end there yet, which Go writes as the
year 1. A group is an incident, so that receivers that go by `groupKey` see one thing. What a
stranger wrote is in the annotations alone, as inert as in `alertmanager`: receivers of this
format are many, and read any markup.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import orjson

from schemas.alert import Alert, Kind
from services.notifier.channels import Request
from services.notifier.channels.alertmanager import posted

SIGNED: Final = False
CONCURRENCY: Final = 4
RATE: Final = None
DEADLINE: Final = 15.0

_NO_END: Final = "0001-01-01T00:00:00Z"
_FNV_OFFSET: Final = 14695981039346656037
_FNV_PRIME: Final = 1099511628211


def render(alert: Alert, *, now: datetime) -> Request:  # noqa: ARG001 (every format has it)
    """Return the message of a group of one alert."""
    told = posted(alert)
    labels, annotations = told["labels"], told["annotations"]
    closed = alert.kind == Kind.CLOSED
    status = "resolved" if closed else "firing"
    group = {name: labels[name] for name in ("alertname", "incident")}
    message = {
        "receiver": "watchfloor",
        "status": status,
        "alerts": [
            {
                "status": status,
                "labels": labels,
                "annotations": annotations,
                "startsAt": told["startsAt"],
                "endsAt": told["endsAt"] if closed else _NO_END,
                "generatorURL": told.get("generatorURL", ""),
                "fingerprint": fingerprint(labels),
            }
        ],
        "groupLabels": group,
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "",
        "version": "4",
        "groupKey": _group_key(group),
        "truncatedAlerts": 0,
    }
    return Request(orjson.dumps(message), {"content-type": "application/json"})


def _group_key(labels: Mapping[str, str]) -> str:
    """Return the key of a group of the root route."""
    pairs = ", ".join(f"{name}={json.dumps(value)}" for name, value in labels.items())
    return f"{{}}:{{{pairs}}}"


def fingerprint(labels: Mapping[str, str]) -> str:
    """Return Prometheus's hash of labels: FNV-1a of 64 bits over names and values, in hexadecimal.

    Source: prometheus/common, `model/signature.go`: 0xFF ends each name and each value.
    """
    value = _FNV_OFFSET
    for name in sorted(labels):
        for byte in name.encode() + b"\xff" + labels[name].encode() + b"\xff":
            value = (value ^ byte) * _FNV_PRIME % 2**64
    return f"{value:016x}"
