"""`watchfloor topics ensure`: the topics that there must be."""

from pathlib import Path

from schemas.topics import MAX_MESSAGE_BYTES
from services.cli import tables
from services.cli.cluster import Cluster


def run(config: Path | None, *, partitions: int, replication: int) -> None:
    """Create what is missing and print what there is."""
    made = ensure(Cluster.configured(config), partitions=partitions, replication=replication)
    tables.show(
        ("topic", "state", "max.message.bytes"),
        [
            (topic, "created" if topic in made else "was there", size)
            for topic, size in MAX_MESSAGE_BYTES.items()
        ],
    )


def ensure(cluster: Cluster, *, partitions: int = 4, replication: int = 1) -> list[str]:
    """Create the topics that are missing, each for its largest record; return their names."""
    with cluster.admin() as admin:
        there = set(admin.list_topics())
        missing = [topic for topic in MAX_MESSAGE_BYTES if topic not in there]
        if missing:
            admin.create_topics(
                {topic: _topic(topic, partitions, replication) for topic in missing}
            )
            admin.wait_for_topics(missing)
    return missing


def _topic(name: str, partitions: int, replication: int) -> dict[str, object]:
    return {
        "num_partitions": partitions,
        "replication_factor": replication,
        "configs": {"max.message.bytes": f"{MAX_MESSAGE_BYTES[name]}"},
    }
