"""Alerts to `news.alerts`, for other services."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from schemas.alert import ALERT_TYPE, Alert
from schemas.topics import ALERTS
from services.runtime.cloudevents import attributes
from services.runtime.producer import Producer

SOURCE: Final = "/watchfloor/notifier"


@dataclass(frozen=True, slots=True)
class AlertPublisher:
    """Publishes alerts, keyed by incident."""

    producer: Producer

    async def __call__(self, bodies: Sequence[bytes]) -> None:
        """Publish alerts (JSON) in their order and return when Kafka has acknowledged them."""
        sent = []
        try:
            for body in bodies:
                alert = Alert.model_validate_json(body)
                sent.append(
                    await self.producer.send(
                        ALERTS,
                        body,
                        key=str(alert.incident_id).encode(),
                        headers=list(alert_headers(alert)),
                    )
                )
        finally:
            await self.producer.acknowledged(sent)


def alert_headers(alert: Alert) -> list[tuple[str, bytes]]:
    """Return an alert's CloudEvents attributes."""
    return attributes(
        ALERT_TYPE,
        str(alert.id),
        source=SOURCE,
        time=alert.freshness.correlated,
        subject=str(alert.incident_id),
        expirytime=alert.expires_at.isoformat(),
        correlationid=alert.sources[0].item_id if alert.sources else None,
        purpose=alert.purpose,
    )
