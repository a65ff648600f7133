"""The least that one can do: aiokafka reads batches, copies them to another topic, commits.

`python -m tests.bench.references.loop BOOTSTRAP GROUP TOPIC`
"""

import asyncio
import sys

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from schemas.topics import ITEMS


async def main(bootstrap: str, group: str, target: str) -> None:
    """Copy until killed."""
    consumer = AIOKafkaConsumer(
        ITEMS,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, max_batch_size=256 * 1024
    )
    async with consumer, producer:
        while True:
            batches = await consumer.getmany(timeout_ms=1000, max_records=500)
            sent = [
                await producer.send(target, record.value, key=record.key)
                for records in batches.values()
                for record in records
            ]
            await asyncio.gather(*sent)
            if sent:
                await consumer.commit()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
