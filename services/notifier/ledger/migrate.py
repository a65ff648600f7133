"""Migrations: the ledger's tables brought up to date, when a notifier starts.

Run as a program it upgrades the ledger whose URL is on its standard input. The notifier starts
it so, where the ledger is behind, because Alembic in its own process would cost 10 MB for good.
"""

import asyncio
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.notifier.ledger.connection import make_engine
from services.runtime.settings import LedgerSettings

_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_MIGRATING: Final = 0x77617463  # the advisory lock under which the ledger is migrated


class MigrationError(Exception):
    """The ledger could not be migrated; the program said why."""


async def migrate(engine: AsyncEngine, settings: LedgerSettings) -> None:
    """Bring the ledger's tables up to date. Raises MigrationError, or what an outage raises."""
    async with engine.connect() as connection:
        if await _up_to_date(connection):
            return
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=asyncio.subprocess.PIPE
    )
    try:
        await program.communicate(settings.url.get_secret_value().encode())
    except asyncio.CancelledError:
        program.kill()
        await program.wait()
        raise
    if program.returncode != 0:
        raise MigrationError(f"the migration ended with exit code {program.returncode}")


async def upgrade(engine: AsyncEngine) -> None:
    """Migrate in this process. Safe when several do at once."""
    async with engine.begin() as connection:
        await connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        if not await _up_to_date(connection):
            await connection.run_sync(_upgrade)


async def _up_to_date(connection: AsyncConnection) -> bool:
    """Return whether the ledger is at our newest migration, or at a newer notifier's."""
    newest = max(path.name.split("_")[0] for path in _MIGRATIONS.glob("versions/[0-9]*.py"))
    if await connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return False
    version = await connection.scalar(text("select version_num from alembic_version"))
    return version is not None and version >= newest


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 (the notifier imports this module, and not Alembic)
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def _main() -> None:
    engine = make_engine(LedgerSettings.model_validate({"url": sys.stdin.read()}))
    await upgrade(engine)
    await engine.dispose()


if __name__ == "__main__":
    asyncio.run(_main())
