"""Real servers for integration and chaos tests.

`kafka` and `postgres` are shared by a whole run; a test that kills one makes its own, with
`kafka_jars` and `tmp_path`.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest

from services.local.java import JavaMissingError, fetch_jars, java
from services.local.kafka import Kafka
from services.local.postgres import Postgres

_JARS: Final = Path(__file__).parents[2] / "var" / "kafka" / "jars"


@pytest.fixture(scope="session")
def kafka_jars() -> Path:
    """Return the folder of Kafka's jars, which this machine keeps between runs."""
    try:
        java()
        fetch_jars(_JARS)
    except JavaMissingError as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(str(missing))
    return _JARS


@pytest.fixture(scope="session")
def kafka(kafka_jars: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the bootstrap servers of a real Kafka."""
    with Kafka(tmp_path_factory.mktemp("kafka"), jars=kafka_jars) as node:
        yield node.bootstrap


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """Return a running PostgreSQL that need not survive the machine."""
    server = Postgres(tmp_path_factory.mktemp("postgres"), durable=False)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def ledger_url(postgres: Postgres) -> Iterator[str]:
    """Return SQLAlchemy's URL of a database that is empty and this test's alone."""
    name = unique("ledger")
    yield postgres.create_database(name)
    postgres.drop_database(name)


def unique(word: str) -> str:
    """Return a name that no other test has, for a topic, a group or a database."""
    return f"{word}_{uuid4().hex[:12]}"
