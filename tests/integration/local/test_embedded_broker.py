import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from services.local.embedded_broker import EmbeddedBroker
from services.local.processes import StartError
from tests.support.running import family, gone


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EmbeddedBroker]:
    with EmbeddedBroker(tmp_path, {"one": 1, "three": 3}) as made:
        yield made


async def test_it_takes_a_record_and_gives_it_back(broker: EmbeddedBroker) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.address, acks="all") as producer:
        await producer.send_and_wait("three", b"balloons", partition=2)
    consumer = AIOKafkaConsumer(bootstrap_servers=broker.address, auto_offset_reset="earliest")
    consumer.assign([TopicPartition("three", 2)])
    async with consumer:
        assert (await consumer.getone()).value == b"balloons"


async def test_topics_have_the_partitions_that_were_asked_for(broker: EmbeddedBroker) -> None:
    async with AIOKafkaProducer(bootstrap_servers=broker.address) as producer:
        partitions = [len(await producer.partitions_for(topic)) for topic in ("one", "three")]
    assert partitions == [1, 3]


def test_nothing_of_it_is_left_after_its_stop(broker: EmbeddedBroker, tmp_path: Path) -> None:
    processes = family(broker.pid)
    broker.stop()
    assert gone(processes)
    assert [path.name for path in tmp_path.iterdir()] == ["broker.log"]


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    script = (
        "import pathlib, sys, time; from services.local.embedded_broker import EmbeddedBroker\n"
        "broker = EmbeddedBroker(pathlib.Path(sys.argv[1]), {}); broker.start()\n"
        "print(broker.pid, flush=True); time.sleep(600)"
    )
    words = [sys.executable, "-W", "error", "-c", script, str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        processes = family(int(parent.stdout.readline()))
        parent.send_signal(signal.SIGKILL)
    assert gone(processes)


def test_a_topic_without_a_partition_is_named(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path, {"news": 0})
    with pytest.raises(StartError, match="topic news needs a partition, not 0"):
        broker.start()


def test_it_starts_where_every_warning_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    with EmbeddedBroker(tmp_path, {}) as broker:
        assert broker.address.startswith("127.0.0.1:")
