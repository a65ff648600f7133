"""Services killed in the middle of their work."""

from services.local.processes import Child
from tests.chaos.feed import Feed, make_feed
from tests.chaos.judgement import judge
from tests.chaos.pipeline import Pipeline, thaw

LOOKS = 3  # at each service


def test_services_killed_in_mid_batch_lose_nothing_and_alert_once(pipeline: Pipeline) -> None:
    feed = make_feed("killed", 20_000, invalid=20)
    pipeline.batch = 500
    pipeline.publish(feed.records)
    pipeline.flush()
    classifier, notifier = pipeline.start("classifier"), pipeline.start("notifier")
    for _ in range(LOOKS):
        freeze_after_commit(pipeline, "classifier", classifier)
        assert pipeline.uncommitted(feed) >= 0, "items are committed whose reports are not out"
        thaw(classifier)
        freeze_after_commit(pipeline, "notifier", notifier)
        entered, taken = pipeline.count("report"), pipeline.taken("notifier")
        assert entered >= taken, "reports are committed that the ledger does not have"
        thaw(notifier)

    repeated = 0
    for share, both in ((0.2, False), (0.4, True), (0.6, False)):
        repeated = freeze_in_mid_batch(pipeline, feed, classifier, beyond=(share, repeated))
        pipeline.kill(classifier)
        if both:
            notifier = kill_in_mid_delivery(pipeline, notifier)
        classifier = pipeline.start("classifier")
    alerts = len(feed.webhooks)
    pipeline.wait(lambda: pipeline.told() > 0.6 * alerts, "60 % of the alerts are delivered")
    assert pipeline.told() < 0.8 * alerts, "too late to prove anything"
    kill_in_mid_delivery(pipeline, notifier)

    judge(pipeline, feed, repeats=alerts // 100)


def freeze_after_commit(pipeline: Pipeline, service: str, member: Child) -> None:
    """Freeze a service that has just committed, and has more to do."""
    before = pipeline.taken(service)
    pipeline.freeze_when(lambda: pipeline.taken(service) > before, f"the {service} commits", member)
    assert pipeline.lag(service) > 0, "too late to prove anything"


def freeze_in_mid_batch(
    pipeline: Pipeline, feed: Feed, classifier: Child, *, beyond: tuple[float, int]
) -> int:
    """Freeze the classifier when reports are out whose items are not committed.

    `beyond`: that share of all reports is out, and more of them are uncommitted than the number,
    which earlier kills left. Returns how many now are.
    """
    share, repeated = beyond
    pipeline.wait(
        lambda: pipeline.classified() > share * len(feed.reports), f"{share:.0%} are classified"
    )
    pipeline.freeze_when(
        lambda: pipeline.uncommitted(feed) > repeated, "reports are out, uncommitted", classifier
    )
    assert pipeline.lag("classifier") > 0.2 * len(feed.records), "too late to prove anything"
    return pipeline.uncommitted(feed)


def kill_in_mid_delivery(pipeline: Pipeline, notifier: Child) -> Child:
    """Kill the notifier with deliveries in hand, and return its successor once it is at work."""
    pipeline.kill(notifier)
    assert pipeline.count("delivery where state = 'leased'") > 0, "nothing was in hand"
    told, successor = pipeline.told(), pipeline.start("notifier")
    pipeline.wait(lambda: pipeline.told() > told, "the successor delivers")
    return successor
