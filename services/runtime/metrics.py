"""The metrics that every consumer has; a service's own are in its own module."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter

PARKED_REASONS: Final = ("invalid", "fault")


class ConsumerMetrics:
    """What a batch consumer counts. Every series is there at zero from the start."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.parked = Counter(
            "watchfloor_parked_total",
            "Records copied to a dead-letter topic: invalid, or they met a fault of ours.",
            ["reason"],
            registry=registry,
        )
        for reason in PARKED_REASONS:
            self.parked.labels(reason=reason)
        self.outages = Counter(
            "watchfloor_outages_total",
            "Batches taken again because Kafka or the ledger was away.",
            registry=registry,
        )
