"""`watchfloor topics ensure`: the topics that there must be."""

from pathlib import Path

from rich.console import Console
from rich.table import Table

from schemas.topics import MAX_MESSAGE_BYTES
from services.cli.cluster import Cluster


def run(config: Path | None, *, partitions: int, replication: int) -> None:
    """Create what is missing and print what there is."""
    made = ensure(Cluster.configured(config), partitions=partitions, replication=replication)
    table = Table("topic", "", "max.message.bytes")
    for topic, size in MAX_MESSAGE_BYTES.items():
        table.add_row(topic, "created" if topic in made else "there already", f"{size}")
    Console().print(table)


def ensure(cluster: Cluster, *, partitions: int = 4, replication: int = 1) -> list[str]:
    """Create the topics that are missing, each for its largest record; return their names."""
    with cluster.admin() as admin:
        there = set(admin.list_topics())
        missing = [topic for topic in MAX_MESSAGE_BYTES if topic not in there]
        if missing:
            admin.create_topics(
                {
                    topic: {
                        "num_partitions": partitions,
                        "replication_factor": replication,
                        "configs": {"max.message.bytes": str(MAX_MESSAGE_BYTES[topic])},
                    }
                    for topic in missing
                }
            )
            admin.wait_for_topics(missing)
    return missing
