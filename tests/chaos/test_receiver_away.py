"""A receiver that is away, then unwell, then back."""

from tests.chaos.cluster import READS
from tests.chaos.feed import make_feed
from tests.chaos.pipeline import Pipeline

ITEMS = 2_000
RECOVERY = 15.0  # seconds, by DESIGN.md


def test_a_receiver_that_was_away_has_all_alerts_once_soon_after_its_return(
    pipeline: Pipeline,
) -> None:
    feed = make_feed("receiver", ITEMS)
    for service in READS:
        pipeline.start(service)
    pipeline.receiver.close()
    pipeline.publish(feed.records)
    tried = "delivery where attempts >= {} and reason = '{}'".format
    pipeline.wait(lambda: pipeline.count(tried(3, "connection")) > 0, "three attempts are refused")
    pipeline.receiver.open(well=False)
    everything = len(feed.webhooks)
    pipeline.wait(lambda: pipeline.count(tried(4, "server_error")) == everything, "503 for all")
    far = f"delivery where due_at > now() + interval '{RECOVERY} s'"
    assert pipeline.count(far) > 0, "the schedule alone would bring them in time"
    assert pipeline.told() == 0

    pipeline.receiver.recover()
    pipeline.note("the receiver is back")
    pipeline.settle()
    pipeline.stop()
    pipeline.judge(feed, repeats=0)
    back = pipeline.disturbed[-1][1]
    assert pipeline.receiver.arrivals[-1] - back < RECOVERY
