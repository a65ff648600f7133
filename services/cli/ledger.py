"""The ledger as the command line asks it."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.cli.configuration import load
from services.cli.errors import ExpectedError
from services.notifier.ledger.connection import make_engine

Result = TypeVar("Result")


def ask(config: Path | None, question: Callable[[AsyncEngine], Awaitable[Result]]) -> Result:
    """Return the ledger's answer. Raises ExpectedError where it has none, in one line."""
    settings = load(config)

    async def answered() -> Result:
        engine = make_engine(settings.ledger)
        try:
            return await question(engine)
        except (DBAPIError, OSError) as error:
            told = str(error.orig if isinstance(error, DBAPIError) else error)
            raise ExpectedError(f"the ledger: {told.splitlines()[0]}") from None
        finally:
            await engine.dispose()

    return asyncio.run(answered())
