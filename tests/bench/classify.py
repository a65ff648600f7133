"""The classifier as a pure function, on one core, beside one regular expression of 300 terms."""

import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice, product
from typing import Final

from schemas.news import NewsItem, parse_item
from services.classifier.classify import load as load_classifier
from tests.bench import feed
from tests.bench.figures import Figure
from tests.bench.ground import OTHER_CORE, load
from tests.bench.headlines import article, headlines
from tests.bench.progress import Progress

_ROUNDS: Final = 5
STEPS: Final = _ROUNDS

_HEADLINES: Final = 2_000
_ARTICLES: Final = 200
_TERMS: Final = [
    " ".join(words)
    for words in product(
        (
            "ballistic",
            "cruise",
            "hypersonic",
            "trash",
            "spy",
            "joint",
            "naval",
            "nuclear",
            "summit",
        ),
        ("missile", "rocket", "balloon", "talks", "drill", "exercise"),
        ("launch", "test", "plan", "site", "crisis", "meeting"),
    )
][:300]
_RE: Final = re.compile(r"\b(?:" + "|".join(_TERMS) + r")s?\b", re.IGNORECASE)


def measure(progress: Progress) -> Iterator[Figure]:
    """Yield microseconds a headline and an article, telling of an event or not."""
    classifier, now = load_classifier(), datetime.now(UTC)

    def ours(item: NewsItem) -> object:
        return classifier.reports(item, ingested_at=now, classified_at=now)

    def theirs(item: NewsItem) -> object:
        return _RE.findall(item.title) + _RE.findall(item.body)

    corpora = _corpora()
    found: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in corpora}
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {OTHER_CORE})
    for number in range(1, _ROUNDS + 1):
        progress.step(f"the pure classifier, round {number} of {_ROUNDS}")
        for name, items in corpora.items():
            found[name][0].append(_microseconds(ours, items))
            found[name][1].append(_microseconds(theirs, items))
    os.sched_setaffinity(0, cores)
    for name, (rounds, reference) in found.items():
        yield Figure(
            f"classifying {name}",
            "µs",
            tuple(rounds),
            load=load(),
            target="≤ 150" if "article" in name else "",
            reference={"re, 300 terms": tuple(reference)},
        )


def _corpora() -> dict[str, list[NewsItem]]:
    shown = [parse_item(item.payload) for item in islice(headlines("pure"), _HEADLINES)]
    corpora = {
        "one headline (one in ten tells of an event)": shown,
        "one ordinary 2.5 KB article": _article(tells=False),
        "one 2.5 KB article that tells of events": _article(tells=True),
    }
    if real := feed.articles():
        corpora[f"one of {len(real)} real 2.5 KB articles"] = list(map(parse_item, real))
    return corpora


def _article(*, tells: bool) -> list[NewsItem]:
    item = NewsItem(id="article", title="Three days in June", body=article(tells=tells))
    return [item] * _ARTICLES


def _microseconds(classify: Callable[[NewsItem], object], items: Sequence[NewsItem]) -> float:
    """Return what one item takes of a core."""
    start = time.process_time()
    for item in items:
        classify(item)
    return (time.process_time() - start) * 1e6 / len(items)
