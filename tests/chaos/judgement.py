"""The judgement on a pipeline at rest: exactly what must come of a feed has come."""

from collections.abc import Iterable

from schemas.alert import Alert
from schemas.topics import ALERTS, CLASSIFIED_DEAD_LETTER, ITEMS_DEAD_LETTER
from tests.chaos.feed import Feed
from tests.chaos.pipeline import Pipeline


def judge(pipeline: Pipeline, feed: Feed, *, repeats: int) -> None:
    """Let a pipeline come to rest, stop it, and assert that nothing is lost or told twice.

    `repeats`: how many webhooks the receiver may have accepted again, being at least once.
    """
    pipeline.settle()
    pipeline.stop()
    entered = pipeline.query("select id from report")
    assert_same(entered, feed.reports, "reports in the ledger")
    assert len(entered) == len(feed.reports), "the ledger has a report twice"
    assert_same(pipeline.query("select id from alert"), feed.alerts, "alerts in the ledger")
    receiver = pipeline.receiver
    assert_same(receiver.accepted, feed.webhooks, "webhooks")
    assert receiver.repeated <= repeats, f"{receiver.repeated} webhooks came twice"
    assert not receiver.forged, f"{len(receiver.forged)} signatures are wrong"
    alerts = (Alert.model_validate_json(value or b"").id for value in pipeline.appended(ALERTS))
    assert_same(alerts, feed.alerts, "alerts on Kafka")
    assert_same(pipeline.appended(ITEMS_DEAD_LETTER), feed.invalid, "parked items")
    assert_same(pipeline.appended(CLASSIFIED_DEAD_LETTER), (), "parked reports")


def assert_same(found: Iterable[object], expected: Iterable[object], what: str) -> None:
    """Assert that two sets are equal, in few words: they have thousands of members."""
    found, expected = set(found), set(expected)
    lost, more = expected - found, found - expected
    assert not lost, f"{what}: {len(lost)} of {len(expected)} are lost"
    assert not more, f"{what}: {len(more)} are there that should not be"
