"""Deliveries as an operator asks for them: listed, shown with their attempts, put back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifier.ledger.states import GIVEN_UP

_COLUMNS: Final = (
    "d.seq, d.id, d.channel, d.subscription, d.state, d.attempts, d.status, d.reason, d.due_at,"
    " d.ended_at, d.expires_at, a.body"
)
_CHOSEN: Final = """
from delivery d join alert a on a.id = d.alert_id
where d.state = any(cast(:states as text[]))
  and (cast(:channel as text) is null or d.channel = :channel)
  and (cast(:reason as text) is null or d.reason = :reason)
  and (cast(:since as timestamptz) is null or coalesce(d.ended_at, d.due_at) >= :since)
  and (cast(:ids as uuid[]) is null or d.id = any(cast(:ids as uuid[])))
order by d.seq desc limit :limit
"""
_LIST: Final = text(f"select {_COLUMNS} {_CHOSEN}")
_PUT_BACK: Final = text(
    "update delivery set state = 'waiting', owner = null, lease_until = null, ended_at = null,"
    " due_at = now(), not_before = null, expires_at = greatest(expires_at, now() + :ttl)"
    " where seq = any(cast(:seqs as bigint[])) and state = any(cast(:states as text[]))"
    " returning id"
)
_ATTEMPTS: Final = text(
    "select number, ended_at, status, reason, milliseconds, reply from attempt"
    " where delivery_seq = :seq order by number"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deliveries an operator asks for; None asks nothing. `since` is when they ended."""

    states: Sequence[str] = GIVEN_UP
    channel: str | None = None
    reason: str | None = None
    since: datetime | None = None
    ids: Sequence[UUID] | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class Kept:
    """A delivery as the ledger has it."""

    seq: int
    id: UUID
    channel: str
    subscription: str
    state: str
    attempts: int
    status: int | None
    reason: str | None
    due_at: datetime
    ended_at: datetime | None
    expires_at: datetime
    alert: bytes  # JSON


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request, numbered from 1, and the first KiB of its reply or what went wrong."""

    number: int
    ended_at: datetime
    status: int | None
    reason: str | None
    milliseconds: float
    reply: bytes


async def find(engine: AsyncEngine, asked: Asked) -> list[Kept]:
    """Return the deliveries asked for, the latest first."""
    parameters: dict[str, Any] = {
        "states": list(asked.states),
        "channel": asked.channel,
        "reason": asked.reason,
        "since": asked.since,
        "ids": None if asked.ids is None else list(asked.ids),
        "limit": asked.limit,
    }
    async with engine.connect() as connection:
        return [Kept(*row) for row in await connection.execute(_LIST, parameters)]


async def attempts(engine: AsyncEngine, seq: int) -> list[Attempt]:
    """Return the attempts at a delivery, the first first."""
    async with engine.connect() as connection:
        return [Attempt(*row) for row in await connection.execute(_ATTEMPTS, {"seq": seq})]


async def put_back(engine: AsyncEngine, seqs: Sequence[int], ttl: timedelta) -> list[UUID]:
    """Make deliveries that were given up due again, for `ttl` at least; return which were.

    What was delivered meanwhile stays as it is: nothing that succeeded is repeated.
    """
    parameters = {"seqs": list(seqs), "states": list(GIVEN_UP), "ttl": ttl}
    async with engine.begin() as connection:
        return [row.id for row in await connection.execute(_PUT_BACK, parameters)]
