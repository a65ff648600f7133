"""A Kafka and a PostgreSQL that may be killed, and a pipeline on them for each test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.local.kafka import Kafka
from services.local.postgres import Postgres
from tests.chaos.cluster import Cluster
from tests.chaos.pipeline import Pipeline


@pytest.fixture(scope="session")
def mortal_kafka(kafka_jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """Return a running Kafka that a test may kill, and must start again."""
    with Kafka(tmp_path_factory.mktemp("kafka"), jars=kafka_jars) as node:
        yield node


@pytest.fixture(scope="session")
def mortal_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Return a running PostgreSQL that a test may kill, and must start again."""
    server = Postgres(tmp_path_factory.mktemp("postgres"), durable=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def cluster(mortal_kafka: Kafka) -> Cluster:
    """Return that Kafka, with topics."""
    return Cluster(mortal_kafka.bootstrap)


@pytest.fixture
def pipeline(
    cluster: Cluster,
    mortal_postgres: Postgres,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> Iterator[Pipeline]:
    """Return a pipeline whose services the test starts. What it measured goes into the report."""
    made = Pipeline(cluster, mortal_postgres, tmp_path)
    try:
        yield made
        record_property("repeated webhooks", made.receiver.repeated)
        for what, seconds in made.silences():
            record_property(f"next webhook after {what}, s", seconds)
    finally:
        made.discard()
