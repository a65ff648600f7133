"""The script that one writes first: kafka-python, four regular expressions, requests.

`python -m tests.bench.references.script BOOTSTRAP GROUP TARGET`, the target being a URL to post
to, or a topic.
"""

import json
import sys

import requests
from kafka import KafkaConsumer, KafkaProducer

from schemas.topics import ITEMS
from tests.bench.references.patterns import PATTERNS


def main(bootstrap: str, group: str, target: str) -> None:
    """Classify until killed."""
    consumer = KafkaConsumer(
        ITEMS, bootstrap_servers=bootstrap, group_id=group, auto_offset_reset="earliest"
    )
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    session = requests.Session()
    for record in consumer:
        item = json.loads(record.value)
        text = item["title"] + " " + item["body"]
        for category, pattern in PATTERNS.items():
            if pattern.search(text):
                if target.startswith("http"):
                    session.post(target, json={"category": category, "item": item}, timeout=10)
                else:
                    producer.send(target, record.value)


if __name__ == "__main__":
    main(*sys.argv[1:])
