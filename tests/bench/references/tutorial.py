"""A service as FastStream's tutorial has it: one message a call, everything else by default.

It begins at the topic's start, where the default is its end.
`python -m tests.bench.references.tutorial BOOTSTRAP GROUP TARGET`, the target being a URL to post
to, or a topic.
"""

import asyncio
import sys

import httpx
from faststream import FastStream
from faststream.kafka import KafkaBroker
from pydantic import BaseModel

from schemas.topics import ITEMS
from tests.bench.references.patterns import PATTERNS


class Item(BaseModel):
    """What the handler takes."""

    id: str
    title: str
    body: str = ""


async def main(bootstrap: str, group: str, target: str) -> None:
    """Classify until killed."""
    broker = KafkaBroker(bootstrap)
    client = httpx.AsyncClient()

    @broker.subscriber(ITEMS, group_id=group, auto_offset_reset="earliest")
    async def classify(item: Item) -> None:
        for category, pattern in PATTERNS.items():
            if pattern.search(f"{item.title} {item.body}"):
                if target.startswith("http"):
                    report = {"category": category, "item": item.model_dump()}
                    await client.post(target, json=report)
                else:
                    await broker.publish(item, target)

    await FastStream(broker).run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
