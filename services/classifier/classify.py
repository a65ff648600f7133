"""The pure classifier: a news item in, its reports out.

It reads the head of the title and of the body only, so the work is bounded, and every span also
holds in the item as its report carries it. It reads English; what is written in another language
reports nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from schemas.news import NewsItem
from schemas.report import EventTime, Origin, Report, Span, body_head, carried, report_id
from services.classifier import evidence, lexicons, times
from services.classifier.categories import CATEGORIES
from services.classifier.evidence import LEAD, triggered
from services.classifier.findings import Event, events, setting
from services.classifier.lexicons import Lexicon

VERSION: Final = "rules-1"
TITLE_HEAD: Final = 4096  # code points of a title that are read: no headline has more
MAX_EVIDENCE: Final = 3  # sentences that a report shows
UNDETERMINED: Final = ("", "und", "mul")  # BCP 47: no language is said


class Classifier:
    """Says which events an item reports."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def reports(
        self,
        item: NewsItem,
        *,
        ingested_at: datetime,
        classified_at: datetime,
        origin: Origin | None = None,
    ) -> list[Report]:
        """Return the item's reports, main ones first; none where it reports no event."""
        found = self._events(item)
        if not found:
            return []
        shown = carried(item)
        ordinals: dict[str, int] = {}
        made = []
        for event in found:
            best = event.best
            ordinal = ordinals[best.category] = ordinals.get(best.category, -1) + 1
            # Built unchecked, because validating a report costs as much as finding it.
            made.append(
                Report.model_construct(
                    id=report_id(item, best.category, ordinal),
                    item=shown,
                    category=best.category,
                    status=best.status,
                    prominence=event.prominence,
                    confidence=best.strength,
                    evidence=spans(event),
                    actors=event.actors,
                    event_time=self._time(event, item),
                    names=event.names,
                    classifier_version=VERSION,
                    ingested_at=ingested_at,
                    classified_at=classified_at,
                    origin=origin,
                    purpose=item.purpose,
                )
            )
        return made

    def _events(self, item: NewsItem) -> Sequence[Event]:
        title, body, lexicon = item.title[:TITLE_HEAD], body_head(item.body), self._lexicon
        if not (triggered(title, lexicon) or (body and triggered(body, lexicon))):
            return ()
        if not written_in(lexicon.language, item.language, title):
            return ()
        read = [
            *evidence.sentences("title", title, lexicon),
            *evidence.sentences("body", body, lexicon),
        ]
        scene = setting(read, LEAD)
        return events(
            finding
            for sentence in read
            for category in CATEGORIES
            for finding in category(sentence, scene)
        )

    def _time(self, event: Event, item: NewsItem) -> EventTime | None:
        for finding in event.findings:
            time = times.event_time(
                finding.sentence,
                finding.triggers[0],
                self._lexicon.calendar,
                status=finding.status,
                published=item.published_at,
            )
            if time:
                return time
        return None


def written_in(language: str, said: str | None, title: str) -> bool:
    """Return whether an item is in a language: by its tag, else by its title's letters (Latin)."""
    primary = (said or "").replace("_", "-").split("-")[0].lower()
    if primary not in UNDETERMINED:
        return primary == language
    letters = [character for character in title if character.isalpha()]
    return 2 * sum(map(str.isascii, letters)) >= len(letters)


def spans(event: Event) -> tuple[Span, ...]:
    """Return the sentences that prove the event, in the item's order."""
    return tuple(
        evidence.span(finding.sentence, finding.triggers[0])
        for finding in event.findings[:MAX_EVIDENCE]
    )


def load() -> Classifier:
    """Return a classifier with the packaged lexicon. Raises ValueError where it is wrong."""
    return Classifier(lexicons.load("en"))
