"""The services, one by one or all together."""

# ruff: noqa: PLC0415 (a command imports what does its work when it is called)

from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from services.cli.commands.epilogs import CODES, epilog

Config: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="Settings in TOML or YAML [default: what $WATCHFLOOR_CONFIG names]."
    ),
]


class Mode(StrEnum):
    """Which Kafka `up` uses."""

    EMBEDDED = "embedded"
    REAL = "real"


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog=epilog("watchfloor up", "watchfloor up --once", codes=_UP))(up)
    service = "watchfloor {0}", "watchfloor {0} --config /etc/watchfloor.yaml"
    for command in (classifier, notifier):
        examples = (example.format(command.__name__) for example in service)
        app.command(epilog=epilog(*examples, codes=_SERVICE))(command)


_UP = {0: "with --once: every alert arrived", 1: "one did not, or a part of it ended"}
_UP |= {code: CODES[code] for code in (2, 130)}
_SERVICE = {0: "ended by SIGINT or SIGTERM", 1: "failed; its log says why", 2: CODES[2]}


def up(
    kafka: Annotated[
        Mode, typer.Option(help="The broker that comes with us, or that of `kafka start`.")
    ] = Mode.EMBEDDED,
    once: Annotated[bool, typer.Option("--once", help="End after the demonstration.")] = False,
) -> None:
    """Run the whole pipeline on this machine, with a demonstration and an inbox for its alerts.

    Logs, the ledger and run.json, by which other commands find it, are in var/ below the
    current directory.
    """
    from services.cli.up import run

    raise typer.Exit(run(embedded=kafka is Mode.EMBEDDED, once=once))


def classifier(config: Config = None) -> None:
    """Run the classifier: news.items in, one topic a category out."""
    _serve("classifier", config)


def notifier(config: Config = None) -> None:
    """Run the notifier: reports in, webhooks out, the ledger in between."""
    _serve("notifier", config)


def _serve(name: str, config: Path | None) -> None:
    from services.runtime.footprint import keep_small

    keep_small()

    from importlib import import_module

    from services.cli.configuration import load
    from services.runtime import logs

    settings = load(config)
    logs.configure(settings.log.level, settings.log.format, name)
    raise typer.Exit(import_module(f"services.{name}.app").run(settings))
