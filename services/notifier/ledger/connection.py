"""The way to PostgreSQL: the engine, its outages, its migrations, and a notifier's name."""

import hashlib
from pathlib import Path
from typing import Any, Final

import asyncpg
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from services.runtime import kafka
from services.runtime.settings import ConfigurationError, LedgerSettings

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_MIGRATING: Final = 0x77617463  # the advisory lock under which the ledger is migrated
# SQLSTATE classes that speak of the server or of the moment, not of a statement: connection,
# transaction rolled back (a deadlock), resources, operator's intervention, system, internal.
_OUTAGES: Final = frozenset({"08", "40", "53", "57", "58", "XX"})
_TIMEOUT: Final = 30.0  # seconds for a statement: a network that swallows packets ends it


def make_engine(settings: LedgerSettings) -> AsyncEngine:
    """Return the engine, not yet connected. Raises ConfigurationError for a URL that is none."""
    try:
        url = make_url(settings.url.get_secret_value())
    except ArgumentError:
        raise ConfigurationError("ledger.url: expected postgresql://user@host:port/name") from None
    if url.get_backend_name() != "postgresql":
        raise ConfigurationError("ledger.url: expected postgresql://, the ledger is PostgreSQL")
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg"),
        pool_size=settings.connections,
        max_overflow=0,
        connect_args={
            "timeout": 10.0,
            "command_timeout": _TIMEOUT,
            "server_settings": {"jit": "off", "application_name": "watchfloor-notifier"},
        },
    )


def is_outage(error: BaseException) -> bool:
    """Return whether the ledger, Kafka or the network failed, rather than a record or our code."""
    if isinstance(error, DBAPIError):
        state = getattr(error.orig, "sqlstate", None)
        return error.connection_invalidated or state is None or state[:2] in _OUTAGES
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate)[:2] in _OUTAGES
    return isinstance(error, asyncpg.InterfaceError) or kafka.is_outage(error)


async def migrate(engine: AsyncEngine) -> None:
    """Bring the ledger's tables up to date. Safe when several notifiers start at once."""
    newest = max(path.name.split("_")[0] for path in _MIGRATIONS.glob("versions/[0-9]*.py"))
    async with engine.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        if await _version(connection) != newest:
            await connection.run_sync(_upgrade)


async def _version(connection: AsyncConnection) -> str | None:
    if await connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return None
    version: str | None = await connection.scalar(text("select version_num from alembic_version"))
    return version


def _upgrade(connection: Connection) -> None:
    # Imported only where there is something to do: Alembic takes 10 MB, for good.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def take_name(connection: "asyncpg.Connection[Any]", instance: str) -> str:
    """Return a lease owner's name that no other living notifier has: the instance's, or a sibling.

    The name is an advisory lock of this connection, so PostgreSQL frees it when the process is
    gone, and its successor takes up the leases at once. Two processes that were given one
    name do not take each other's: the second is `name~2`.
    """
    count = 1
    while True:
        name = instance if count == 1 else f"{instance}~{count}"
        key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
        if await connection.fetchval("select pg_try_advisory_lock($1)", key):
            return name
        count += 1
