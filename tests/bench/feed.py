"""Real headlines, where the machine has them; they belong to their publishers and stay outside."""

import lzma
from pathlib import Path
from typing import Any, Final

import orjson

_HEADLINES: Final = Path("../shared/data/feed-headlines.jsonl.xz")
_ARTICLES: Final = Path("../shared/data/feed-articles.jsonl.xz")
_SIZE: Final = range(2200, 2800)  # code points of an article that is about 2.5 KB
MISSING: Final = f"{_HEADLINES.parent} has no feeds: no figures of real news"


def headlines() -> list[bytes]:
    """Return the items, their ids numbered as the benchmark's own; none without the file."""
    items = enumerate(_read(_HEADLINES))
    return [orjson.dumps(item | {"id": f"bench-feed-{number}"}) for number, item in items]


def articles() -> list[bytes]:
    """Return the items of about 2.5 KB; none without the file."""
    return [orjson.dumps(item) for item in _read(_ARTICLES) if len(item["body"]) in _SIZE]


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        return []
    with lzma.open(path) as lines:
        return [orjson.loads(line) for line in lines]
