"""Teams: a message with an Adaptive Card, for a workflow that posts what its webhook receives.

Microsoft's pages "Create and send messages" and "Text formatting in cards" have the envelope, and
for webhooks a limit of 28 KB without saying in which encoding: ours holds in UTF-8 and in UTF-16.
A workflow answers 202, an older webhook 200. The pace is half of what "Rate limiting for
connectors" allows in a burst, 60 messages in 30 seconds; no page gives a workflow's.

How it reads text: pages "Text features" of Adaptive Cards and "Text formatting in cards" of Teams.
A TextBlock, a fact's title and its value have CommonMark's `**`, `_`, lists and `[name](link)`;
`<at>name</at>` is a mention only where `msteams.entities` lists it, and we list none. What a
stranger wrote is `literal`. A RichTextBlock knows no Markdown, but webhooks have refused it
(microsoft/AdaptiveCards issue 8804).
"""

from datetime import datetime
from typing import Any, Final

import orjson

from schemas.alert import Alert, Severity
from services.notifier.channels import Request
from services.notifier.markdown import literal, sources
from services.notifier.phrasing import when, who, words

SIGNED: Final = False
CONCURRENCY: Final = 1
RATE: Final = 1.0
DEADLINE: Final = 10.0

# UTF-16 units. A quotation mark has four bytes, as JSON in UTF-16; with nothing else in these texts
# the message is still below 28,000 bytes.
_HEADLINE: Final = 500
_SPAN: Final = 600  # each of five
_FACT: Final = 800
_SOURCES: Final = 2500

_COLORS: Final = {
    Severity.CRITICAL: "Attention",
    Severity.WARNING: "Warning",
    Severity.INFO: "Accent",
}

_Element = dict[str, Any]


def accepted(status: int, body: bytes) -> bool:  # noqa: ARG001 (every format has it)
    """Return whether the message was taken: other 2xx are not a workflow's answers."""
    return status in {200, 202}


def render(alert: Alert, *, now: datetime) -> Request:  # noqa: ARG001 (every format has it)
    """Return the message of an alert: headline, what, when, who, the evidence, the sources."""
    headline = {"size": "Large", "weight": "Bolder", "color": _COLORS[alert.severity]}
    body: list[_Element] = [
        _text(literal(alert.headline, _HEADLINE) or "…") | headline,
        {"type": "FactSet", "facts": _facts(alert)},
        *(_text(literal(f"“{span.text}”", _SPAN)) for span in alert.evidence),
        _text(sources(alert.sources, alert.source_count, _SOURCES)),
    ]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": body,
    }
    attachment = {
        "contentType": "application/vnd.microsoft.card.adaptive",
        "contentUrl": None,
        "content": card,
    }
    message = {"type": "message", "attachments": [attachment]}
    return Request(body=orjson.dumps(message), headers={"content-type": "application/json"})


def _text(text: str) -> _Element:
    return {"type": "TextBlock", "text": text, "wrap": True}


def _facts(alert: Alert) -> list[_Element]:
    told = {
        "What": f"{words(alert.category)}, {words(alert.status).lower()}",
        "Alert": f"{words(alert.severity)}, {words(alert.kind).lower()}",
        "When": when(alert.event_time) if alert.event_time else "",
        "Who": who(alert.actors),
    }
    return [{"title": name, "value": literal(text, _FACT)} for name, text in told.items() if text]
