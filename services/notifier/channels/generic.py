"""Generic: the alert itself as JSON, signed, for receivers that one writes oneself.

Standard Webhooks 1.0 has the envelope, and bids to keep it under 20 kB.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel

from schemas.alert import ALERT_TYPE, Alert
from services.notifier.channels import Request

SIGNED: Final = True
CONCURRENCY: Final = 20
RATE: Final = None
DEADLINE: Final = 15.0

_LIMIT: Final = 20_000  # bytes
_SHORT_HEADLINE: Final = 2_000  # code points: at most 12 kB as JSON, six for a control character
_LISTS: Final = ("evidence", "sources", "actors")


class _Envelope(BaseModel):
    type: str
    timestamp: AwareDatetime
    data: Alert


def render(alert: Alert, *, now: datetime) -> Request:
    """Return the envelope of an alert."""
    body = fitted(alert, partial(_encoded, now=now))
    return Request(body=body, headers={"content-type": "application/json"})


def fitted(alert: Alert, encoded: Callable[[Alert], bytes]) -> bytes:
    """Return the alert, encoded in at most 20 kB: a whole Alert, however much had to go."""
    body = encoded(alert)
    if len(body) > _LIMIT:
        alert = _without_the_largest(alert, len(body) - _LIMIT)
        body = encoded(alert)
    if len(body) > _LIMIT:
        headline = alert.headline[:_SHORT_HEADLINE] + "…"
        body = encoded(alert.model_copy(update={"headline": headline}))
    return body


def _encoded(alert: Alert, *, now: datetime) -> bytes:
    envelope = _Envelope.model_construct(type=ALERT_TYPE, timestamp=now, data=alert)
    return envelope.model_dump_json(exclude_none=True).encode()


def _without_the_largest(alert: Alert, excess: int) -> Alert:
    """Return the alert without its largest spans, sources and actors, `excess` bytes less.

    They are dropped and never cut: a cut span would no longer be the item's own words.
    """
    kept: dict[str, dict[int, Any]] = {
        name: dict(enumerate(getattr(alert, name))) for name in _LISTS
    }
    sizes = [
        (len(entry.model_dump_json(exclude_none=True).encode()), name, index)
        for name, entries in kept.items()
        for index, entry in entries.items()
    ]
    for size, name, index in sorted(sizes, reverse=True):
        if excess <= 0:
            break
        del kept[name][index]
        excess -= size
    return alert.model_copy(update={name: tuple(rest.values()) for name, rest in kept.items()})
