"""Kafka's topics: their names and the largest record that each takes."""

from typing import Final

from schemas.report import Category

_MIB: Final = 1024 * 1024

ITEMS: Final = "news.items"
ITEMS_DEAD_LETTER: Final = "news.items.dead-letter"
CLASSIFIED_DEAD_LETTER: Final = "news.classified.dead-letter"
ALERTS: Final = "news.alerts"


def classified(category: str) -> str:
    """Return the topic of a category's reports."""
    return f"news.classified.{category.replace('_', '-')}"


CLASSIFIED: Final = tuple(classified(category) for category in Category)

MAX_MESSAGE_BYTES: Final = {
    ITEMS: 2 * _MIB,
    **dict.fromkeys(CLASSIFIED, 2 * _MIB),
    ALERTS: 2 * _MIB,
    ITEMS_DEAD_LETTER: 3 * _MIB,  # the record as it was, and headers that say why it is here
    CLASSIFIED_DEAD_LETTER: 3 * _MIB,
}
"""`max.message.bytes` by topic: every topic there is, in the order of the flow."""
