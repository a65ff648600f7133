"""The pure classifier: a news item in, its reports out.

It reads the title's and the body's head only, so the work is bounded and every span also holds
in the item as its report carries it. English only for now.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from schemas.news import NewsItem
from schemas.report import Origin, Prominence, Report, Span, body_head, carried, report_id
from services.classifier import evidence, lexicons, times
from services.classifier.categories import balloon_launch, exercise, missile_launch, summit
from services.classifier.evidence import Sentence
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import WORD, Lexicon

VERSION: Final = "rules-1"
TITLE_HEAD: Final = 4096  # code points of a title that are read
MAIN_SENTENCES: Final = 4  # of the body: what they tell of is what the item is about
MAX_EVIDENCE: Final = 3  # sentences a report shows
CATEGORIES: Final = (missile_launch, balloon_launch, summit, exercise)


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
        events = self._events(item)
        if not events:
            return []
        shown = carried(item)
        ordinals: dict[str, int] = {}
        made: list[Report] = []
        for event in events:
            best = max(event, key=lambda finding: finding.strength)
            ordinal = ordinals.get(best.category, 0)
            ordinals[best.category] = ordinal + 1
            made.append(
                Report.model_construct(
                    id=report_id(item, best.category, ordinal),
                    item=shown,
                    category=best.category,
                    status=best.status,
                    prominence=prominence(event),
                    confidence=best.strength,
                    evidence=spans(event),
                    actors=best.actors,
                    event_time=self._time(event, item),
                    place=None,
                    names=tuple(dict.fromkeys(n for f in event for n in f.names)),
                    classifier_version=VERSION,
                    ingested_at=ingested_at,
                    classified_at=classified_at,
                    origin=origin,
                    purpose=item.purpose,
                )
            )
        return made

    def _events(self, item: NewsItem) -> list[list[Finding]]:
        title, body = item.title[:TITLE_HEAD], body_head(item.body)
        if not self._triggered(title) and not self._triggered(body):
            return []
        if not speaks(item.language, self._lexicon.language, title + " " + body[:TITLE_HEAD]):
            return []
        read = list(self._read(title, body))
        lead = [s for s in read if s.field == "title" or s.index < 2]
        setting = Setting(
            frozenset(tag for s in lead for tag in s.hits),
            frozenset(m.country for s in lead for _, _, m in s.mentions if m.country),
        )
        events: dict[tuple[str, str | None], list[Finding]] = {}
        for sentence in read:
            for category in CATEGORIES:
                finding = category.judge(sentence, setting)
                if finding:
                    for key in keys(finding):
                        events.setdefault((finding.category, key), []).append(finding)
        return sorted(merged(events), key=lambda event: prominence(event) is not Prominence.MAIN)

    def _triggered(self, text: str) -> bool:
        return not self._lexicon.triggers.isdisjoint(WORD.findall(text.lower()))

    def _read(self, title: str, body: str) -> Iterator[Sentence]:
        yield from evidence.sentences("title", title, self._lexicon)
        yield from evidence.sentences("body", body, self._lexicon)

    def _time(self, event: Sequence[Finding], item: NewsItem):
        for finding in event:
            found = times.event_time(
                finding.sentence, finding.status, item.published_at, self._lexicon
            )
            if found:
                return found
        return None


def keys(finding: Finding) -> Sequence[str | None]:
    return (finding.names if finding.category == "exercise" else ()) or (None,)


def merged(events):
    out = []
    for (category, key), found in events.items():
        if key is None and any(c == category and k is not None for c, k in events):
            continue
        out.append(found)
    return out


def speaks(language: str | None, wanted: str, text: str) -> bool:
    if language and language.lower() not in ("und", "mul", ""):
        return language.lower().split("-")[0].split("_")[0] == wanted
    letters = sum(map(str.isalpha, text))
    return sum(1 for c in text if c.isascii() and c.isalpha()) * 2 > letters


def prominence(event: Sequence[Finding]) -> Prominence:
    first = event[0].sentence
    if first.field == "title" or first.index < MAIN_SENTENCES:
        return Prominence.MAIN
    return Prominence.MENTION


def spans(event: Sequence[Finding]) -> tuple[Span, ...]:
    return tuple(evidence.span(f.sentence, f.triggers[0]) for f in event[:MAX_EVIDENCE])


def load() -> Classifier:
    """Return a classifier with the packaged lexicon."""
    return Classifier(lexicons.load("en"))
