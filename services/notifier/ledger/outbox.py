"""The outbox: alerts that Kafka is still to have, published in the order they were written."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_PUBLISHING: Final = 0x6F757462  # one publisher at a time, so an incident's alerts keep their order
_BATCH: Final = 500

_READ: Final = text(
    "select o.seq, a.body from outbox o join alert a on a.id = o.alert_id"
    " order by o.seq limit :limit"
)


async def publish(engine: AsyncEngine, send: Callable[[Sequence[bytes]], Awaitable[None]]) -> bool:
    """Hand the oldest alerts to `send` and forget them once it returns; return whether any were.

    A crash in between sends them again: at least once, in order.
    """
    async with engine.begin() as connection:
        if not await connection.scalar(
            text("select pg_try_advisory_xact_lock(:key)"), {"key": _PUBLISHING}
        ):
            return False
        rows = (await connection.execute(_READ, {"limit": _BATCH})).all()
        if not rows:
            return False
        await send([row.body for row in rows])
        await connection.execute(
            text("delete from outbox where seq = any(cast(:seq as bigint[]))"),
            {"seq": [row.seq for row in rows]},
        )
    return True
