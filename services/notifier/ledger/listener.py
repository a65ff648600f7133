"""A connection of its own to the ledger: it holds the notifier's name and hears NOTIFY."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any, Final

import asyncpg

from services.notifier.ledger.connection import take_name
from services.notifier.ledger.reports import NOTIFIED

_STILL_THERE: Final = 10.0  # seconds between two questions, and for an answer


class Listener:
    """Calls `wake` when any notifier has committed deliveries. A hint: polling finds them too."""

    def __init__(
        self,
        connect: Callable[[], Awaitable["asyncpg.Connection[Any]"]],
        instance: str,
        wake: Callable[[], None],
    ) -> None:
        self._connect = connect
        self._instance = instance
        self._wake = wake
        self._lost = asyncio.Event()
        self._connection: asyncpg.Connection[Any] | None = None

    async def connect(self) -> str:
        """Connect, listen, and return the lease owner's name that is now ours."""
        await self.close()
        connection = await self._connect()
        self._connection = connection
        self._lost.clear()
        connection.add_termination_listener(lambda _: self._lost.set())
        name = await take_name(connection, self._instance)
        await connection.add_listener(NOTIFIED, lambda *_: self._wake())
        return name

    async def lost(self) -> None:
        """Return when the connection is gone, or answers no more: then another holds the name."""
        while not self._lost.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._lost.wait(), _STILL_THERE)
            if self._connection is not None and not self._lost.is_set():
                try:
                    await self._connection.execute("select 1", timeout=_STILL_THERE)
                except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                    return

    async def close(self) -> None:
        """Close the connection, if there is one, and give the name back."""
        connection, self._connection = self._connection, None
        if connection is not None and not connection.is_closed():
            with contextlib.suppress(
                OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError
            ):
                await connection.close(timeout=5.0)
