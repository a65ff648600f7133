"""What the classifier's tests share: the packaged lexicon, and a way to say an item."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.news import NewsItem
from schemas.report import Report
from services.classifier import lexicons
from services.classifier.classify import Classifier, load
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Lexicon
from tests.support import sentences

MOMENT = datetime(2024, 6, 27, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return lexicons.load("en")


@pytest.fixture(scope="session")
def classifier() -> Classifier:
    return load()


@pytest.fixture(scope="session")
def reports(classifier: Classifier) -> Callable[..., list[Report]]:
    """Return the reports of an item of these fields."""

    def of(title: str, body: str = "", **fields: Any) -> list[Report]:
        item = NewsItem(
            **{"id": "1", "source": "Test", "language": "en", "published_at": "2024-06-27"}
            | fields,
            title=title,
            body=body,
        )
        return classifier.reports(item, ingested_at=MOMENT, classified_at=MOMENT)

    return of


@pytest.fixture(scope="session")
def sentence(lexicon: Lexicon) -> Callable[[str], Sentence]:
    """Return a text as one sentence of a title."""
    return lambda text: sentences.sentence(text, lexicon)
