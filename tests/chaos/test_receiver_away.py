"""A receiver that is away, then unwell, then back."""

from tests.chaos.cluster import READS
from tests.chaos.feed import make_feed
from tests.chaos.judgement import judge
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
    refused = "delivery where attempts >= 3 and reason = 'connection'"
    pipeline.wait(lambda: pipeline.count(refused) > 0, "three attempts are refused")
    pipeline.receiver.open(well=False)
    soon = f"delivery where due_at < now() + interval '{RECOVERY} s'"
    pipeline.wait(
        lambda: pipeline.count("delivery") == len(feed.webhooks) and pipeline.count(soon) == 0,
        "503 so often that the schedule alone would bring none in time",
    )
    assert pipeline.told() == 0

    pipeline.receiver.recover()
    pipeline.note("the receiver is back")
    judge(pipeline, feed, repeats=0)
    back = pipeline.disturbed[-1][1]
    assert pipeline.receiver.arrivals[-1] - back < RECOVERY
