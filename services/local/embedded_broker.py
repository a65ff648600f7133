"""The embedded mode's Kafka: librdkafka's in-process cluster in a process of its own.

It keeps nothing: 5 MiB a partition, of which it silently forgets the oldest, one aiokafka member a
group, no administration, no isolation of transactions. For a first look only.

usage: python -m services.local.embedded_broker READY_FILE TOPIC:PARTITIONS...
"""

import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from services.local.librdkafka import Cluster
from services.local.processes import Child, Server, StartError


class EmbeddedBroker(Server):
    """The broker of a directory: `broker.address` while it runs, `broker.log`."""

    NAME = "the embedded broker"

    def __init__(self, directory: Path, topics: Mapping[str, int]) -> None:
        """`topics` are names with their numbers of partitions; any other topic gets four."""
        self._topics = topics
        self._ready_file = directory / "broker.address"
        self._log = directory / "broker.log"
        self._child: Child | None = None

    @property
    def address(self) -> str:
        """Its bootstrap address. Raises FileNotFoundError where it does not run."""
        return self._ready_file.read_text()

    def start(self) -> str:
        """Start it, empty, and return its address. Raises StartError with its log's last lines."""
        self._ready_file.parent.mkdir(parents=True, exist_ok=True)
        self._ready_file.unlink(missing_ok=True)
        topics = [f"{name}:{partitions}" for name, partitions in self._topics.items()]
        program = [sys.executable, "-m", "services.local.embedded_broker"]
        self._child = Child([*program, str(self._ready_file.resolve()), *topics], log=self._log)
        self._child.wait_until(
            self._ready_file.exists, timeout=30, what="starting the embedded broker"
        )
        return self.address

    def stop(self) -> None:
        """End it; what it held is gone."""
        if self._child is not None:
            self._child.stop()
            self._child = None
            self._ready_file.unlink(missing_ok=True)


def serve(ready_file: Path, topics: Mapping[str, int]) -> None:
    """Serve until a signal ends the process, once the file has the address, whole."""
    cluster = Cluster()
    for name, partitions in topics.items():
        cluster.create_topic(name, partitions)
    new = ready_file.with_name(f"{ready_file.name}.new")
    new.write_text(cluster.bootstrap())
    new.replace(ready_file)
    while True:
        signal.pause()


def main(arguments: list[str]) -> None:
    """Read the command line and serve."""
    pairs = (argument.rpartition(":") for argument in arguments[1:])
    topics = {name: int(partitions) for name, _, partitions in pairs}
    try:
        serve(Path(arguments[0]), topics)
    except StartError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(sys.argv[1:])
