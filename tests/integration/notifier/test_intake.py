from datetime import timedelta

import orjson
import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from schemas.alert import Alert
from schemas.report import Report
from services.notifier.correlate import alert_id, delivery_id, incident_key
from services.notifier.metrics import NotifierMetrics
from tests.integration.notifier.desks import Desk, make_desk, rows, together, value
from tests.support.builders import NOON, item, record, report

SECOND = item(id="item-2", source="Other Wire", title="Another headline of it")
OLD = item(id="item-3", published_at="2024-06-01")


@pytest.fixture
async def desk(engine: AsyncEngine, metrics: NotifierMetrics) -> Desk:
    return await make_desk(engine, metrics)


async def alerts(engine: AsyncEngine) -> list[Alert]:
    found = await rows(engine, "select body from alert order by incident_id, revision")
    return [Alert.model_validate_json(body) for (body,) in found]


async def told(engine: AsyncEngine) -> list[tuple[str, int]]:
    """Return the channels that have a delivery, with their alert's revision."""
    return await rows(
        engine,
        "select d.channel, a.revision from delivery d join alert a on a.id = d.alert_id"
        " order by d.seq",
    )


async def test_a_report_opens_an_incident_and_alerts_who_wants_it(
    engine: AsyncEngine, desk: Desk
) -> None:
    assert await desk.take(report()) == []
    incident = incident_key(report(), alone=False).id
    assert await rows(engine, "select id, state, country, category from incident") == [
        (incident, "open", "KP", "missile_launch")
    ]
    (alert,) = await alerts(engine)
    assert (alert.id, alert.kind) == (alert_id(incident, 1), "opened")
    assert await rows(
        engine, "select id, channel, subscription, state from delivery order by seq"
    ) == [
        (delivery_id(alert.id, "desk"), "desk", "main", "waiting"),
        (delivery_id(alert.id, "newsroom"), "newsroom", "occurred", "waiting"),
    ]
    assert await value(engine, "select count(*) from outbox") == 1
    assert len(desk.wakes) == 1


async def test_a_batch_taken_in_twice_says_nothing_more(engine: AsyncEngine, desk: Desk) -> None:
    for _ in range(2):
        await desk.take(report(), report(of=SECOND))
    assert await value(engine, "select count(*) from report") == 2
    assert len(await alerts(engine)) == 1
    assert len(desk.wakes) == 1
    assert desk.intake.metrics.repeated._value.get() == 2


async def test_a_second_report_joins_its_incident(engine: AsyncEngine, desk: Desk) -> None:
    await desk.take(report())
    desk.clock.instant += timedelta(hours=1)
    await desk.take(report(of=SECOND))
    assert await rows(engine, "select last_report_at, closes_at from incident") == [
        (NOON + timedelta(hours=1), NOON + timedelta(hours=49))
    ]
    assert len(await alerts(engine)) == 1


async def test_a_report_s_next_revision_joins_the_same_incident_and_opens_no_alert(
    engine: AsyncEngine, desk: Desk
) -> None:
    await desk.take(report())
    moved = report(category="missile_launch", actors=(), of=item(title="Corrected headline"))
    await desk.take(moved)
    assert await rows(engine, "select revision from report order by revision") == [(1,), (2,)]
    assert await value(engine, "select count(*) from incident") == 1
    assert len(await alerts(engine)) == 1
    await desk.take(report())  # the first revision, redelivered late
    assert await value(engine, "select count(*) from report") == 2


async def test_two_revisions_in_one_batch_are_both_kept(engine: AsyncEngine, desk: Desk) -> None:
    await desk.take(report(), report(of=item(title="Corrected headline")), report())
    assert await rows(engine, "select revision from report order by revision") == [(1,), (2,)]
    assert len(await alerts(engine)) == 1


@pytest.mark.parametrize(
    "first",
    [
        pytest.param(report(prominence="mention", status="planned"), id="a mention"),
        pytest.param(report(of=OLD, status="planned"), id="an old item"),
    ],
)
async def test_a_report_that_alerts_nobody_silences_nobody(
    first: Report, engine: AsyncEngine, desk: Desk
) -> None:
    await desk.take(first)
    assert await told(engine) == []
    await desk.take(report(of=SECOND))
    assert await told(engine) == [("desk", 2), ("newsroom", 2)]
    opened, updated = await alerts(engine)
    assert (opened.kind, updated.kind, updated.reason) == ("opened", "updated", "first_match")
    assert updated.headline == SECOND.title
    assert updated.source_count == 2
    assert {source.item_id for source in updated.sources} == {first.item.id, SECOND.id}


async def test_within_a_batch_too_each_channel_hears_once(engine: AsyncEngine, desk: Desk) -> None:
    await desk.take(report(prominence="mention"), report(of=SECOND), report(of=item(id="item-4")))
    assert await told(engine) == [("newsroom", 1), ("desk", 2)]


async def test_an_incident_s_alerts_are_numbered_on(engine: AsyncEngine, desk: Desk) -> None:
    await desk.take(report(prominence="mention", status="planned"))
    await desk.take(report(of=SECOND, status="planned"))
    await desk.take(report(of=item(id="item-4")))
    assert await told(engine) == [("desk", 2), ("newsroom", 3)]
    assert await value(engine, "select revision from incident") == 3


async def test_an_incident_s_alerts_of_one_batch_are_numbered_on_too(
    engine: AsyncEngine, desk: Desk
) -> None:
    """The revisions of one statement are several rows of one incident: the last one counts."""
    await desk.take(
        report(prominence="mention", status="planned"),
        report(of=SECOND, status="planned"),
        report(of=item(id="item-4")),
    )
    assert await told(engine) == [("desk", 2), ("newsroom", 3)]
    assert await value(engine, "select revision from incident") == 3


async def test_correlation_can_be_left_out(engine: AsyncEngine, metrics: NotifierMetrics) -> None:
    desk = await make_desk(engine, metrics, alone=True)
    await desk.take(report(), report(of=SECOND))
    assert await value(engine, "select count(*) from incident") == 2
    assert len(await told(engine)) == 4


async def test_several_notifiers_open_an_incident_once(
    engine: AsyncEngine, metrics: NotifierMetrics
) -> None:
    desks = [await make_desk(engine, metrics) for _ in range(4)]
    batches = [
        [
            report(of=item(id=f"item-{n}-{d}"), category=c)
            for n in range(3)
            for c in ("summit", "exercise")
        ]
        for d in range(4)
    ]
    # Each in another order: the ledger sorts, so they wait for each other and never deadlock.
    await together(
        *(
            desk.take(*(batch if number % 2 else reversed(batch)))
            for number, (desk, batch) in enumerate(zip(desks, batches, strict=True))
        )
    )
    assert await value(engine, "select count(*) from report") == 24
    assert await value(engine, "select count(*) from incident") == 2
    assert len(await alerts(engine)) == 2
    assert len(await told(engine)) == 4


async def test_two_revisions_at_two_notifiers_are_one_incident(
    engine: AsyncEngine, metrics: NotifierMetrics
) -> None:
    first, second = [await make_desk(engine, metrics) for _ in range(2)]
    moved = report(actors=[{"name": "Iran", "country": "IR", "role": "launcher"}])

    async def take(desk: Desk, told: Report) -> None:
        try:
            await desk.take(told)
        except IntegrityError:  # the failure policy takes it again, by itself
            await desk.take(told)

    await together(take(first, report()), take(second, moved))
    assert await rows(engine, "select revision from report order by revision") == [(1,), (2,)]
    assert len(await told(engine)) == 2


async def test_the_same_batch_at_two_notifiers_is_entered_once(
    engine: AsyncEngine, metrics: NotifierMetrics
) -> None:
    desks = [await make_desk(engine, metrics) for _ in range(2)]
    batch = [report(of=item(id=f"item-{n}")) for n in range(50)]
    await together(*(desk.take(*batch) for desk in desks))
    assert await value(engine, "select count(*) from report") == 50
    assert len(await alerts(engine)) == 1


async def test_what_is_no_report_is_refused_and_its_neighbours_are_taken(
    engine: AsyncEngine, desk: Desk
) -> None:
    good = report().model_dump_json().encode()
    refused = await desk.intake([record(b"{}"), record(good), record(None), record(b"\xff")])
    assert [rejection.record.value for rejection in refused] == [b"{}", None, b"\xff"]
    assert await value(engine, "select count(*) from report") == 1


async def test_text_that_postgresql_could_not_keep_is_kept(engine: AsyncEngine, desk: Desk) -> None:
    hostile = item(title="missile \0 \u202e 🎈", source="wire\0", id="a\0b")
    await desk.take(report(of=hostile))
    (alert,) = await alerts(engine)
    assert (alert.headline, alert.sources[0].source) == (hostile.title, "wire\0")


async def test_a_purpose_that_only_the_envelope_names_counts(
    engine: AsyncEngine, desk: Desk
) -> None:
    told_without = orjson.loads(report().model_dump_json())
    del told_without["purpose"]
    marked = record(orjson.dumps(told_without), headers=[("ce_purpose", b"test")])
    assert await desk.intake([marked]) == []
    assert await told(engine) == []
    assert await value(engine, "select purpose from incident") == "test"
    body = await value(engine, "select body from report")
    assert orjson.loads(body)["purpose"] == "test"


async def test_a_report_that_was_small_only_on_the_wire_is_refused(desk: Desk) -> None:
    large = report(place="x" * 2 * 1024 * 1024).model_dump_json().encode()
    (refused,) = await desk.intake([record(large)])
    assert "at most 2097152" in str(refused.error)


async def test_a_purpose_that_is_not_live_alerts_nobody_and_joins_nothing_live(
    engine: AsyncEngine, desk: Desk
) -> None:
    await desk.take(report(of=item(purpose="canary")))
    await desk.take(report(of=SECOND))
    assert await value(engine, "select count(*) from incident") == 2
    assert await told(engine) == [("desk", 1), ("newsroom", 1)]
