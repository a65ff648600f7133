"""The pure classifier: a news item in, its reports out.

It reads the head of the title and of the body only, so the work is bounded, and every span also
holds in the item as its report carries it.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Final

from schemas.news import NewsItem
from schemas.report import (
    MAX_TITLE,
    Category,
    EventTime,
    Origin,
    Report,
    Span,
    Status,
    body_head,
    carried,
    report_id,
)
from services.classifier import evidence, languages, lexicons, model, times
from services.classifier.classes import classes
from services.classifier.features import around, features, governing, relations
from services.classifier.findings import Event, Finding, events, findings
from services.classifier.lexicons import Lexicon
from services.classifier.model import Model
from services.classifier.passages import Told, passages
from services.classifier.places import place

MAX_EVENTS: Final = 8  # of one item: no news tells more, and each report carries the item
THRESHOLD: Final = 0.46  # confidence from which on an event is reported


class Classifier:
    """Says which events an item reports: those whose confidence, 0 to 1, is at the threshold."""

    def __init__(
        self,
        lexicon_of: Callable[[str], Lexicon | None],
        learned: Model,
        threshold: float = THRESHOLD,
    ) -> None:
        self.learned = learned
        self.threshold = threshold
        self._lexicon_of = lexicon_of

    def reports(
        self,
        item: NewsItem,
        *,
        ingested_at: datetime,
        classified_at: datetime,
        origin: Origin | None = None,
    ) -> list[Report]:
        """Return the item's reports, main ones first; none where it reports no event."""
        lexicon = self.lexicon(item)
        told = self.events(item, lexicon) if lexicon else []
        if not told:
            return []
        assert lexicon is not None
        shown = carried(item)
        ordinals: dict[Category, int] = {}
        made = []
        for event in told:
            ordinal = ordinals[event.category] = ordinals.get(event.category, -1) + 1
            status = self.status(event.best, item, lexicon)
            # Built unchecked, because validating a report costs as much as finding it.
            made.append(
                Report.model_construct(
                    id=report_id(item, event.category, ordinal),
                    item=shown,
                    category=event.category,
                    status=status,
                    prominence=event.prominence,
                    confidence=round(model.confidence(event.best.score), 3),
                    evidence=spans(event),
                    actors=event.actors,
                    event_time=time_of(event.proof, item, lexicon, status),
                    place=place_of(event.proof, lexicon),
                    names=event.names,
                    classifier_version=version(),
                    ingested_at=ingested_at,
                    classified_at=classified_at,
                    origin=origin,
                    purpose=item.purpose,
                )
            )
        return made

    def lexicon(self, item: NewsItem) -> Lexicon | None:
        """Return the lexicon of the item's language; None where there is none."""
        return self._lexicon_of(language_of(item))

    def findings(self, item: NewsItem, lexicon: Lexicon) -> Iterator[Finding]:
        """Yield what each passage says of each category that it could tell of, told or not."""
        title, body = item.title[:MAX_TITLE], body_head(item.body)
        yield from findings(passages(title, body, lexicon), self.learned)

    def events(self, item: NewsItem, lexicon: Lexicon) -> list[Event]:
        """Return the events that the item reports: at most MAX_EVENTS, main ones first."""
        told = events(
            finding
            for finding in self.findings(item, lexicon)
            if model.confidence(finding.score) >= self.threshold
        )
        return told[:MAX_EVENTS]

    def status(self, finding: Finding, item: NewsItem, lexicon: Lexicon) -> Status:
        """Return whether the event happened, is to come, or was called off."""
        return self.learned.status(status_features(finding, item, lexicon))


def language_of(item: NewsItem) -> str:
    """Return the language of an item: as it says, else as the heads of its texts show."""
    half = languages.SAMPLE // 2
    return languages.of(item.language, f"{item.title[:half]} {item.body[:half]}")


def status_features(finding: Finding, item: NewsItem, lexicon: Lexicon) -> set[str]:
    """Return what tells the status: the sentences that tell of the event, and its day."""
    shown = {f"=of {finding.kind.category}"}
    for sentence, triggers in finding.told:
        shown.update(features(sentence), relations(sentence, triggers))
        shown.update(around(sentence, triggers), governing(sentence, triggers))
    when = time_of(finding.told[:1], item, lexicon, Status.CALLED_OFF)
    published = item.published_at
    if when and published:
        today = published.date() if isinstance(published, datetime) else published
        start, end = (m.date() if isinstance(m, datetime) else m for m in (when.start, when.end))
        shown.add("=day ahead" if start > today else "=day past" if end < today else "=day here")
    return shown


def time_of(
    proof: Sequence[Told], item: NewsItem, lexicon: Lexicon, status: Status
) -> EventTime | None:
    """Return the first time that the sentences settle."""
    for sentence, triggers in proof:
        time = times.event_time(
            sentence, triggers[0], lexicon.calendar, status=status, published=item.published_at
        )
        if time:
            return time
    return None


def place_of(proof: Sequence[Told], lexicon: Lexicon) -> str | None:
    """Return the first place that the sentences name for the event."""
    return next(filter(None, (place(*told, lexicon) for told in proof)), None)


def spans(event: Event) -> tuple[Span, ...]:
    """Return the sentences that prove the event, in the item's order."""
    told = sorted(event.proof, key=lambda one: (one[0].field != "title", one[0].index, one[1][0]))
    return tuple(evidence.span(sentence, triggers[0]) for sentence, triggers in told)


@cache
def version() -> str:
    """Return what a report says that it is by: another where weights, classes or words differ."""
    package, digest = files("services.classifier"), sha256()
    words = [lexicons.FOLDER / f"{language}.yaml" for language in sorted(lexicons.languages())]
    for source in (package / "weights.json", package / "classes.json", *words):
        digest.update(source.read_bytes())
    return f"linear-1.{digest.hexdigest()[:8]}"


def load() -> Classifier:
    """Return a classifier with the packaged weights; a lexicon is loaded when it is needed."""
    return Classifier(lexicons.packaged, model.load())


def load_whole() -> Classifier:
    """Return it with all that it needs loaded. Raises PackagedError."""
    classes()
    for language in lexicons.languages():
        lexicons.packaged(language)
    return load()
