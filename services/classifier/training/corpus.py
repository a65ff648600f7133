"""The labelled items that the weights are learned from.

News texts belong to their publishers and are no part of this project: they are read from a
folder beside it. What is ours is `labels.jsonl`, judgements of such items by their ids (of the
feeds, which come without labels, and of training items judged anew), and `taught.jsonl`, what a
slow teacher says of their variants.
"""

import json
import lzma
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from schemas.news import NewsItem
from services.classifier.categories.all import KINDS
from services.classifier.training.variants import variants

TRAIN: Final = "train.jsonl"
FEED: Final = "feed"
INVENTED: Final = "invented"
FULL: Final = ("full", "csis-balloon")
TAUGHT: Final = "taught.jsonl"
FEEDS: Final = ("feed-headlines.jsonl.xz", "feed-articles.jsonl.xz")


@dataclass(frozen=True, slots=True)
class Labelled:
    """An item with what it reports: category to (status, prominence or None).

    `stratum` says how it was sampled; of one category's events the first counts. Of a variant
    (`variants.py`) only `chances` are known: for each category how likely it is told, 0 to 1.
    """

    item: NewsItem
    events: dict[str, tuple[str, str | None]]
    stratum: str
    chances: Mapping[str, float] | None = None

    @property
    def measured(self) -> bool:
        """Whether it says how good the weights are: real, and not chosen for being hard."""
        return self.chances is None and self.stratum not in (FEED, INVENTED)

    @property
    def weight(self) -> float:
        """How much it counts in learning: less, if it is invented or was chosen for being hard."""
        if self.chances is not None:
            return 0.4
        return 0.5 if self.stratum == INVENTED or self.hard else 1.0

    @property
    def hard(self) -> bool:
        """Whether it was chosen because a classifier was unsure of it."""
        return "uncertain" in self.stratum

    @property
    def group(self) -> str:
        """The group that its figures are printed with."""
        if not self.measured:
            return self.stratum
        if any(prominence for _, prominence in self.events.values()) or self.stratum in FULL:
            return "full"
        return f"{self.item.language}{', uncertain' if self.hard else ''}"


def read(folder: Path) -> list[Labelled]:
    """Return the folder's labelled items. Raises FileNotFoundError where a file is missing."""
    judged = {line["id"]: line["events"] for line in _packaged("labels.jsonl")}
    found = [
        _labelled(line, judged.get(line["id"], line["events"]), line["stratum"])
        for line in _lines((folder / TRAIN).read_text(encoding="utf-8").split("\n"))
    ]
    for feed in FEEDS:
        with lzma.open(folder / feed, "rt", encoding="utf-8") as text:
            found += [
                _labelled(line, judged[line["id"]], FEED)
                for line in _lines(text)
                if line["id"] in judged
            ]
    return [one for one in found if one]


def invented() -> list[Labelled]:
    """Return the items that were written for this project to learn from."""
    found = (_labelled(line, line["events"], INVENTED) for line in _packaged("invented.jsonl"))
    return [one for one in found if one]


def varied(items: Iterable[Labelled]) -> list[Labelled]:
    """Return the items that have variants: English ones that are no full articles."""
    return [one for one in items if one.item.language == "en" and one.group != "full"]


def taught(items: Iterable[Labelled]) -> list[Labelled]:
    """Return the variants of items, with what the teacher says of them."""
    said = {line["id"]: line["said"] for line in _packaged(TAUGHT)}
    names = [str(kind.category) for kind in KINDS]
    return [
        Labelled(
            variant, {}, one.stratum, dict(zip(names, (p / 100 for p in percents), strict=True))
        )
        for one in varied(items)
        if one.item.id in said
        for variant, percents in zip(variants(one.item), said[one.item.id], strict=True)
    ]


def _packaged(name: str) -> Iterator[dict[str, Any]]:
    source = files("services.classifier.training").joinpath(name)
    return _lines(source.read_text(encoding="utf-8").split("\n"))


def _lines(text: Iterable[str]) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in text if line.strip())


def _labelled(line: dict[str, Any], events: Sequence[Any], stratum: str) -> Labelled | None:
    try:
        item = NewsItem.model_validate({**line, "source": line.get("source") or "?"})
    except ValidationError:
        return None  # a label without a text
    return Labelled(
        item,
        {e["category"]: (e["status"], e.get("prominence")) for e in reversed(events)},
        stratum,
    )
