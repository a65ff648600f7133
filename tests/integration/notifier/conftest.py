from collections.abc import AsyncIterator

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifier.ledger import channels
from services.notifier.ledger.connection import make_engine
from services.notifier.ledger.migrate import upgrade
from services.notifier.metrics import NotifierMetrics
from services.notifier.subscriptions import parse
from services.runtime.settings import LedgerSettings
from tests.integration.notifier.desks import DESK


@pytest.fixture
async def engine(ledger_url: str) -> AsyncIterator[AsyncEngine]:
    """Return a ledger with its tables and with the desk's channels and subscriptions."""
    engine = make_engine(LedgerSettings(url=SecretStr(ledger_url)))
    await upgrade(engine)
    await channels.apply_file(engine, parse(DESK))
    yield engine
    await engine.dispose()


@pytest.fixture
def metrics() -> NotifierMetrics:
    return NotifierMetrics(CollectorRegistry())
