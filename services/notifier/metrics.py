"""What the notifier counts. Every series is there at zero from the start."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from services.notifier.retry import Reason
from services.notifier.subscriptions import Suppressed

ENDS: Final = ("delivered", "dead", "expired")
_LATENCY: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200)


class NotifierMetrics:
    """The notifier's own metrics. Channel names are the file's, so they are few."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.repeated = Counter(
            "watchfloor_reports_repeated_total",
            "Reports that the ledger already had.",
            registry=registry,
        )
        self.alerts = Counter(
            "watchfloor_alerts_total", "Alerts opened or updated.", registry=registry
        )
        self.suppressed = Counter(
            "watchfloor_suppressed_total",
            "Times that a subscription did not want a report, by the first reason.",
            ["reason"],
            registry=registry,
        )
        for suppression in Suppressed:
            self.suppressed.labels(reason=suppression)
        self.deliveries = Counter(
            "watchfloor_deliveries_total",
            "Deliveries ended, by channel and what became of them.",
            ["channel", "state"],
            registry=registry,
        )
        self.failures = Counter(
            "watchfloor_attempts_failed_total",
            "Attempts that failed, by channel and reason.",
            ["channel", "reason"],
            registry=registry,
        )
        self.disabled = Gauge(
            "watchfloor_channel_disabled",
            "Whether nothing is sent to the channel until an operator enables it.",
            ["channel"],
            registry=registry,
        )
        self.latency = Histogram(
            "watchfloor_ingested_to_delivered_seconds",
            "From the item's arrival at the classifier to the receiver's reply.",
            buckets=_LATENCY,
            registry=registry,
        )
        self.ledger_up = Gauge(
            "watchfloor_ledger_up", "Whether the ledger answered last time.", registry=registry
        )

    def add_channels(self, names: Iterable[str]) -> None:
        """Show every series of the channels at zero."""
        for name in names:
            self.disabled.labels(channel=name)
            for state in ENDS:
                self.deliveries.labels(channel=name, state=state)
            for reason in Reason:
                self.failures.labels(channel=name, reason=reason)
