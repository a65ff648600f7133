"""Channels and subscriptions in the ledger: the file applied, the current ones read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel
from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifier.ledger.tables import channel, disabled_channel, subscription
from services.notifier.subscriptions import Channel, ChannelsFile, Subscription

FILE: Final = "file"
_WAITING: Final = text(
    "select channel, count(*) as open from delivery where state in ('waiting', 'leased')"
    " group by channel"
)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription as it stands in the ledger."""

    name: str
    version: int
    subscription: Subscription


async def apply_file(engine: AsyncEngine, desk: ChannelsFile) -> None:
    """Make the ledger's rows what the file says.

    What changed becomes a new version; what left the file is disabled, not deleted, because
    deliveries name it. Rows that did not come from a file are left alone.
    """
    async with engine.begin() as connection:
        for table, wanted in ((channel, desk.channels), (subscription, desk.subscriptions)):
            # One applier at a time; a reader meanwhile sees the rows as they were.
            await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(table.name))))
            await _apply(connection, table, wanted)


async def _apply(
    connection: AsyncConnection, table: Table, wanted: Mapping[str, BaseModel]
) -> None:
    current = {row["name"]: row for row in await _current(connection, table)}
    for name, definition in wanted.items():
        told = definition.model_dump(mode="json")
        row = current.get(name)
        if row is None or not row["enabled"] or row["definition"] != told:
            version = 1 if row is None else row["version"] + 1
            await connection.execute(
                insert(table).values(
                    name=name, version=version, origin=FILE, definition=told, enabled=True
                )
            )
    gone = [name for name, row in current.items() if row["origin"] == FILE and name not in wanted]
    if gone:
        await connection.execute(update(table).where(table.c.name.in_(gone)).values(enabled=False))


async def _current(connection: AsyncConnection, table: Table) -> list[Mapping[str, Any]]:
    newest = (
        select(table).ext(distinct_on(table.c.name)).order_by(table.c.name, table.c.version.desc())
    )
    return [dict(row) for row in (await connection.execute(newest)).mappings()]


async def read(engine: AsyncEngine) -> tuple[dict[str, Channel], list[Subscribed]]:
    """Return the enabled channels by name, and the enabled subscriptions in the order of names."""
    async with engine.connect() as connection:
        channels = await _current(connection, channel)
        subscriptions = await _current(connection, subscription)
    return (
        {
            row["name"]: Channel.model_validate(row["definition"])
            for row in channels
            if row["enabled"]
        },
        [
            Subscribed(row["name"], row["version"], Subscription.model_validate(row["definition"]))
            for row in subscriptions
            if row["enabled"]
        ],
    )


async def disabled(engine: AsyncEngine) -> dict[str, str]:
    """Return the channels that nothing is sent to until an operator enables them, and why."""
    async with engine.connect() as connection:
        found = await connection.execute(select(disabled_channel.c.name, disabled_channel.c.reason))
        return {row.name: row.reason for row in found}


async def waiting(engine: AsyncEngine) -> dict[str, int]:
    """Return how many deliveries each channel has open."""
    async with engine.connect() as connection:
        found = await connection.execute(_WAITING)
        return {row.channel: row.open for row in found}


async def disable(engine: AsyncEngine, name: str, reason: str) -> None:
    """Send nothing to a channel from here on. Once it is disabled its first reason stays."""
    statement = postgresql.insert(disabled_channel).values(name=name, reason=reason)
    async with engine.begin() as connection:
        await connection.execute(statement.on_conflict_do_nothing())


async def enable(engine: AsyncEngine, name: str) -> bool:
    """Send to a channel again; return whether it was disabled."""
    statement = delete(disabled_channel).where(disabled_channel.c.name == name)
    async with engine.begin() as connection:
        return (await connection.execute(statement)).rowcount > 0
