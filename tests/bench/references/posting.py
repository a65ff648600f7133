"""A loop that signs a body and posts it, with httpx or with requests.

`python -m tests.bench.references.posting httpx|requests URL BODY_FILE COUNT`
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import httpx
import requests
from standardwebhooks import Webhook

from tests.bench.ground import SECRET


def headers(signer: Webhook, body: str) -> dict[str, str]:
    """Return what Standard Webhooks wants of one post."""
    id_, now = str(uuid4()), datetime.now(UTC)
    return {
        "content-type": "application/json",
        "webhook-id": id_,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signer.sign(id_, now, body),
    }


async def by_httpx(url: str, body: str, count: int) -> None:
    """Post one after the other."""
    signer = Webhook(SECRET)
    async with httpx.AsyncClient() as client:
        for _ in range(count):
            await client.post(url, content=body.encode(), headers=headers(signer, body))


def by_requests(url: str, body: str, count: int) -> None:
    """Post one after the other."""
    signer = Webhook(SECRET)
    with requests.Session() as session:
        for _ in range(count):
            session.post(url, data=body.encode(), headers=headers(signer, body), timeout=10)


def main(client: str, url: str, path: str, count: str) -> None:
    """Post the file's content so many times."""
    body = Path(path).read_text()
    if client == "httpx":
        asyncio.run(by_httpx(url, body, int(count)))
    else:
        by_requests(url, body, int(count))


if __name__ == "__main__":
    main(*sys.argv[1:])
