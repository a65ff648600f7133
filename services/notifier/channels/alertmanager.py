"""Alertmanager: an alert posted to `/api/v2/alerts`, as Prometheus posts its own.

Alertmanager's `api/v2/openapi.yaml`, `api/v2/api.go` and `alert/alert.go` (0.34): labels are who
an alert is, and a later post with the same ones takes the earlier one's place; an end in the past
resolves it. An alert is refused that ends before it starts, or whose `generatorURL` is no URI. No
text has a limit there: those here are ours.

Alertmanager shows annotations as text, makes a link of each word that begins with `http://` or
`https://` (`ui/app/src/Utils/String.elm`), and hands them on as they are to receivers that do read
markup (`template/default.tmpl`): Slack's `<!here>` and `<url|text>`, the Markdown of Discord,
Webex and Teams, `@everyone`. So what a stranger wrote comes without any of these.
"""

import re
from datetime import datetime
from typing import Any, Final

import orjson

from schemas.alert import Alert, Kind
from services.notifier.channels import Request
from services.notifier.phrasing import cut, inert, unmarked, web_address, when, who, words

SIGNED: Final = False
CONCURRENCY: Final = 4
RATE: Final = None
DEADLINE: Final = 10.0

_SUMMARY: Final = 1024  # characters, as all of these
_DESCRIPTION: Final = 4096
_LINE: Final = 1000
_AHEAD: Final = 4  # times a limit is what is looked at of a text: a title may be a megabyte

_BRACKETS: Final = str.maketrans(
    {
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "]": "]\N{WORD JOINER}",  # Markdown's link has "(" right behind it,
        "#": "#\N{WORD JOINER}",  # and its heading a space
    }
)
# What Go's url.ParseRequestURI takes, narrowed: no user, no IPv6, and escapes are whole. In a
# host, Go takes escapes beyond ASCII alone.
_URI: Final = re.compile(
    r"https?://(?:[a-z0-9._-]|%[89a-f][0-9a-f])+(?::\d+)?(?:[/?](?:[^%]|%[0-9a-f]{2})*)?",
    re.ASCII | re.IGNORECASE,
)


def accepted(status: int, body: bytes) -> bool:
    """Return whether Alertmanager took the alert: a 200 with a page is a proxy's, to sign in."""
    return status == 200 and not body.lstrip().startswith(b"<")


def render(alert: Alert, *, now: datetime) -> Request:  # noqa: ARG001 (every format has it)
    """Return the list that holds the alert."""
    return Request(orjson.dumps([posted(alert)]), {"content-type": "application/json"})


def posted(alert: Alert) -> dict[str, Any]:
    """Return the alert as Alertmanager reads it. It ends when it is no news; closed, at once."""
    told = alert.freshness.correlated
    ends = told if alert.kind == Kind.CLOSED else alert.expires_at
    links = _links(alert)
    event = {
        "labels": _labels(alert),
        "annotations": _annotations(alert, links),
        "startsAt": min(told, ends).isoformat(),
        "endsAt": ends.isoformat(),
    }
    return {**event, "generatorURL": links[0]} if links else event


def _labels(alert: Alert) -> dict[str, str]:
    """Return codes and the incident's id: new words in a label would make a new alert."""
    country = alert.actors[0].country if alert.actors else None
    return {
        "alertname": "".join(part.capitalize() for part in alert.category.split("_")),
        "category": alert.category,
        "status": alert.status,
        "severity": alert.severity,
        **({"country": country} if country else {}),
        "incident": str(alert.incident_id),
    }


def _annotations(alert: Alert, links: list[str]) -> dict[str, str]:
    names = ", ".join(source.source or source.item_id for source in alert.sources)
    lines = [
        f"{words(alert.category)}, {words(alert.status).lower()}; {words(alert.kind).lower()}",
        f"When: {when(alert.event_time)}" if alert.event_time else "",
        f"Who: {who(alert.actors)}" if alert.actors else "",
        f"Sources ({alert.source_count}): {names}",
        *(f"“{span.text}”" for span in alert.evidence),
    ]
    description = "\n".join(_line(line, _LINE) for line in lines if line)
    return {
        "summary": _line(alert.headline, _SUMMARY) or "-",
        "description": cut(description, _DESCRIPTION),
        **({"links": " ".join(links)} if links else {}),
    }


def _links(alert: Alert) -> list[str]:
    """Return the sources' web addresses that Alertmanager takes; none holds a live mention."""
    found = (web_address(source.url or "") for source in alert.sources)
    return [url.replace("@", "%40") for url in found if url and _URI.fullmatch(url)]


def _line(text: str, limit: int) -> str:
    """Return text on one line that marks, links and mentions nothing, at most `limit` long."""
    line = " ".join(text[: limit * _AHEAD].split())
    return cut(inert(unmarked(line).translate(_BRACKETS)), limit)
