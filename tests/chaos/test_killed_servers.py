"""Kafka and PostgreSQL killed under load, and started again."""

from collections.abc import Callable

from services.local.kafka import Kafka
from services.local.postgres import Postgres
from services.local.processes import Child
from tests.chaos.cluster import READS
from tests.chaos.feed import Feed, make_feed
from tests.chaos.judgement import judge
from tests.chaos.pipeline import Pipeline, thaw

ITEMS = 2_000


def test_a_killed_kafka_loses_nothing_and_repeats_no_alert(
    pipeline: Pipeline, mortal_kafka: Kafka
) -> None:
    feed = make_feed("kafka", ITEMS)
    early, late = feed.parts(2)
    members = [pipeline.start(service) for service in READS]
    pipeline.publish(early)
    kill_under_load(pipeline, feed, members, mortal_kafka.kill)
    pipeline.publish(late)  # waits in the producer
    mortal_kafka.start()
    pipeline.cluster.reconnect()
    pipeline.note("Kafka answers")
    judge(pipeline, feed, repeats=0)


def test_a_killed_postgres_loses_nothing_and_alerts_once(
    pipeline: Pipeline, mortal_postgres: Postgres
) -> None:
    feed = make_feed("postgres", ITEMS)
    members = [pipeline.start(service) for service in READS]
    pipeline.publish(feed.records)
    kill_under_load(pipeline, feed, members, mortal_postgres.kill)
    try:
        pipeline.wait(lambda: "an outage" in pipeline.words(), "the notifier notices")
    finally:
        mortal_postgres.start()
    pipeline.note("PostgreSQL answers")
    judge(pipeline, feed, repeats=len(feed.webhooks) // 100)


def kill_under_load(
    pipeline: Pipeline, feed: Feed, members: list[Child], kill: Callable[[], None]
) -> None:
    """Kill a server while both services are in the middle of their work."""

    def caught() -> bool:
        entered = pipeline.count("report")
        return (
            0.1 * len(feed.reports) < entered < 0.8 * len(feed.reports)
            and pipeline.lag("notifier") > 0
            and pipeline.count("delivery where state = 'leased'") > 0
        )

    pipeline.freeze_when(caught, "both services are in the middle of their work", *members)
    pipeline.note("kill -9 of a server")
    kill()
    thaw(*members)
