"""Deliveries asked for and put back; channels enabled and disabled."""

# ruff: noqa: PLC0415 (a command imports what does its work when it is called)

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import typer

from services.cli.commands.epilogs import epilog
from services.cli.commands.running import Config
from services.cli.durations import duration, since
from services.notifier.ledger.states import GIVEN_UP, State

Channel = Annotated[str | None, typer.Option(help="Of this channel.")]
Reason = Annotated[str | None, typer.Option(help="Ended for this reason: timeout, blocked, …")]
Since = Annotated[
    datetime | None,
    typer.Option(parser=since, metavar="TIME", help="Ended since: 2h, or 2026-01-31T06:00Z."),
]
Limit = Annotated[int, typer.Option("-n", "--limit", min=1, help="At most so many.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    deliveries = typer.Typer(no_args_is_help=True, help="What became of each alert, by channel.")
    deliveries.command(
        "list",
        epilog=epilog(
            "watchfloor deliveries list",
            "watchfloor deliveries list --channel newsroom --since 2h --reason timeout",
            "watchfloor deliveries list --state waiting",
        ),
    )(list_)
    deliveries.command(
        epilog=epilog("watchfloor deliveries show 5e1f8a34-0d0b-5b3c-9a57-3f6e4a1b2c01")
    )(show)
    deliveries.command(
        epilog=epilog(
            "watchfloor deliveries redrive --channel newsroom --since 2h --dry-run",
            "watchfloor deliveries redrive 5e1f8a34-0d0b-5b3c-9a57-3f6e4a1b2c01",
        )
    )(redrive)
    app.add_typer(deliveries, name="deliveries")
    channels = typer.Typer(no_args_is_help=True, help="Where alerts go.")
    channels.command("list", epilog=epilog("watchfloor channels list"))(list_channels)
    channels.command(epilog=epilog("watchfloor channels enable newsroom"))(enable)
    channels.command(epilog=epilog("watchfloor channels disable newsroom"))(disable)
    app.add_typer(channels, name="channels")


def list_(
    state: Annotated[
        list[State] | None, typer.Option(help="In this state; may be repeated. Else given up.")
    ] = None,
    channel: Channel = None,
    reason: Reason = None,
    since: Since = None,
    limit: Limit = 100,
    config: Config = None,
) -> None:
    """List deliveries, the latest first: those given up, dead or expired, or those of --state."""
    from services.cli.deliveries import show_all
    from services.notifier.ledger.history import Asked

    show_all(config, Asked(state or GIVEN_UP, channel, reason, since, limit=limit))


def show(delivery: UUID, config: Config = None) -> None:
    """Show one delivery with every attempt at it, and what the receiver said."""
    from services.cli.deliveries import show
    from services.notifier.ledger.history import Asked

    show(config, Asked(list(State), ids=[delivery]))


def redrive(  # noqa: PLR0913, PLR0917 (as above)
    delivery: Annotated[list[UUID] | None, typer.Argument(help="These; else as chosen.")] = None,
    channel: Channel = None,
    reason: Reason = None,
    since: Since = None,
    limit: Limit = 100,
    ttl: Annotated[
        timedelta,
        typer.Option(parser=duration, metavar="DURATION", help="For how long they are news again."),
    ] = timedelta(hours=1),
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list them.")] = False,
    config: Config = None,
) -> None:
    """Send once more what was given up. What was delivered is never repeated."""
    if not (delivery or channel or reason or since):
        raise typer.BadParameter("name deliveries, or choose by --channel, --reason or --since")
    from services.cli.deliveries import redrive
    from services.notifier.ledger.history import Asked

    asked = Asked(channel=channel, reason=reason, since=since, ids=delivery, limit=limit)
    redrive(config, asked, ttl=ttl, dry_run=dry_run)


def list_channels(config: Config = None) -> None:
    """List the channels, whether they are enabled, and how many deliveries wait for each."""
    from services.cli.channels import show_all

    show_all(config)


def enable(name: str, config: Config = None) -> None:
    """Send to a channel again that was disabled: its receiver said 410 Gone, or an operator did."""
    from services.cli.channels import enable

    enable(config, name)


def disable(name: str, config: Config = None) -> None:
    """Send nothing to a channel, over restarts too, until it is enabled. Its alerts wait."""
    from services.cli.channels import disable

    disable(config, name)
