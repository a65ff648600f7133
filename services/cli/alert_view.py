"""An alert for a reader: a panel in a terminal, otherwise one line.

Its words are somebody's input: what could steer a terminal is not shown.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Final

from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from schemas.alert import Alert
from schemas.report import Actor, EventTime

VERIFIED: Final = "signature verified"

_COLOURS: Final = {"critical": "red", "warning": "yellow", "info": "cyan"}


def show(console: Console, alert: Alert) -> None:
    """Print an alert."""
    if console.is_terminal:
        console.print(panel(alert))
    else:
        console.out(line(alert), highlight=False)


def line(alert: Alert) -> str:
    """Return an alert as one line, its parts set apart by a bar."""
    return " | ".join([f"{alert.category} {alert.status}", clean(alert.headline), *_parts(alert)])


def panel(alert: Alert) -> Panel:
    """Return an alert as a panel, its evidence highlighted."""
    colour = _COLOURS.get(alert.severity, "white")
    text = Text(clean(alert.headline), style="bold")
    for span in alert.evidence:
        text.append(f"\n{span.field}: ", style="dim not bold")
        text.append(f"“{clean(span.text)}”", style=f"{colour} not bold")
    for part in _facts(alert):
        text.append(f"\n{part}", style="not bold")
    return Panel(
        text,
        title=Text(f"{alert.category} {alert.status}", style=f"bold {colour}"),
        title_align="left",
        subtitle=Text(VERIFIED, style="green"),
        subtitle_align="left",
        border_style=colour,
    )


def clean(text: str) -> str:
    """Return the text on one line, without what is not printable."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _parts(alert: Alert) -> Iterator[str]:
    for span in alert.evidence:
        yield f'{span.field}: "{clean(span.text)}"'
    yield from _facts(alert)
    yield VERIFIED


def _facts(alert: Alert) -> Iterator[str]:
    if alert.event_time:
        yield f"when: {_when(alert.event_time)}"
    if alert.actors:
        yield f"who: {', '.join(map(_who, alert.actors))}"
    names = [clean(source.source or source.item_id) for source in alert.sources]
    more = alert.source_count - len(names)
    yield f"source: {', '.join(dict.fromkeys(names))}{f' and {more} more' if more > 0 else ''}"


def _who(actor: Actor) -> str:
    country = f"{actor.country}, " if actor.country else ""
    return f"{clean(actor.name)} ({country}{actor.role})"


def _when(time: EventTime) -> str:
    start, end = _moment(time.start, time.precision), _moment(time.end, time.precision)
    return start if start == end else f"{start} to {end}"


def _moment(moment: datetime | date, precision: str) -> str:
    text = moment.isoformat(" ", "minutes") if isinstance(moment, datetime) else moment.isoformat()
    return text[: {"month": 7, "year": 4}.get(precision, len(text))]
