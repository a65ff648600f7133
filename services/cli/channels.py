"""`watchfloor channels`: where alerts go, and which of these nothing is sent to."""

from collections.abc import Sequence
from pathlib import Path

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from services.cli import tables
from services.cli.errors import ExpectedError
from services.cli.ledger import ask
from services.notifier.ledger import channels


def show_all(config: Path | None) -> None:
    """Print the channels: name, format, state, and how many deliveries wait."""

    async def read(engine: AsyncEngine) -> Sequence[Sequence[object]]:
        known, _ = await channels.read(engine)
        disabled, waiting = await channels.disabled(engine), await channels.waiting(engine)
        return [
            (
                name,
                channel.format,
                f"disabled: {disabled[name]}" if name in disabled else "enabled",
                waiting.get(name, 0),
            )
            for name, channel in sorted(known.items())
        ]

    if found := ask(config, read):
        tables.show(("channel", "format", "state", "waiting"), found)
    else:
        typer.echo("none", err=True)


def enable(config: Path | None, name: str) -> None:
    """Send to a channel again. Raises ExpectedError where it was not disabled."""
    if not ask(config, lambda engine: channels.enable(engine, name)):
        raise ExpectedError(f"{name} is not disabled")
    typer.echo(f"{name}: enabled; a notifier that runs sends within ten seconds", err=True)


def disable(config: Path | None, name: str) -> None:
    """Send nothing to a channel until it is enabled. Raises ExpectedError where there is none."""

    async def write(engine: AsyncEngine) -> None:
        known, _ = await channels.read(engine)
        if name not in known:
            raise ExpectedError(f"there is no channel {name}: {', '.join(sorted(known)) or 'none'}")
        await channels.disable(engine, name, "operator")

    ask(config, write)
    typer.echo(f"{name}: disabled; its alerts wait until they expire", err=True)
