"""Deliveries listed, shown with their attempts, and put back; then the command that does it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifier.ledger import deliveries, history
from services.notifier.ledger.deliveries import Ended
from services.notifier.ledger.history import Asked
from services.notifier.metrics import NotifierMetrics
from tests.integration.cli.commands import watchfloor
from tests.integration.notifier.desks import change, make_desk, rows, value
from tests.support.builders import item, report

HOUR = timedelta(hours=1)
ROOM = {"desk": 10, "newsroom": 10}


@pytest.fixture
async def seqs(engine: AsyncEngine, metrics: NotifierMetrics) -> list[int]:
    """Return deliveries at the desk: one dead, one expired, one delivered, one that waits."""
    desk = await make_desk(engine, metrics, alone=True)
    await desk.take(*(report(of=item(id=f"item-{n}")) for n in range(4)))
    leased = await deliveries.claim(engine, "n", {"desk": 3, "newsroom": 0})
    dead, expired, delivered = (one.seq for one in leased)
    refused = {"status": 400, "reason": "client_error", "milliseconds": 7.5, "reply": b"no such"}
    await deliveries.end(
        engine,
        ["n"],
        [
            Ended(dead, "dead", attempted=1, **refused),  # type: ignore[arg-type]
            Ended(expired, "expired", attempted=0, reason="expired"),
            Ended(delivered, "delivered", attempted=1, status=204),
        ],
    )
    waiting = await value(
        engine, "select seq from delivery where channel = 'desk' and state = 'waiting'"
    )
    return [dead, expired, delivered, waiting]


async def found(engine: AsyncEngine, asked: Asked) -> Sequence[int]:
    return [kept.seq for kept in await history.find(engine, asked)]


async def test_what_was_given_up_is_found_the_latest_first(
    engine: AsyncEngine, seqs: list[int]
) -> None:
    dead, expired, delivered, _ = seqs
    assert await found(engine, Asked()) == [expired, dead]
    assert await found(engine, Asked(limit=1)) == [expired]
    assert await found(engine, Asked(["delivered"])) == [delivered]


async def test_each_filter_narrows_what_is_found(engine: AsyncEngine, seqs: list[int]) -> None:
    dead, expired, *_ = seqs
    assert await found(engine, Asked(reason="client_error")) == [dead]
    assert await found(engine, Asked(channel="newsroom")) == []
    assert await found(engine, Asked(since=datetime.now(UTC) + HOUR)) == []
    assert await found(engine, Asked(since=datetime.now(UTC) - HOUR)) == [expired, dead]
    (one,) = await history.find(engine, Asked(reason="client_error"))
    assert await found(engine, Asked(ids=[one.id])) == [dead]
    assert await found(engine, Asked(ids=[])) == []


async def test_attempts_are_told_with_the_reply(engine: AsyncEngine, seqs: list[int]) -> None:
    (one,) = await history.attempts(engine, seqs[0])
    assert (one.number, one.status, one.reason) == (1, 400, "client_error")
    assert (one.milliseconds, one.reply) == (7.5, b"no such")
    assert await history.attempts(engine, seqs[1]) == []


async def test_what_is_put_back_is_sent_again_as_the_same_delivery_and_is_news_for_a_while(
    engine: AsyncEngine, seqs: list[int]
) -> None:
    dead, expired, *_ = seqs
    await change(engine, "update delivery set expires_at = now() - interval '1 day'")
    before = await history.find(engine, Asked())
    assert sorted(await history.put_back(engine, [dead, expired], HOUR)) == sorted(
        one.id for one in before
    )
    claimed = await deliveries.claim(engine, "other", {"desk": 10})
    assert {dead, expired} <= {one.seq for one in claimed}
    (again,) = [one for one in claimed if one.seq == dead]
    assert again.attempts == 1
    assert timedelta(minutes=59) < again.expires_at - datetime.now(UTC) < timedelta(minutes=61)


async def test_an_expiry_that_is_farther_stays(engine: AsyncEngine, seqs: list[int]) -> None:
    later = "select expires_at from delivery where state = 'dead'"
    await change(engine, "update delivery set expires_at = now() + interval '1 day'")
    expected = await value(engine, later)
    await history.put_back(engine, [seqs[0]], HOUR)
    assert (
        await value(engine, later.replace("'dead'", f"'waiting' and seq = {seqs[0]}")) == expected
    )


async def test_nothing_that_succeeded_or_is_under_way_is_repeated(
    engine: AsyncEngine, seqs: list[int]
) -> None:
    _, _, delivered, waiting = seqs
    before = await rows(engine, "select * from delivery order by seq")
    assert await history.put_back(engine, [delivered, waiting], HOUR) == []
    assert await rows(engine, "select * from delivery order by seq") == before


@pytest.fixture
def ours(ledger_url: str) -> dict[str, str]:
    return {"WATCHFLOOR_LEDGER__URL": ledger_url.replace("+asyncpg", "")}


@pytest.mark.usefixtures("seqs")
async def test_an_operator_sees_a_dead_delivery_and_sends_it_once_more(
    engine: AsyncEngine, ours: dict[str, str], tmp_path: Path
) -> None:
    async def run(*arguments: str) -> tuple[int, str, str]:
        done = await asyncio.to_thread(watchfloor, tmp_path, "deliveries", *arguments, env=ours)
        return done.returncode, done.stdout, done.stderr

    code, out, _ = await run("list", "--reason", "client_error")
    header, row = (line.split("\t") for line in out.splitlines())
    told = dict(zip(header, row, strict=True))
    assert code == 0
    assert [told[name] for name in ("state", "status", "reason")] == ["dead", "400", "client_error"]
    code, out, _ = await run("show", told["delivery"])
    assert code == 0
    assert "no such" in out
    code, _, err = await run("redrive", "--channel", "desk", "--dry-run")
    assert (code, err) == (0, "2 would be sent once more\n")
    assert await value(engine, "select count(*) from delivery where state = 'dead'") == 1
    code, _, err = await run("redrive", told["delivery"])
    assert (code, err) == (0, "1 are sent once more\n")
    code, out, err = await run("list", "--reason", "client_error")
    assert (code, out, err) == (0, "", "none\n")


@pytest.mark.usefixtures("engine")
async def test_what_is_not_there_is_said(ours: dict[str, str], tmp_path: Path) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    done = watchfloor(tmp_path, "deliveries", "show", nobody, env=ours)
    assert (done.returncode, done.stderr) == (1, "there is no such delivery\n")


def test_a_ledger_that_no_notifier_has_made_is_one_line(
    ours: dict[str, str], tmp_path: Path
) -> None:
    done = watchfloor(tmp_path, "deliveries", "list", env=ours)
    assert done.returncode == 1
    assert 'relation "delivery" does not exist' in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_ledger_that_is_away_is_one_line(tmp_path: Path) -> None:
    away = {"WATCHFLOOR_LEDGER__URL": "postgresql://nobody@127.0.0.1:1/x"}
    done = watchfloor(tmp_path, "deliveries", "list", env=away)
    assert done.returncode == 1
    assert done.stderr.startswith("the ledger: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "arguments", [["redrive"], ["list", "--since", "soon"], ["show", "x"], ["list", "--state", "x"]]
)
def test_wrong_arguments_are_refused(arguments: list[str], tmp_path: Path) -> None:
    assert watchfloor(tmp_path, "deliveries", *arguments).returncode == 2


@pytest.mark.usefixtures("seqs")
async def test_an_operator_disables_a_channel_and_enables_it(
    engine: AsyncEngine, ours: dict[str, str], tmp_path: Path
) -> None:
    async def run(*arguments: str) -> tuple[int, str, str]:
        done = await asyncio.to_thread(watchfloor, tmp_path, "channels", *arguments, env=ours)
        return done.returncode, done.stdout, done.stderr

    async def state() -> list[list[str]]:
        return [line.split("\t") for line in (await run("list"))[1].splitlines()]

    assert await state() == [
        ["channel", "format", "state", "waiting"],
        ["desk", "generic", "enabled", "1"],
        ["newsroom", "slack", "enabled", "4"],
    ]
    assert (await run("disable", "desk"))[0] == 0
    assert (await state())[1] == ["desk", "generic", "disabled: operator", "1"]
    assert (await run("enable", "desk"))[0] == 0
    assert await run("enable", "desk") == (1, "", "desk is not disabled\n")
    assert await run("disable", "dask") == (1, "", "there is no channel dask: desk, newsroom\n")
