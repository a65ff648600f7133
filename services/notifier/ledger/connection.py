"""The way to PostgreSQL: the engine, what is an outage of it, and a notifier's name."""

import hashlib
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.runtime import kafka
from services.runtime.settings import ConfigurationError, LedgerSettings

# SQLSTATE classes that speak of a statement or of its values: cardinality, data, integrity, syntax,
# limits. Every other speaks of the server or of the moment: a full disk, a failover, a password.
_OURS: Final = frozenset({"21", "22", "23", "42", "54"})
_CONNECT: Final = 10.0  # seconds
_TIMEOUT: Final = 30.0  # seconds for a statement: a network that swallows packets ends it


def make_engine(settings: LedgerSettings) -> AsyncEngine:
    """Return the engine, not yet connected. Raises ConfigurationError for a URL that is none."""
    url = _read(settings)
    return create_async_engine(
        url.difference_update_query(["sslmode"]).set(drivername="postgresql+asyncpg"),
        hide_parameters=True,  # a traceback must not hold a webhook's URL, nor an item's text
        pool_size=settings.connections,
        max_overflow=0,
        connect_args={
            "ssl": url.query.get("sslmode"),
            "timeout": _CONNECT,
            "command_timeout": _TIMEOUT,
            "server_settings": {"jit": "off", "application_name": "watchfloor-notifier"},
        },
    )


def connector(settings: LedgerSettings) -> Callable[[], Awaitable["asyncpg.Connection[Any]"]]:
    """Return what makes a connection of its own, outside the engine's pool."""
    dsn = _read(settings).render_as_string(hide_password=False)
    return partial(asyncpg.connect, dsn, timeout=_CONNECT)


def _read(settings: LedgerSettings) -> URL:
    try:
        url = make_url(settings.url.get_secret_value())
    except (ArgumentError, ValueError):
        raise ConfigurationError("ledger.url: expected postgresql://user@host:port/name") from None
    if url.get_backend_name() != "postgresql":
        raise ConfigurationError("ledger.url: expected postgresql://, the ledger is PostgreSQL")
    if unknown := set(url.query) - {"sslmode"}:
        raise ConfigurationError(f"ledger.url: expected no option but sslmode, not {min(unknown)}")
    return url.set(drivername="postgresql")


def is_outage(error: BaseException) -> bool:
    """Return whether the ledger, Kafka or the network failed, rather than a record or our code."""
    if isinstance(error, DBAPIError):
        if error.orig is not None and isinstance(error.orig.__cause__, ValueError):
            return False  # a value that the client could not even encode
        return str(getattr(error.orig, "sqlstate", None))[:2] not in _OURS
    if isinstance(error, asyncpg.PostgresError):
        return str(error.sqlstate)[:2] not in _OURS
    return isinstance(error, asyncpg.InterfaceError | PoolTimeout) or kafka.is_outage(error)


def is_refusal(error: DBAPIError) -> bool:
    """Return whether the server does not know the user, its password or the database."""
    return str(getattr(error.orig, "sqlstate", None))[:2] in {"28", "3D"}


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
