import asyncio

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifier.ledger import channels, deliveries, outbox
from services.notifier.ledger.connection import connector, is_outage, make_engine
from services.notifier.ledger.listener import Listener
from services.notifier.ledger.migrate import migrate
from services.notifier.ledger.tables import metadata
from services.notifier.metrics import NotifierMetrics
from services.notifier.subscriptions import parse
from services.runtime.settings import ConfigurationError, LedgerSettings
from tests.integration.notifier.desks import DESK, Desk, change, make_desk, rows, together, value
from tests.support.builders import item, report


@pytest.fixture
async def desk(engine: AsyncEngine, metrics: NotifierMetrics) -> Desk:
    return await make_desk(engine, metrics, alone=True)


def at(url: str) -> LedgerSettings:
    return LedgerSettings.model_validate({"url": url})


async def test_the_migrations_make_the_tables_that_the_code_knows(engine: AsyncEngine) -> None:
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda c: compare_metadata(MigrationContext.configure(c), metadata)
        )
    assert differences == []


async def test_notifiers_that_start_at_once_migrate_once(ledger_url: str) -> None:
    engines = [make_engine(at(ledger_url)) for _ in range(3)]
    await together(*(migrate(engine, at(ledger_url)) for engine in engines))
    assert await rows(engines[0], "select version_num from alembic_version") == [("0003",)]
    await together(*(engine.dispose() for engine in engines))


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://somewhere/else",
        "postgresql://host:port/name",
        "postgresql://host/name?application_name=desk",
    ],
)
def test_a_ledger_that_is_no_postgresql_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"ledger\.url"):
        make_engine(at(url))


async def test_what_the_file_changes_is_a_new_version_and_what_left_it_is_disabled(
    engine: AsyncEngine,
) -> None:
    await channels.apply_file(engine, parse(DESK))  # the same again changes nothing
    await channels.apply_file(
        engine,
        parse(
            'channels: {desk: {format: slack, url: "https://new.example"}}\n'
            "subscriptions: {main: {channel: desk}}"
        ),
    )
    found = await rows(engine, "select name, version, enabled from channel order by name, version")
    assert found == [("desk", 1, True), ("desk", 2, True), ("newsroom", 1, False)]
    enabled, subscribed = await channels.read(engine)
    assert enabled["desk"].format == "slack"
    assert [(one.name, one.version) for one in subscribed] == [("main", 1)]
    await channels.apply_file(engine, parse(DESK))
    enabled, subscribed = await channels.read(engine)
    assert set(enabled) == {"desk", "newsroom"}


async def test_an_incident_of_which_nothing_was_heard_is_closed_and_opened_by_its_next_report(
    engine: AsyncEngine, metrics: NotifierMetrics
) -> None:
    desk = await make_desk(engine, metrics)
    await desk.take(report())  # in 2024
    await deliveries.close_incidents(engine)
    assert await value(engine, "select state from incident") == "closed"
    await desk.take(report(of=item(id="item-2")))
    assert await value(engine, "select state from incident") == "open"


async def test_the_outbox_keeps_what_was_not_acknowledged(engine: AsyncEngine, desk: Desk) -> None:
    await desk.take(report(), report(of=item(id="item-2")))
    sent: list[bytes] = []

    async def fails(bodies: object) -> None:
        raise ConnectionError

    async def send(bodies: object) -> None:
        assert isinstance(bodies, list)
        sent.extend(bodies)

    with pytest.raises(ConnectionError):
        await outbox.publish(engine, fails)
    assert await outbox.publish(engine, send) is True
    assert len(sent) == 2
    assert await outbox.publish(engine, send) is False


async def test_one_notifier_at_a_time_empties_the_outbox(engine: AsyncEngine, desk: Desk) -> None:
    await desk.take(report())
    calls = 0

    async def send(bodies: object) -> None:
        nonlocal calls
        calls += 1
        assert await outbox.publish(engine, send) is False

    assert await outbox.publish(engine, send) is True
    assert calls == 1


async def test_two_processes_of_one_name_are_two_owners(
    engine: AsyncEngine, desk: Desk, ledger_url: str
) -> None:
    first, second = (Listener(connector(at(ledger_url)), "host", lambda: None) for _ in range(2))
    assert (await first.connect(), await second.connect()) == ("host", "host~2")
    await first.close()
    assert await first.connect() == "host", "its name is free once it is gone"
    await first.close()
    await second.close()


async def test_a_commit_elsewhere_wakes_the_dispatch(
    engine: AsyncEngine, desk: Desk, ledger_url: str
) -> None:
    woken = asyncio.Event()
    listener = Listener(connector(at(ledger_url)), "host", woken.set)
    await listener.connect()
    await desk.take(report())
    await asyncio.wait_for(woken.wait(), 5)
    await listener.close()


async def test_a_listener_tells_that_its_connection_is_gone(
    engine: AsyncEngine, ledger_url: str
) -> None:
    listener = Listener(connector(at(ledger_url)), "host", lambda: None)
    await listener.connect()
    await change(
        engine,
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where pid <> pg_backend_pid() and query ilike 'listen%'",
    )
    await asyncio.wait_for(listener.lost(), 5)
    assert await listener.connect() == "host"
    await listener.close()


@pytest.mark.parametrize(
    ("statement", "outage"),
    [
        pytest.param("select 1 / 0", False, id="a fault of the statement"),
        pytest.param("select 'x'::int", False, id="a fault of the record"),
        pytest.param("insert into outbox (alert_id) values (gen_random_uuid())", False, id="a key"),
        pytest.param("select pg_terminate_backend(pg_backend_pid())", True, id="cut off"),
        pytest.param(
            "do $$ begin raise exception 'x' using errcode = '40P01'; end $$", True, id="a deadlock"
        ),
        pytest.param(
            "do $$ begin raise exception 'x' using errcode = '53100'; end $$", True, id="disk full"
        ),
        pytest.param(
            "do $$ begin raise exception 'x' using errcode = '25006'; end $$", True, id="a standby"
        ),
    ],
)
async def test_what_is_an_outage_of_the_ledger(
    statement: str, outage: bool, engine: AsyncEngine
) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with engine.begin() as connection:
            await connection.execute(text(statement))
    assert is_outage(raised.value) is outage


async def test_a_ledger_that_does_not_answer_is_an_outage() -> None:
    nowhere = at("postgresql://a@127.0.0.1:1/b")
    engine = make_engine(nowhere)
    with pytest.raises(OSError, match=r"refused|Connect") as raised:
        await migrate(engine, nowhere)
    assert is_outage(raised.value)
    assert is_outage(asyncpg.InterfaceError("closed"))
    assert is_outage(PoolTimeout())
    assert not is_outage(ValueError())
    await engine.dispose()


async def test_a_notifier_starts_on_a_ledger_that_a_newer_one_has_migrated(
    engine: AsyncEngine, ledger_url: str
) -> None:
    await change(engine, "update alembic_version set version_num = '9999'")
    await migrate(engine, at(ledger_url))
    assert await value(engine, "select version_num from alembic_version") == "9999"
