"""The whole pipeline, its services in processes of their own, to be disturbed.

A disturbance must meet unfinished work, or it proves nothing. So processes are frozen (SIGSTOP)
to look at what they have in hand, and killed, or their server is, in exactly that state.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
from confluent_kafka import Producer

from schemas.topics import CLASSIFIED, ITEMS
from services.local.postgres import Postgres
from services.local.processes import Child, last_lines
from tests.chaos.cluster import READS, Cluster
from tests.chaos.feed import CHANNEL, Feed
from tests.chaos.receiver import SECRET, Receiver
from tests.support.servers import unique

FIRST: Final = "first"  # the lasting member of each group
SECOND: Final = "second"  # one that comes and goes
_DEADLINE: Final = 100  # seconds; the longest wait, for leases of the killed, takes 40
_POLL: Final = 0.05  # seconds
_LINE: Final = 400  # characters of a log line that are shown: it may carry a long trace

_DESK: Final = """
channels:
  {channel}: {{format: generic, url: "http://127.0.0.1:{port}/", secret: {{env: INBOX_SECRET}}}}
subscriptions:
  all: {{channel: {channel}, max_age: none}}
"""


class Pipeline:
    """Services of groups, and with a ledger, that no other test has."""

    def __init__(self, cluster: Cluster, postgres: Postgres, folder: Path) -> None:
        self.cluster = cluster
        self.receiver = Receiver()
        self.receiver.open()
        self.disturbed: list[tuple[str, float]] = []  # what was done when, monotonic seconds
        self.batch = 100  # records in a batch at most: 2,000 items are to be many
        self._postgres = postgres
        self._folder = folder
        self._database = unique("chaos")
        self._ledger = postgres.create_database(self._database)
        self._began = cluster.ends()
        self._groups = {service: unique(service) for service in READS}
        for service, group in self._groups.items():
            cluster.place_at_end(group, READS[service])
        self._producer = Producer({**cluster.client, "enable.idempotence": True, "linger.ms": 5})
        self._placed: list[tuple[tuple[str, int], int, bytes]] = []  # partition, offset, key
        self._services: list[Child] = []
        self._desk = folder / "channels.yaml"
        self._desk.write_text(_DESK.format(channel=CHANNEL, port=self.receiver.port))

    # Its services

    def start(self, service: str, instance: str = FIRST) -> Child:
        """Start a service's member. Only the lasting ones have a static place in their group."""
        command = [sys.executable, "-m", "services.cli.main", service]
        log = self._folder / f"{service}-{instance}.log"
        child = Child(command, log=log, env=self._environment(service, instance))
        self._services.append(child)
        return child

    def _environment(self, service: str, instance: str) -> dict[str, str]:
        ours = {k: v for k, v in os.environ.items() if not k.startswith("WATCHFLOOR_")}
        settings = {
            "KAFKA__BOOTSTRAP_SERVERS": self.cluster.bootstrap,
            "CLASSIFIER__BATCH": f"{self.batch}",
            "NOTIFIER__BATCH": f"{self.batch}",
            "LEDGER__URL": self._ledger,
            f"{service.upper()}__GROUP": self._groups[service],
            f"{service.upper()}__PORT": "0",
            "NOTIFIER__INSTANCE": instance,
            "NOTIFIER__CHANNELS_FILE": str(self._desk),
            "NOTIFIER__EGRESS_ALLOW": '["127.0.0.0/8"]',
            "LOG__LEVEL": "WARNING",
        }
        if instance == FIRST:
            settings["KAFKA__GROUP_INSTANCE_ID"] = instance
        named = {f"WATCHFLOOR_{name}": value for name, value in settings.items()}
        return {**ours, **named, "INBOX_SECRET": SECRET}

    def kill(self, *children: Child) -> None:
        """End services as a crash would."""
        for child in children:
            self.note(f"kill -9 {child.log.stem}")
            child.kill()
            self._services.remove(child)

    def leave(self, *children: Child) -> None:
        """End services in order; each must say that it ended well."""
        for child in children:
            child.send(signal.SIGTERM)
            self._services.remove(child)
        self.wait(lambda: not any(map(Child.running, children)), "services end in order")
        ended = {child.log.stem: child.exit_code() for child in children}
        assert not any(ended.values()), f"a clean stop gave {ended}\n{self.words()}"

    def stop(self) -> None:
        """End all services in order."""
        self.leave(*self._services)

    def discard(self) -> None:
        """End and remove all that is the pipeline's own."""
        for child in self._services:
            child.kill()
        self.receiver.end()
        self._postgres.drop_database(self._database)

    def note(self, what: str) -> None:
        """Note the time of a disturbance."""
        self.disturbed.append((what, time.monotonic()))

    # Its load

    def publish(self, records: Iterable[tuple[bytes, bytes]]) -> None:
        """Hand records over: they are in Kafka, at the latest, after `flush`."""

        def placed(error: object, message: Any) -> None:
            assert error is None, error
            at = message.topic(), message.partition()
            self._placed.append((at, message.offset(), message.key()))

        for key, value in records:
            self._producer.produce(ITEMS, value, key, on_delivery=placed)
            self._producer.poll(0)

    def flush(self) -> None:
        """Return once Kafka has all that was published."""
        assert self._producer.flush(60) == 0, "Kafka does not take the feed"

    # Where it stands

    def query(self, sql: str) -> Any:
        """Return the rows' first values, from the ledger."""

        async def ask() -> list[Any]:
            connection = await asyncpg.connect(self._ledger.replace("+asyncpg", ""))
            try:
                return [row[0] for row in await connection.fetch(sql)]
            finally:
                await connection.close()

        return asyncio.run(ask())

    def count(self, rows: str) -> int:
        """Return how many rows there are: "delivery where …". None before the ledger's tables."""
        with contextlib.suppress(asyncpg.UndefinedTableError):
            return int(self.query(f"select count(*) from {rows}")[0])
        return 0

    def classified(self) -> int:
        """Return how many reports the classifiers published, each as often as it was."""
        return sum(end - self._began[at] for at, end in self.cluster.ends(CLASSIFIED).items())

    def uncommitted(self, feed: Feed) -> int:
        """Return how many of these are repeated, or would be if the classifier ended now.

        Below 0: items are committed whose reports are not out. They would be lost.
        """
        committed = self.cluster.committed(self._groups["classifier"], [ITEMS])
        due = sum(feed.reports_of.get(key, 0) for at, o, key in self._placed if o < committed[at])
        return self.classified() - due

    def lag(self, service: str) -> int:
        """Return how many records the service's group has before it."""
        ends = self.cluster.ends(READS[service])
        return sum(end - self._began[at] for at, end in ends.items()) - self.taken(service)

    def taken(self, service: str) -> int:
        """Return how many records the service's group has committed."""
        committed = self.cluster.committed(self._groups[service], READS[service])
        return sum(offset - self._began[at] for at, offset in committed.items())

    def members(self, service: str) -> list[int]:
        """Return how many partitions each member of the service's group has."""
        return self.cluster.members(self._groups[service])

    def told(self) -> int:
        """Return how many alerts the receiver has accepted."""
        return len(self.receiver.accepted)

    # Waiting

    def wait(self, condition: Callable[[], bool], what: str, *, timeout: float = _DEADLINE) -> None:
        """Return once the condition holds. Fails with all services' last words, or if one ends."""
        deadline = time.monotonic() + timeout
        while not condition():
            ended = [child.log.stem for child in self._services if not child.running()]
            if ended or time.monotonic() > deadline:
                why = f"{ended} ended" if ended else f"not within {timeout:g} s"
                pytest.fail(f"{what}: {why}\n{self.words()}", pytrace=False)
            time.sleep(_POLL)

    def freeze_when(self, condition: Callable[[], bool], what: str, *children: Child) -> None:
        """Freeze services in a state in which the condition holds: it holds until they thaw."""

        def caught() -> bool:
            signal_all(children, signal.SIGSTOP)
            if condition():
                return True
            thaw(*children)
            return False

        self.wait(caught, what)

    def settle(self) -> None:
        """Wait until nothing is under way any more, asking in the order of the flow."""
        self.flush()
        self.wait(lambda: self.lag("classifier") == 0, "the classifier reads all items")
        self.wait(lambda: self.lag("notifier") == 0, "the notifier reads all reports")
        waiting = "delivery where state in ('waiting', 'leased')"
        self.wait(lambda: self.count(waiting) == 0, "all deliveries end")
        self.wait(lambda: self.count("outbox") == 0, "all alerts are published")

    def words(self) -> str:
        """Return where it stands, and the last lines of each service's log."""
        words = [f"the receiver has {self.told()} alerts"]
        for log in sorted(self._folder.glob("*.log")):
            words += [f"{log.name}:", *(line[:_LINE] for line in last_lines(log).splitlines())]
        return "\n".join(words)

    def appended(self, topic: str) -> Iterator[bytes | None]:
        """Return the values that a topic has got since the pipeline was made."""
        return self.cluster.values(topic, self._began)

    def silences(self) -> Iterator[tuple[str, float | None]]:
        """Return each disturbance with the seconds until the next webhook; None: none came."""
        for what, when in self.disturbed:
            after = (moment - when for moment in self.receiver.arrivals if moment > when)
            yield what, next(after, None)


def signal_all(children: Sequence[Child], number: signal.Signals) -> None:
    """Send services a signal."""
    for child in children:
        child.send(number)


def thaw(*children: Child) -> None:
    """Let frozen services go on."""
    signal_all(children, signal.SIGCONT)
