"""Discord: a webhook's message with one embed.

Limits: Discord's pages "Message resource: embed limits" and "Webhook resource: execute webhook"
(2026); in characters, and ours are UTF-16's units, the most that it can mean. A channel takes 30
messages of webhooks a minute (a Discord engineer, discord/discord-api-docs issue 367); replies of
429 count towards a ban of the address ("Rate limits"), so the pace is kept from the start.

How it reads text: its page "Reference: message formatting" has `<@user>`, `<#channel>`,
`<t:time>`, `</command:id>`, `<id:place>` and emoji; its help article "Markdown Text 101" has `*`,
`_`, `~~`, backticks, `||`, `[name](link)`, and `#`, `-#`, `-`, `1.`, `>` where a line begins. URLs
with a scheme become links. Not every place of an embed is read so; here each is taken to be. A
mention calls people from `content` alone, and only as `allowed_mentions` says, which is nobody.
What a stranger wrote is `literal`, and none of it stands in `content`.

An embed's `url` is not used: Discord may refuse a whole message for a URL that it finds malformed
there, while in a link that costs the link alone.
"""

from datetime import datetime
from typing import Any, Final

import orjson

from schemas.alert import Alert, Severity
from services.notifier.channels import Request
from services.notifier.markdown import literal, shortened, sources, units
from services.notifier.phrasing import when, who, words

SIGNED: Final = False
CONCURRENCY: Final = 1
RATE: Final = 0.5
DEADLINE: Final = 10.0

_CONTENT: Final = 2000  # UTF-16 units, as all of these
_TITLE: Final = 256
_DESCRIPTION: Final = 4096
_SOURCES: Final = 2000  # of the description
_FIELD: Final = 1024  # two at most have a stranger's words: all texts together are below 6000

_COLORS: Final = {
    Severity.CRITICAL: 0xD92D20,
    Severity.WARNING: 0xF79009,
    Severity.INFO: 0x2E90FA,
}


def render(alert: Alert, *, now: datetime) -> Request:  # noqa: ARG001 (every format has it)
    """Return the message of an alert: what it is, then an embed with all that is known of it."""
    message = {
        "content": literal(f"{words(alert.category)}, {words(alert.status).lower()}", _CONTENT),
        "embeds": [
            {
                "title": literal(alert.headline, _TITLE) or "…",
                "description": _description(alert),
                "color": _COLORS[alert.severity],
                "fields": _fields(alert),
            }
        ],
        "allowed_mentions": {"parse": []},
    }
    return Request(body=orjson.dumps(message), headers={"content-type": "application/json"})


def _description(alert: Alert) -> str:
    """Return the evidence, each span on a line, as far as the sources leave it room."""
    last = sources(alert.sources, alert.source_count, _SOURCES)
    lines = [literal(f"“{span.text}”", _DESCRIPTION) for span in alert.evidence]
    evidence = shortened("\n".join(lines), _DESCRIPTION - units(f"\n{last}"))
    return f"{evidence}\n{last}".lstrip()


def _fields(alert: Alert) -> list[dict[str, Any]]:
    told = {
        "Alert": f"{words(alert.severity)}, {words(alert.kind).lower()}",
        "When": when(alert.event_time) if alert.event_time else "",
        "Who": who(alert.actors),
    }
    return [
        {"name": name, "value": literal(text, _FIELD), "inline": True}
        for name, text in told.items()
        if text
    ]
