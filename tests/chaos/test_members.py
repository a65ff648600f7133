"""A second member of each group, that joins and leaves while there is work."""

import signal

from services.notifier.channels.generic import CONCURRENCY
from tests.chaos.cluster import PARTITIONS, READS
from tests.chaos.feed import make_feed
from tests.chaos.judgement import judge
from tests.chaos.pipeline import SECOND, Pipeline, signal_all

ITEMS = 2_000
LEASED_BY_SECOND = f"delivery where state = 'leased' and owner = '{SECOND}'"


def test_members_that_join_leave_and_die_lose_nothing_and_alert_once(pipeline: Pipeline) -> None:
    feed = make_feed("members", ITEMS)
    parts = feed.parts(4)
    for service in READS:
        pipeline.start(service)

    pipeline.receiver.hold()  # so that deliveries are in hand for as long as is needed
    pipeline.publish(next(parts))
    pipeline.wait(lambda: pipeline.count("delivery") > 0, "deliveries wait")

    seconds = [pipeline.start(service, SECOND) for service in READS]
    pipeline.wait(lambda: joined(pipeline), "the second members join")
    pipeline.publish(next(parts))
    pipeline.wait(lambda: shared(pipeline), "the second members get partitions")

    signal_all(seconds, signal.SIGTERM)
    pipeline.publish(next(parts))
    assert pipeline.told() == 0, "the second members were to leave work behind"
    pipeline.receiver.release()
    pipeline.leave(*seconds)

    pipeline.receiver.hold()
    seconds = [pipeline.start(service, SECOND) for service in READS]
    pipeline.wait(lambda: shared(pipeline), "the second members come back")
    signal_all(seconds[:1], signal.SIGSTOP)  # the classifier, so that its items stay unread
    pipeline.publish(next(parts))
    pipeline.wait(lambda: pipeline.count(LEASED_BY_SECOND) > 0, "the second notifier has leases")
    pipeline.kill(*seconds)
    assert pipeline.lag("classifier") > 0, "the second classifier left nothing behind"
    assert pipeline.count(LEASED_BY_SECOND) > 0, "nor did the second notifier"
    pipeline.receiver.release()

    judge(pipeline, feed, repeats=CONCURRENCY)  # what the killed one was posting


def joined(pipeline: Pipeline) -> bool:
    return all(len(pipeline.members(service)) == 2 for service in READS)


def shared(pipeline: Pipeline) -> bool:
    """Say whether two members of each group share all partitions."""
    return all(
        len(having := pipeline.members(service)) == 2
        and min(having) > 0
        and sum(having) == PARTITIONS * len(topics)
        for service, topics in READS.items()
    )
