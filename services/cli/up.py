"""`watchfloor up`: the whole pipeline on this machine, and its alerts as they arrive."""

import contextlib
import secrets
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final
from uuid import UUID

from rich.console import Console

from schemas.alert import Alert
from schemas.topics import ITEMS
from services.cli import alert_view, demonstration, pipeline
from services.cli.inbox import open_inbox
from services.cli.pipeline import Ground, Part
from services.cli.publish import Publication
from services.cli.run_file import Run, alone
from services.notifier.routes import load_file

_PATIENCE: Final = 60.0  # seconds without an alert after which the missing ones are given up
_LOOK: Final = 0.2  # seconds between two looks whether every part lives

_FIRST_LOOK: Final = (
    "Embedded mode, for a first look only. Its broker keeps nothing, holds 5 MiB a partition, "
    "takes one member a group and has no administration; its ledger is made anew for each run. "
    "What keeps its records: make kafka, then make run KAFKA=real."
)
_KEPT: Final = "Apache Kafka on this machine, and a ledger that is kept in var/ledger/."
_NEXT: Final = (
    "Up until Ctrl-C. In another terminal: watchfloor publish FILE, watchfloor lag, "
    "watchfloor tail news.alerts."
)


def run(*, embedded: bool, once: bool) -> int:
    """Run it until interrupted, or, `once`, until the demonstration is over.

    Returns 0 where every expected alert arrived, else 1. Raises ExpectedError where a part ends.
    """
    for number in (signal.SIGINT, signal.SIGTERM):  # a script's background job ignores the first
        signal.signal(number, signal.default_int_handler)
    console, alerts = Console(), SimpleQueue[Alert]()
    name = f"inbox-{secrets.token_hex(4)}"
    with contextlib.ExitStack() as stack:
        stack.enter_context(alone())
        say(console, _FIRST_LOOK if embedded else _KEPT)
        secret, secret_file = pipeline.new_secret()
        stack.callback(secret_file.unlink, missing_ok=True)
        inbox = stack.enter_context(open_inbox(secret, alerts.put))
        channels_file = _write_channels(name, inbox, secret_file)
        say(console, "Starting; logs are in var/log/ and var/run/.")
        ground = stack.enter_context(pipeline.embedded() if embedded else pipeline.real())
        parts = (*ground.parts, *stack.enter_context(pipeline.services(ground, channels_file)))
        stack.enter_context(_run(ground, inbox, parts).written())
        say(console, f"Kafka listens on {ground.cluster.bootstrap_servers}.")
        shown = demonstration.prepare(name, load_file(channels_file).subscriptions["inbox"])
        _publish(ground, shown.lines)
        say(console, f"Published the demonstration: {len(shown.lines)} items.")
        return _watch(console, alerts, parts, shown.expected, once=once)


def say(console: Console, text: str) -> None:
    """Print a sentence: wrapped in a terminal, otherwise on a line of its own."""
    if console.is_terminal:
        console.print(text, style="dim", highlight=False, markup=False)
    else:
        console.out(text, highlight=False)


def _write_channels(name: str, inbox: str, secret_file: Path) -> Path:
    return pipeline.write_channels(
        {
            "channels": {
                name: {
                    "format": "generic",
                    "url": inbox,
                    "secret": {"file": f"{secret_file.resolve()}"},
                }
            },
            # The demonstration tells of June 2024: no age makes it old.
            "subscriptions": {"inbox": {"channel": name, "max_age": "none", "purpose": "live"}},
        }
    )


def _run(ground: Ground, inbox: str, parts: Sequence[Part]) -> Run:
    return Run(
        bootstrap_servers=ground.cluster.bootstrap_servers,
        ledger_url=ground.ledger_url,
        embedded=ground.cluster.embedded,
        inbox_url=inbox,
        pids={part.name: part.pid for part in parts},
    )


def _publish(ground: Ground, lines: Sequence[bytes]) -> None:
    with ground.cluster.producer() as producer:
        publication = Publication(producer, ITEMS)
        publication.send(lines)
        publication.finish()


def _watch(
    console: Console,
    alerts: SimpleQueue[Alert],
    parts: Sequence[Part],
    expected: Mapping[UUID, str],
    *,
    once: bool,
) -> int:
    """Show alerts as they arrive; return once those expected have come, or are given up."""
    missing, last = dict(expected), time.monotonic()
    told = False
    while True:
        try:
            alert = alerts.get(timeout=_LOOK)
        except Empty:
            for part in parts:
                part.check()
        else:
            alert_view.show(console, alert)
            missing.pop(alert.incident_id, None)
            last = time.monotonic()
        given_up = bool(missing) and time.monotonic() - last > _PATIENCE
        if told or (missing and not given_up):
            continue
        told = True
        say(console, _outcome(expected, missing))
        if once:
            return 1 if missing else 0
        say(console, _NEXT)


def _outcome(expected: Mapping[UUID, str], missing: Mapping[UUID, str]) -> str:
    if missing:
        names = ", ".join(missing.values())
        return f"{len(missing)} of {len(expected)} alerts did not arrive: {names}."
    return f"Every expected alert arrived: {len(expected)} of {len(expected)}."
