"""What the classifier counts. Every series is there at zero from the start."""

from prometheus_client import CollectorRegistry, Counter

from schemas.report import Category, Status


class ClassifierMetrics:
    """The classifier's own counters."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.items = Counter("watchfloor_items_total", "News items classified.", registry=registry)
        self.reports = Counter(
            "watchfloor_reports_total",
            "Reports published, by category and status.",
            ["category", "status"],
            registry=registry,
        )
        for category in Category:
            for status in Status:
                self.reports.labels(category=category, status=status)
