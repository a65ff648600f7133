"""What a figure is measured on: a real Kafka, a durable PostgreSQL, and processes of our own."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final, Self

import psutil
import yaml

from services.local.kafka import Kafka
from services.local.ports import HOST, free_port
from services.local.postgres import Postgres
from services.local.processes import Child
from tests.bench import topics
from tests.bench.progress import Progress
from tests.bench.receiving import Receiver, answers

SECRET: Final = "whsec_d2F0Y2hmbG9vci1iZW5jaC1zZWNyZXQtMjQ="
SERVICE_CORE: Final = 0  # where a figure "on one core" is measured
OTHER_CORE: Final = 1  # where everything else is meanwhile

_COMMAND: Final = ("-m", "services.cli.main")  # `watchfloor`
_READY: Final = 60.0  # seconds
_NUMBERS: Final = count(1)


class Service:
    """A service of ours: it can be killed, and started again as it was."""

    def __init__(
        self, name: str, group: str, settings: Mapping[str, str], log: Path, core: int | None
    ) -> None:
        """Start it. `settings` are environment variables."""
        self.group = group
        self._port = free_port()
        self._command = [*_on(core), sys.executable, *_COMMAND, name]
        self._env = {key: value for key, value in os.environ.items() if "WATCHFLOOR" not in key}
        prefix = f"WATCHFLOOR_{name.upper()}__"
        self._env |= {**settings, prefix + "GROUP": group, prefix + "PORT": str(self._port)}
        self._log = log
        self.child = self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.child.stop()

    def start(self) -> Child:
        """Start it, without waiting for anything."""
        self.child = Child(self._command, env=self._env, log=self._log)
        return self.child

    def wait_ready(self) -> None:
        """Return once it says that it is ready."""
        url = f"http://{HOST}:{self._port}/healthz/ready"
        self.child.wait_until(lambda: answers(url), timeout=_READY, what="starting")


@dataclass(frozen=True, slots=True)
class Ground:
    """The servers of a run, and how to start what is measured on them."""

    directory: Path
    kafka: Kafka
    postgres: Postgres
    progress: Progress

    @property
    def bootstrap(self) -> str:
        """Kafka's address."""
        return self.kafka.bootstrap

    def unused(self, word: str) -> str:
        """Return a name that this run has not used, for a group or a database."""
        return f"{word}_{next(_NUMBERS)}"

    @contextmanager
    def receiver(self) -> Iterator[Receiver]:
        """Run a receiver of webhooks."""
        port = free_port()
        with self.program("receiver", ["-m", "tests.bench.receiver", str(port)]) as child:
            receiver = Receiver(f"http://{HOST}:{port}", child)
            child.wait_until(
                lambda: answers(f"{receiver.url}/count"), timeout=_READY, what="starting"
            )
            yield receiver

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database; yields its URL."""
        name = self.unused("ledger")
        yield self.postgres.create_database(name)
        self.postgres.drop_database(name)

    @contextmanager
    def pipeline(self, receiver: Receiver, *, named: bool = False) -> Iterator[dict[str, Service]]:
        """Run both services on an empty ledger, ready; `named` sets `group_instance_id`."""
        with self.database() as url, ExitStack() as stack:
            services = {
                "classifier": stack.enter_context(self.classifier(named=named)),
                "notifier": stack.enter_context(self.notifier(receiver, url, named=named)),
            }
            for service in services.values():
                service.wait_ready()
            yield services

    def program(self, name: str, words: Sequence[str], *, core: int | None = None) -> Child:
        """Start a Python program of the benchmark's."""
        return Child([*_on(core), sys.executable, *words], log=self.directory / f"{name}.log")

    def reference(self, name: str, target: str, *, core: int | None = None) -> Child:
        """Start a reference that reads from Kafka, in a new group."""
        words = ["-m", f"tests.bench.references.{name}", self.bootstrap, self.unused(name), target]
        return self.program(name, words, core=core)

    def classifier(self, *, core: int | None = None, named: bool = False) -> Service:
        """Start our classifier in a new group."""
        return self._service("classifier", {}, core=core, named=named)

    def notifier(self, receiver: Receiver, database: str, *, named: bool = False) -> Service:
        """Start our notifier in a new group: every report an incident, all to one receiver."""
        path = self.directory / "channels.yaml"
        path.write_text(yaml.safe_dump(_desk(receiver.url)))
        own = {
            "WATCHFLOOR_LEDGER__URL": database,
            "WATCHFLOOR_NOTIFIER__CHANNELS_FILE": str(path),
            "WATCHFLOOR_NOTIFIER__CORRELATION": "none",
            "WATCHFLOOR_NOTIFIER__EGRESS_ALLOW": '["127.0.0.0/8"]',
            "BENCH_SECRET": SECRET,
        }
        return self._service("notifier", own, named=named)

    def _service(
        self, name: str, own: Mapping[str, str], *, named: bool, core: int | None = None
    ) -> Service:
        group = self.unused(name)
        settings = {**own, "WATCHFLOOR_KAFKA__BOOTSTRAP_SERVERS": self.bootstrap}
        if named:
            settings["WATCHFLOOR_KAFKA__GROUP_INSTANCE_ID"] = f"{group}-0"
        return Service(name, group, settings, self.directory / f"{name}.log", core)


@contextmanager
def prepared(directory: Path, jars: Path, progress: Progress) -> Iterator[Ground]:
    """Start the servers in an empty directory."""
    with ExitStack() as stack:
        kafka = stack.enter_context(Kafka(directory / "kafka", jars=jars))
        postgres = Postgres(directory / "postgres")
        stack.callback(postgres.remove)
        postgres.start()
        topics.create(kafka.bootstrap)
        yield Ground(directory, kafka, postgres, progress)


def pin(pid: int, cores: set[int]) -> None:
    """Keep a process, all its threads and those to come, to some cores."""
    for thread in psutil.Process(pid).threads():
        os.sched_setaffinity(thread.id, cores)


def cpu_seconds(child: Child) -> float:
    """Return the seconds that a process has had a core."""
    times = psutil.Process(child.pid).cpu_times()
    return float(times.user + times.system)


def load() -> float:
    """Return how many processes ran or waited for a core, the mean of the last minute."""
    return round(os.getloadavg()[0], 1)


def _on(core: int | None) -> list[str]:
    return [] if core is None else ["taskset", "-c", str(core)]


def _desk(url: str) -> dict[str, object]:
    """Return a channels file: every alert to one URL, whatever the item's age."""
    channel = {"format": "generic", "url": url, "secret": {"env": "BENCH_SECRET"}}
    return {
        "channels": {"bench": channel},
        "subscriptions": {"all": {"channel": "bench", "max_age": "none"}},
    }
