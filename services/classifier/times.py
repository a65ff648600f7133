"""When an event is, where its sentence says so and the day of publication settles it."""

from datetime import date, datetime

from schemas.report import EventTime, Status
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Lexicon


def event_time(
    sentence: Sentence, status: Status, published: datetime | date | None, lexicon: Lexicon
) -> EventTime | None:
    """Return the event's time, or None where it is not said or would be guessed."""
    return None
