import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.local import kafka as local_kafka
from services.local.kafka import Kafka
from services.local.processes import StartError
from tests.support.running import family, gone
from tests.support.servers import unique


@pytest.fixture
def detached(tmp_path: Path, kafka_jars: Path) -> Iterator[Path]:
    """Return the directory of a node that stays until it is stopped."""
    directory = tmp_path / "kafka"
    directory.mkdir()
    (directory / "jars").symlink_to(kafka_jars)
    yield directory
    local_kafka.stop(directory)


async def create_topic(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def send(bootstrap: str, topic: str, value: bytes) -> None:
    async with AIOKafkaProducer(bootstrap_servers=bootstrap, acks="all") as producer:
        await producer.send_and_wait(topic, value)


async def first(bootstrap: str, topic: str) -> bytes | None:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    consumer.assign([TopicPartition(topic, 0)])
    async with consumer:
        record = await consumer.getone()
    value: bytes | None = record.value
    return value


async def test_it_takes_a_record_and_gives_it_back(kafka: str) -> None:
    topic = unique("topic")
    await create_topic(kafka, topic)
    await send(kafka, topic, b"summit")
    assert await first(kafka, topic) == b"summit"


async def test_a_record_outlives_a_kill_and_no_process_does(
    tmp_path: Path, kafka_jars: Path
) -> None:
    with Kafka(tmp_path, jars=kafka_jars) as node:
        bootstrap = node.bootstrap
        await create_topic(bootstrap, "kept")
        await send(bootstrap, "kept", b"missile")
        processes = family(node.pid)
        node.kill()
        assert gone(processes)
        assert node.start() == bootstrap
        assert await first(bootstrap, "kept") == b"missile"
        processes = family(node.pid)
    assert gone(processes)


def test_a_node_that_ends_at_its_start_says_why(
    tmp_path: Path, kafka_jars: Path, kafka: str
) -> None:
    node = Kafka(tmp_path, jars=kafka_jars, port=int(kafka.rpartition(":")[2]))
    with pytest.raises(StartError, match="Address already in use"):
        node.start()


def test_a_detached_node_outlives_who_started_it_and_stops_once(detached: Path) -> None:
    assert local_kafka.running(detached) is None
    script = (
        "import pathlib, sys; from services.local.kafka import start\n"
        "print(start(pathlib.Path(sys.argv[1])))"
    )
    words = [sys.executable, "-c", script, str(detached)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()
    assert local_kafka.running(detached) == said
    assert local_kafka.start(detached) == said
    processes = family(int((detached / "pid").read_text()))
    local_kafka.stop(detached)
    assert gone(processes)
    assert local_kafka.running(detached) is None
    local_kafka.stop(detached)


def test_two_detached_starts_at_once_make_one_node(detached: Path) -> None:
    with ThreadPoolExecutor() as pool:
        addresses = set(pool.map(local_kafka.start, [detached, detached]))
    assert addresses == {local_kafka.running(detached)}


def test_a_running_node_is_not_started_again_as_a_child(detached: Path, kafka_jars: Path) -> None:
    local_kafka.start(detached)
    with pytest.raises(StartError, match="already"):
        Kafka(detached, jars=kafka_jars).start()


def test_a_child_ends_with_its_parent(tmp_path: Path, kafka_jars: Path) -> None:
    script = (
        "import pathlib, sys, time; from services.local.kafka import Kafka\n"
        "node = Kafka(pathlib.Path(sys.argv[1]), jars=pathlib.Path(sys.argv[2])); node.start()\n"
        "print(node.pid, flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-c", script, str(tmp_path), str(kafka_jars)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        processes = family(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    assert gone(processes)
