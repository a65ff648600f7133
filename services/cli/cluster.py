"""Kafka as the command line uses it: kafka-python's clients, and its failures in one line."""

import contextlib
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError

from schemas.topics import MAX_MESSAGE_BYTES
from services.cli.configuration import load
from services.cli.errors import ExpectedError
from services.cli.run_file import Run

_EMBEDDED_VERSION: Final = (2, 0)  # librdkafka's cluster: newer requests read or write nothing
_WAIT: Final = 5_000  # milliseconds until a Kafka that does not answer is given up
_HEADROOM: Final = 64 * 1024  # bytes: a full record and its headers fit one request
_BATCH: Final = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where Kafka is, and whether it is the embedded broker of a `watchfloor up`."""

    bootstrap_servers: str
    embedded: bool = False

    @classmethod
    def configured(cls, config: Path | None) -> "Cluster":
        """Return the cluster that the settings name. Raises ConfigurationError."""
        servers, run = load(config).kafka.bootstrap_servers, Run.read()
        embedded = run is not None and run.embedded and run.bootstrap_servers == servers
        return cls(servers, embedded)

    @contextlib.contextmanager
    def producer(self) -> Iterator[Any]:
        """Lend an idempotent producer that waits for all replicas."""
        with self._lent(
            KafkaProducer,
            acks="all",
            enable_idempotence=True,
            linger_ms=5,
            batch_size=_BATCH,
            max_block_ms=_WAIT,
            max_request_size=max(MAX_MESSAGE_BYTES.values()) + _HEADROOM,
            allow_auto_create_topics=False,
        ) as client:
            yield client

    @contextlib.contextmanager
    def consumer(self, **settings: Any) -> Iterator[Any]:
        """Lend a consumer that commits nothing."""
        with self._lent(
            KafkaConsumer, enable_auto_commit=False, allow_auto_create_topics=False, **settings
        ) as client:
            yield client

    @contextlib.contextmanager
    def admin(self) -> Iterator[Any]:
        """Lend the administration's client. Raises ExpectedError on the embedded broker."""
        if self.embedded:
            raise ExpectedError(
                "the embedded broker has no administration: "
                "`make kafka`, then `make run KAFKA=real`, is the mode that has"
            )
        with self._lent(KafkaAdminClient) as client:
            yield client

    @contextlib.contextmanager
    def _lent(self, kind: Any, **settings: Any) -> Iterator[Any]:
        logging.getLogger("kafka").setLevel(logging.CRITICAL)  # one line below says it all
        if self.embedded:
            settings["api_version"] = _EMBEDDED_VERSION
        try:
            with contextlib.closing(self._client(kind, settings)) as client:
                yield client
        except KafkaError as error:
            raise ExpectedError(f"Kafka at {self.bootstrap_servers}: {error}") from None

    def _client(self, kind: Any, settings: Mapping[str, Any]) -> Any:
        try:
            return kind(
                bootstrap_servers=self.bootstrap_servers.split(","),
                client_id="watchfloor",
                bootstrap_timeout_ms=_WAIT,
                **settings,
            )
        except KafkaTimeoutError:
            raise ExpectedError(
                f"Kafka at {self.bootstrap_servers}: no answer "
                "(`watchfloor up` or `watchfloor kafka start` starts one)"
            ) from None


def partitions(consumer: Any, topic: str) -> list[TopicPartition]:
    """Return a topic's partitions in order. Raises ExpectedError where there is no such topic."""
    numbers = consumer.partitions_for_topic(topic)
    if not numbers:
        raise ExpectedError(
            f"there is no topic {topic} (`watchfloor topics ensure` creates Watchfloor's)"
        )
    return [TopicPartition(topic, number) for number in sorted(numbers)]
