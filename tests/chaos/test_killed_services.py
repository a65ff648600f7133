"""Services killed in the middle of their work."""

from collections.abc import Sequence

from services.local.processes import Child
from tests.chaos.feed import Feed, make_feed
from tests.chaos.pipeline import Pipeline, thaw

SERVICES = ("classifier", "notifier")
LEASED = "delivery where state = 'leased'"


def test_services_killed_in_mid_batch_lose_nothing_and_alert_once(pipeline: Pipeline) -> None:
    feed = make_feed("killed", 20_000, invalid=20)
    pipeline.batch = 500
    pipeline.publish(feed.records)
    pipeline.flush()
    members = {service: pipeline.start(service) for service in SERVICES}

    repeated = 0
    for share, services in ((0.2, SERVICES[:1]), (0.4, SERVICES), (0.6, SERVICES)):
        freeze_in_mid_batch(pipeline, feed, (share, repeated), list(members.values()))
        repeated = pipeline.uncommitted(feed)
        restart(pipeline, members, services)
    for share in (0.6, 0.75):
        freeze_in_mid_delivery(pipeline, feed, share, members["notifier"])
        restart(pipeline, members, SERVICES[1:])

    pipeline.settle()
    pipeline.stop()
    pipeline.judge(feed, repeats=len(feed.webhooks) // 100)


def freeze_in_mid_batch(
    pipeline: Pipeline, feed: Feed, beyond: tuple[float, int], members: Sequence[Child]
) -> None:
    """Freeze both services when reports are out whose items' offsets are not committed.

    `beyond`: that share of all reports is out, and more are uncommitted than that number, which
    earlier kills left behind.
    """
    share, repeated = beyond

    def caught() -> bool:
        return (
            pipeline.classified() > share * len(feed.reports)
            and pipeline.uncommitted(feed) > repeated
            and pipeline.lag("notifier") > 0
            and pipeline.count(LEASED) > 0
        )

    pipeline.freeze_when(caught, f"both services are in mid-batch, {share:.0%} done", *members)
    assert pipeline.lag("classifier") > 0.2 * len(feed.records), "too late to prove anything"


def freeze_in_mid_delivery(pipeline: Pipeline, feed: Feed, share: float, notifier: Child) -> None:
    """Freeze the notifier when it has deliveries in hand, and that share of all is delivered."""
    alerts = len(feed.webhooks)
    pipeline.freeze_when(
        lambda: pipeline.told() > share * alerts and pipeline.count(LEASED) > 0,
        f"deliveries are in hand, {share:.0%} done",
        notifier,
    )
    assert pipeline.told() < 0.8 * alerts, "too late to prove anything"


def restart(pipeline: Pipeline, members: dict[str, Child], services: Sequence[str]) -> None:
    """Kill those frozen services and start them again; let the others go on."""
    pipeline.kill(*(members[service] for service in services))
    thaw(*(member for service, member in members.items() if service not in services))
    members.update({service: pipeline.start(service) for service in services})
