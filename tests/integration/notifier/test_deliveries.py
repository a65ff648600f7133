import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.notifier.ledger import deliveries
from services.notifier.ledger.deliveries import Ended
from services.notifier.metrics import NotifierMetrics
from tests.integration.notifier.desks import Desk, change, make_desk, rows, together, value
from tests.support.builders import item, report

ROOM = {"desk": 10, "newsroom": 10}


@pytest.fixture
async def desk(engine: AsyncEngine, metrics: NotifierMetrics) -> Desk:
    return await make_desk(engine, metrics, alone=True)


async def test_a_delivery_is_leased_to_one_notifier(engine: AsyncEngine, desk: Desk) -> None:
    await desk.take(*(report(of=item(id=f"item-{n}")) for n in range(20)))
    leased = await together(*(deliveries.claim(engine, f"n{n}", ROOM) for n in range(4)))
    claimed = [delivery.seq for claim in leased for delivery in claim]
    assert len(claimed) == len(set(claimed)) == 40
    assert await deliveries.claim(engine, "late", ROOM) == []


async def test_a_claim_takes_the_oldest_and_no_more_than_there_is_room(
    engine: AsyncEngine, desk: Desk
) -> None:
    for n in range(5):
        await desk.take(report(of=item(id=f"item-{n}")))
    claimed = await deliveries.claim(engine, "n", {"desk": 2, "newsroom": 0})
    assert [delivery.channel for delivery in claimed] == ["desk", "desk"]
    oldest = await rows(
        engine, "select seq from delivery where channel = 'desk' order by seq limit 2"
    )
    assert [(delivery.seq,) for delivery in claimed] == oldest


async def test_an_incident_s_second_alert_waits_for_its_first(
    engine: AsyncEngine, metrics: NotifierMetrics
) -> None:
    desk = await make_desk(engine, metrics)
    await desk.take(report())
    await change(
        engine,
        "insert into delivery (id, alert_id, incident_id, channel, subscription,"
        " subscription_version, severity, expires_at)"
        " select gen_random_uuid(), alert_id, incident_id, channel, subscription, 1, severity,"
        " expires_at from delivery where channel = 'desk'",
    )
    (first,) = await deliveries.claim(engine, "n", {"desk": 10})
    assert await deliveries.claim(engine, "n", {"desk": 10}) == []
    await deliveries.end(engine, ["n"], [Ended(first.seq, "waiting", attempted=1, wait=60.0)])
    assert await deliveries.claim(engine, "n", {"desk": 10}) == [], "a retry keeps its place"
    await deliveries.end(engine, ["n"], [Ended(first.seq, "delivered", attempted=1)])
    (second,) = await deliveries.claim(engine, "n", {"desk": 10})
    assert second.seq > first.seq


@pytest.fixture
async def leased(engine: AsyncEngine, desk: Desk) -> int:
    """Return a delivery that the notifier `killed` has in hand."""
    await desk.take(report())
    (delivery,) = await deliveries.claim(engine, "killed", {"desk": 1})
    return delivery.seq


async def test_a_lease_that_ran_out_is_taken_over(engine: AsyncEngine, leased: int) -> None:
    assert await deliveries.claim(engine, "other", {"desk": 1}) == []
    await change(engine, "update delivery set lease_until = now() - interval '1 s'")
    (taken,) = await deliveries.claim(engine, "other", {"desk": 1})
    assert taken.seq == leased


async def test_a_lease_that_is_renewed_is_kept(engine: AsyncEngine, leased: int) -> None:
    await change(engine, "update delivery set lease_until = now() - interval '1 s'")
    await deliveries.renew(engine, ["killed"], [leased])
    assert await deliveries.claim(engine, "other", {"desk": 1}) == []


async def test_a_notifier_gives_back_only_what_it_holds(engine: AsyncEngine, leased: int) -> None:
    await deliveries.release(engine, ["killed"], held=[])
    assert await deliveries.claim(engine, "other", {"desk": 1}) == []
    await deliveries.release(engine, ["killed"], held=[leased])
    assert len(await deliveries.claim(engine, "other", {"desk": 1})) == 1


async def test_what_a_notifier_gives_back_is_due_at_once(engine: AsyncEngine, leased: int) -> None:
    await deliveries.release(engine, ["other"])
    assert await deliveries.claim(engine, "other", {"desk": 1}) == []
    await deliveries.release(engine, ["killed"])
    (taken,) = await deliveries.claim(engine, "other", {"desk": 1})
    assert (taken.seq, taken.attempts) == (leased, 0)


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        pytest.param("delivered", "delivered", id="a delivery counts"),
        pytest.param("waiting", "leased", id="a failure is the new owner's to tell"),
    ],
)
async def test_the_outcome_of_a_lease_that_was_lost(
    state: str, kept: str, engine: AsyncEngine, leased: int
) -> None:
    await change(engine, "update delivery set owner = 'other' where state = 'leased'")
    await deliveries.end(engine, ["killed"], [Ended(leased, state, attempted=1)])
    assert await value(engine, f"select state from delivery where seq = {leased}") == kept


async def test_an_outcome_is_written_once_with_what_it_was(
    engine: AsyncEngine, leased: int
) -> None:
    outcome = Ended(leased, "dead", attempted=1, status=400, reason="client_error")
    await deliveries.end(engine, ["killed"], [outcome])
    await deliveries.end(engine, ["killed"], [Ended(leased, "delivered", attempted=1)])
    found = await rows(
        engine,
        "select state, attempts, status, reason, owner, ended_at is not null from delivery"
        f" where seq = {leased}",
    )
    assert found == [("dead", 1, 400, "client_error", None, True)]


async def test_a_receiver_that_is_back_makes_all_that_waits_for_it_due(
    engine: AsyncEngine, desk: Desk
) -> None:
    await desk.take(*(report(of=item(id=f"item-{n}")) for n in range(3)))
    later = "update delivery set attempts = 1, due_at = now() + interval '1 hour'"
    await change(engine, f"{later} where channel = 'desk'")
    await change(engine, "update delivery set state = 'delivered' where channel = 'newsroom'")
    assert await deliveries.probe(engine, list(ROOM)) == ["desk"]
    assert len(await deliveries.claim(engine, "n", ROOM)) == 1
    await deliveries.make_due(engine, "desk")
    assert len(await deliveries.claim(engine, "n", ROOM)) == 2


async def test_a_receiver_that_asked_for_time_is_not_probed_before(
    engine: AsyncEngine, leased: int
) -> None:
    await change(engine, "update delivery set expires_at = now() + interval '1 hour'")
    asked = Ended(leased, "waiting", attempted=1, wait=60.0, asked=60.0)
    await deliveries.end(engine, ["killed"], [asked])
    assert await deliveries.probe(engine, ["desk"]) == ["desk"]
    assert await deliveries.claim(engine, "n", {"desk": 1}) == []


async def test_a_probe_waits_no_longer_than_the_alert_is_news(
    engine: AsyncEngine, leased: int
) -> None:
    await change(engine, "update delivery set expires_at = now() - interval '1 s'")
    asked = Ended(leased, "waiting", attempted=1, wait=60.0, asked=60.0)
    await deliveries.end(engine, ["killed"], [asked])
    await deliveries.probe(engine, ["desk"])
    assert len(await deliveries.claim(engine, "n", {"desk": 1})) == 1


async def test_a_claim_that_was_never_heard_of_runs_out(engine: AsyncEngine, leased: int) -> None:
    """Its rows are leased in our name and in nobody's hand: renewing must not keep them."""
    await change(engine, "update delivery set lease_until = now() - interval '1 s'")
    await deliveries.renew(engine, ["killed"], held=[])
    (taken,) = await deliveries.claim(engine, "killed", {"desk": 1})
    assert taken.seq == leased


async def test_what_is_in_hand_is_not_claimed_again_when_its_lease_ran_out(
    engine: AsyncEngine, leased: int
) -> None:
    await change(engine, "update delivery set lease_until = now() - interval '1 s'")
    assert await deliveries.claim(engine, "killed", {"desk": 1}, held=[leased]) == []


async def test_a_lease_that_another_took_over_is_not_renewed(
    engine: AsyncEngine, leased: int
) -> None:
    expired = "lease_until = now() - interval '1 s'"
    await change(engine, f"update delivery set owner = 'other', {expired} where seq = {leased}")
    await deliveries.renew(engine, ["killed"], held=[leased])
    assert await value(engine, f"select lease_until < now() from delivery where seq = {leased}")


async def test_a_claim_stays_quick_in_a_young_ledger_with_a_backlog(
    engine: AsyncEngine, desk: Desk
) -> None:
    """Without statistics PostgreSQL read the whole backlog for each row that it claimed."""
    await desk.take(*(report(of=item(id=f"item-{n}")) for n in range(400)))
    plan = await rows(engine, f"explain {_claim_of(200)}")
    assert not any("Anti Join" in line for (line,) in plan)


def _claim_of(room: int) -> str:
    statement = str(deliveries._CLAIM)
    for name, literal in {
        ":owner": "'n'",
        ":held": "'{}'",
        ":lease": "interval '30 s'",
        ":channel": "'{desk}'",
        ":room": f"'{{{room}}}'",
    }.items():
        statement = statement.replace(name, literal)
    return statement


async def test_what_is_in_hand_is_not_claimed_again_when_its_outcome_s_answer_was_lost(
    engine: AsyncEngine, leased: int
) -> None:
    """The outcome is written, and will be written again: no post may be under way meanwhile."""
    await deliveries.end(engine, ["killed"], [Ended(leased, "waiting", attempted=1, wait=0.0)])
    assert await deliveries.claim(engine, "killed", {"desk": 1}, held=[leased]) == []
    assert len(await deliveries.claim(engine, "killed", {"desk": 1})) == 1


async def test_every_attempt_is_kept_with_what_came_of_it(engine: AsyncEngine, leased: int) -> None:
    failed = Ended(
        leased,
        "waiting",
        attempted=1,
        status=503,
        reason="server_error",
        milliseconds=12.5,
        reply=b"away\0",
    )
    await deliveries.end(engine, ["killed"], [failed])
    (again,) = await deliveries.claim(engine, "killed", {"desk": 1})
    assert again.attempts == 1
    delivered = Ended(leased, "delivered", attempted=1, status=204, milliseconds=3.0)
    await deliveries.end(engine, ["killed"], [delivered])
    assert await rows(
        engine,
        "select number, status, reason, milliseconds, reply from attempt order by number",
    ) == [(1, 503, "server_error", 12.5, b"away\0"), (2, 204, None, 3.0, b"")]


async def test_what_expired_unsent_has_no_attempt(engine: AsyncEngine, leased: int) -> None:
    await deliveries.end(engine, ["killed"], [Ended(leased, "expired", attempted=0)])
    assert await value(engine, "select count(*) from attempt") == 0
