"""Real headlines, where the machine has them; they belong to their publishers and stay outside."""

import lzma
from pathlib import Path
from typing import Final

import orjson

PATH: Final = Path("../shared/data/feed-headlines.jsonl.xz")
MISSING: Final = f"{PATH} is missing: no figures of real headlines"


def payloads() -> list[bytes]:
    """Return the feed's items, their ids numbered as the benchmark's own; none without the file."""
    if not PATH.exists():
        return []
    with lzma.open(PATH) as lines:
        items = map(orjson.loads, lines)
        return [orjson.dumps(item | {"id": f"bench-feed-{n}"}) for n, item in enumerate(items)]
