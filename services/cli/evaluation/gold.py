"""Gold: items with the events that a reader found in them, by line of a file."""

from collections.abc import Iterator
from typing import Final

from pydantic import TypeAdapter, ValidationError

from schemas.common import Record
from schemas.news import NewsItem, parse_item
from schemas.report import Category, Prominence, Status
from services.cli.line_reader import Lines
from services.runtime.settings import ConfigurationError

FULL: Final = "full"
LONG: Final = 600  # code points of a body: more is an article, less a headline with its teaser

_SETS: Final = frozenset({FULL, "csis-balloon"})  # strata that are groups whatever their language
_SHORT: Final = {"en": "en-short", "": "und"}
_SHOWN: Final = 10  # faulty lines: a file that is no gold has one in each


class GoldEvent(Record):
    """One event that the item reports; `prominence` is labelled in full articles only."""

    category: Category
    status: Status
    prominence: Prominence | None = None


class GoldItem(NewsItem):
    """An item and its events, the main one first. `stratum` says how it was sampled."""

    events: tuple[GoldEvent, ...]
    stratum: str | None = None

    @property
    def group(self) -> str:
        """The group that the item is counted in.

        Its stratum where that is a group; without a stratum `full` if the body is longer than
        `LONG` or an event has a prominence; else its language (`en-short` for English).
        """
        if self.stratum in _SETS:
            return str(self.stratum)
        article = len(self.body) > LONG or any(event.prominence for event in self.events)
        if self.stratum is None and article:
            return FULL
        language = (self.language or "").replace("_", "-").split("-")[0].lower()
        return _SHORT.get(language, language)


_ITEM: Final = TypeAdapter(GoldItem)


def read(name: str) -> list[GoldItem]:
    """Return the items of a file, or of `-`; blank lines are none.

    Raises ConfigurationError where it holds nothing, or has faulty lines; those are named by file,
    line and field.
    """
    items: list[GoldItem] = []
    faults: list[str] = []
    for number, line in enumerate(_lines(name), 1):
        try:
            if line.strip():
                parse_item(line)  # what the service would refuse is no item here either
                items.append(_ITEM.validate_json(line))
        except ValueError as error:
            faults += [f"{name}: line {number}: {fault}" for fault in _faults(error)]
            if len(faults) >= _SHOWN:
                break
    if faults:
        raise ConfigurationError("\n".join(faults))
    if not items:
        raise ConfigurationError(f"{name}: it holds no items")
    return items


def _lines(name: str) -> Iterator[bytes]:
    with Lines.opened(name) as read_lines:
        for lines in read_lines:
            yield from lines


def _faults(error: ValueError) -> Iterator[str]:
    if not isinstance(error, ValidationError):
        yield str(error)
        return
    for fault in error.errors(include_url=False, include_context=False, include_input=False):
        field = ".".join(map(str, fault["loc"])) or "the whole"
        yield f"{field}: {fault['msg'].removeprefix('Value error, ')}"
