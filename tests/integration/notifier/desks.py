"""A desk, its ledger's rows, and the records that fill them."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from schemas.report import Report
from services.notifier.intake import Intake
from services.notifier.ledger import channels
from services.notifier.metrics import NotifierMetrics
from services.runtime.dead_letters import Rejection
from tests.support.builders import record
from tests.support.fakes import FakeClock

DESK: Final = """
channels:
  desk: {format: generic, url: "http://127.0.0.1:1/", secret: {env: SECRET}}
  newsroom: {format: slack, url: "http://127.0.0.1:1/"}
subscriptions:
  main: {channel: desk}
  occurred: {channel: newsroom, status: occurred, prominence: [main, mention]}
"""


async def rows(engine: AsyncEngine, query: str) -> list[tuple[Any, ...]]:
    """Return what a query finds."""
    async with engine.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def value(engine: AsyncEngine, query: str) -> Any:
    """Return the one value that a query finds."""
    ((found,),) = await rows(engine, query)
    return found


async def change(engine: AsyncEngine, statement: str) -> None:
    """Execute a statement."""
    async with engine.begin() as connection:
        await connection.execute(text(statement))


class Desk:
    """A notifier's intake, with its clock and the wakes that it called for."""

    def __init__(self, intake: Intake, clock: FakeClock, wakes: list[None]) -> None:
        self.intake = intake
        self.clock = clock
        self.wakes = wakes

    async def take(self, *reports: Report) -> list[Rejection]:
        """Take reports in as one batch."""
        return await self.intake(
            [
                record(report.model_dump_json().encode(), offset=offset, topic="news.classified.x")
                for offset, report in enumerate(reports)
            ]
        )


async def make_desk(engine: AsyncEngine, metrics: NotifierMetrics, *, alone: bool = False) -> Desk:
    """Return an intake on the ledger's subscriptions."""
    clock, wakes = FakeClock(), list[None]()
    _, subscriptions = await channels.read(engine)
    return Desk(
        Intake(
            engine,
            subscriptions,
            alone=alone,
            clock=clock,
            metrics=metrics,
            wake=lambda: wakes.append(None),
        ),
        clock,
        wakes,
    )


async def together(*work: Any) -> Sequence[Any]:
    """Run at once and return what each returned."""
    return await asyncio.gather(*work)
