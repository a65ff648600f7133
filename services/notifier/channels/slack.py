"""Slack: an incoming webhook's message.

Limits and escapes: Slack's pages "Block Kit: blocks", "Composition objects: text" and
"Formatting message text" (2025). What a stranger wrote (headline, evidence, names) stands in
`plain_text` objects, in which Slack knows no markup, links nothing and calls nobody; `emoji` is
off there. Only the links to the sources need `mrkdwn`, and only the fallback is read as such
by old clients: for these two, `_inert` takes the markup out.
"""

from bisect import bisect_right
from datetime import datetime
from itertools import accumulate
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from schemas.alert import Alert, Source
from services.notifier.channels import Request
from services.notifier.phrasing import inert, listed, unmarked, web_address, when, who, words

SIGNED: Final = False
CONCURRENCY: Final = 1
RATE: Final = 1.0
DEADLINE: Final = 10.0

_HEADER: Final = 150  # characters, escapes included; Slack does not say which unit it counts in,
_SECTION: Final = 3000  # so ours is UTF-16's, the largest that it can be
_FIELD: Final = 2000
_LABEL: Final = 80
_AHEAD: Final = 8  # times a limit is what is looked at of a text: a title may be a megabyte

_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

_Block = dict[str, Any]


def accepted(status: int, body: bytes) -> bool:
    """Return whether Slack took the message: a 200 of anything but `ok` is somebody else's."""
    return status == 200 and body.strip() == b"ok"


def render(alert: Alert, *, now: datetime) -> Request:  # noqa: ARG001 (every format has it)
    """Return the message of an alert: headline, what, when, who, the evidence, the sources."""
    what = f"{words(alert.category)}, {words(alert.status).lower()}"
    fields = [what, f"{words(alert.severity)} alert, {words(alert.kind).lower()}"]
    if alert.event_time:
        fields.append(f"When: {when(alert.event_time)}")
    if alert.actors:
        fields.append(f"Who: {who(alert.actors)}")
    blocks: list[_Block] = [
        {"type": "header", "text": _plain(alert.headline, _HEADER)},
        {"type": "section", "fields": [_plain(field, _FIELD) for field in fields]},
        *(
            {"type": "section", "text": _plain(f"“{span.text}”", _SECTION)}
            for span in alert.evidence
        ),
    ]
    if alert.sources:
        text = listed(map(_link, alert.sources), alert.source_count, _SECTION)
        mrkdwn = {"type": "mrkdwn", "text": text, "verbatim": True}
        blocks.append({"type": "section", "text": mrkdwn})
    message = {
        "text": _inert(f"{what}: {alert.headline}", _SECTION),
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }
    return Request(body=orjson.dumps(message), headers={"content-type": "application/json"})


def _plain(text: str, limit: int) -> _Block:
    """Return a text object without markup. Slack refuses an empty one, so that is a dash."""
    return {"type": "plain_text", "text": _escaped(text, limit) or "-", "emoji": False}


def _inert(text: str, limit: int) -> str:
    """Return text that reads the same in `mrkdwn` and marks, links or mentions nothing."""
    return _escaped(inert(unmarked(text[: limit * _AHEAD])), limit)


def _escaped(text: str, limit: int) -> str:
    """Return text on one line with Slack's three escapes, at most `limit` UTF-16 units long."""
    line = " ".join(text[: limit * _AHEAD].split())
    pieces = [_ESCAPES.get(character, character) for character in line]
    ends = list(accumulate(len(piece) + (piece > "\uffff") for piece in pieces))
    if not ends or ends[-1] <= limit:
        return "".join(pieces)
    return "".join(pieces[: bisect_right(ends, limit - 1)]) + "…"


def _link(source: Source) -> str:
    url = web_address(source.url or "")
    host = urlsplit(url).hostname if url else None
    label = _inert(source.source or "", _LABEL) or _inert(host or "unnamed", _LABEL)
    return f"<{url.replace('&', '&amp;')}|{label}>" if url else label
