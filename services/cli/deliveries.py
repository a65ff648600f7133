"""`watchfloor deliveries`: what became of each alert in each channel, and once more from there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import typer
from sqlalchemy.ext.asyncio import AsyncEngine

from schemas.alert import Alert
from services.cli import tables
from services.cli.alert_view import clean
from services.cli.errors import ExpectedError
from services.cli.ledger import ask
from services.notifier.ledger import history
from services.notifier.ledger.history import Asked, Attempt, Kept

_HEADER: Final = ("delivery", "channel", "state", "attempts", "status", "reason", "ended", "alert")


def show_all(config: Path | None, asked: Asked) -> None:
    """Print the deliveries asked for, a row each."""
    _table(ask(config, lambda engine: history.find(engine, asked)))


def show(config: Path | None, asked: Asked) -> None:
    """Print a delivery with every attempt. Raises ExpectedError where there is none."""

    async def read(engine: AsyncEngine) -> tuple[Kept, Sequence[Attempt]]:
        found = await history.find(engine, asked)
        if not found:
            raise ExpectedError("there is no such delivery")
        return found[0], await history.attempts(engine, found[0].seq)

    kept, attempts = ask(config, read)
    alert = Alert.model_validate_json(kept.alert)
    facts = {
        "delivery": kept.id,
        "alert": f"{alert.id}, {alert.category} {alert.status}, {alert.severity}",
        "headline": clean(alert.headline),
        "channel": f"{kept.channel}, by the subscription {kept.subscription}",
        "state": f"{kept.state}{f', {kept.reason}' if kept.reason else ''}",
        "expires": _moment(kept.expires_at),
        "next attempt": _moment(kept.due_at) if kept.ended_at is None else "-",
    }
    for name, value in facts.items():
        typer.echo(f"{name:<12} {value}")
    if attempts:
        typer.echo()
        tables.show(
            ("attempt", "ended", "status", "reason", "ms", "reply"),
            [
                (a.number, _moment(a.ended_at), a.status or "-", a.reason or "delivered",
                 round(a.milliseconds), clean(a.reply.decode(errors="replace")))
                for a in attempts
            ],
        )  # fmt: skip


def redrive(config: Path | None, asked: Asked, *, ttl: timedelta, dry_run: bool) -> None:
    """Put the deliveries asked for back, to be sent once more."""

    async def put(engine: AsyncEngine) -> tuple[list[Kept], int]:
        found = await history.find(engine, asked)
        if dry_run:
            return found, 0
        return found, len(await history.put_back(engine, [kept.seq for kept in found], ttl))

    found, put_back = ask(config, put)
    _table(found)
    typer.echo(
        f"{len(found)} would be sent once more" if dry_run else f"{put_back} are sent once more",
        err=True,
    )


def _table(found: Sequence[Kept]) -> None:
    if not found:
        typer.echo("none", err=True)
        return
    tables.show(_HEADER, [_row(kept) for kept in found])


def _row(kept: Kept) -> Sequence[object]:
    headline = clean(Alert.model_validate_json(kept.alert).headline)
    ended = _moment(kept.ended_at) if kept.ended_at else "-"
    status, reason = kept.status or "-", kept.reason or "-"
    return kept.id, kept.channel, kept.state, kept.attempts, status, reason, ended, headline


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}"
