"""Why the classifier says what it says of an item, category by category: pure.

Every weight and score is in log-odds.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime

from schemas.news import NewsItem
from schemas.report import MAX_TITLE, Category, Report, Span, Status, body_head
from services.classifier.classify import (
    Classifier,
    language_of,
    spans,
    status_features,
)
from services.classifier.evidence import Sentence
from services.classifier.findings import Event, findings
from services.classifier.lexicons import Lexicon, Tag
from services.classifier.model import Linear, confidence
from services.classifier.passages import Passage, passages
from services.cli.wording import wording


@dataclass(frozen=True, slots=True)
class Reason:
    """A feature, what it is in a reader's words, and what it weighs."""

    feature: str
    means: str
    weight: float


@dataclass(frozen=True, slots=True)
class Side:
    """All that speaks for something, or against it: how much, and the heaviest of it."""

    features: int
    weight: float
    heaviest: Sequence[Reason]


@dataclass(frozen=True, slots=True)
class Balance:
    """What the features weigh: `score` is `bias` and both sides.

    `counts` is what the classifier takes it for: of a sentence below the head, something else.
    """

    bias: float
    speaks_for: Side
    speaks_against: Side
    score: float
    counts: float
    confidence: float  # 0 to 1: the probability that `counts` stands for


@dataclass(frozen=True, slots=True)
class Decision:
    """How the status was decided: `of` is the likeliest but occurred, taken if it is likely."""

    of: Status
    balance: Balance


@dataclass(frozen=True, slots=True)
class Account:
    """Why an event of a category is reported, or why none is.

    `report` and `decision` are None where the category is kept out, and `balance` also where
    nothing could tell of it; otherwise that is of the strongest passage, and `words` are what the
    lexicon knows in that, by kind.
    """

    category: Category
    threshold: float  # the confidence, 0 to 1, from which on it is reported
    report: Report | None = None
    balance: Balance | None = None
    decision: Decision | None = None
    evidence: Sequence[Span] = ()
    triggers: Sequence[Span] = ()
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is said of an item: what is reported, main events first, then what is kept out.

    There are no accounts where `known` is false: the language has no lexicon. `lookalikes` are
    the head's phrases that the lexicon lists so that no word in them is a trigger.
    """

    id: str
    language: str
    known: bool
    lookalikes: Sequence[str] = ()
    accounts: Sequence[Account] = ()


@dataclass(frozen=True, slots=True)
class Explainer:
    """Takes the judgements of a classifier apart, and names so many features of each side."""

    classifier: Classifier
    heaviest: int | None  # None: all

    def explain(self, item: NewsItem, now: datetime) -> Explanation:
        """Return the explanation of an item; `now` is when its reports are made."""
        lexicon = self.classifier.lexicon(item)
        language = language_of(item)
        found = Explanation(item.id, language, bool(lexicon))
        if lexicon is None:
            return found
        read = passages(item.title[:MAX_TITLE], body_head(item.body), lexicon)
        return replace(
            found,
            lookalikes=_words(_head(read)).get(Tag.LOOKALIKE, ()),
            accounts=list(self._accounts(item, lexicon, now, read)),
        )

    def _accounts(
        self, item: NewsItem, lexicon: Lexicon, now: datetime, read: Sequence[Passage]
    ) -> Iterator[Account]:
        head = _head(read)
        told = self.classifier.events(item, lexicon)
        reports = self.classifier.reports(item, ingested_at=now, classified_at=now)
        for event, report in zip(told, reports, strict=True):
            features = status_features(event.best, item, lexicon)
            account = self._account(event, head)
            yield replace(account, report=report, decision=self._decision(features))
        reported = {event.category for event in told}
        found = list(findings(read, self.classifier.learned))
        for category in Category:
            if category in reported:
                continue
            weak = [finding for finding in found if finding.kind.category is category]
            if weak:
                yield self._account(Event([max(weak, key=lambda finding: finding.score)]), head)
            else:
                yield Account(category, self.classifier.threshold)

    def _account(self, event: Event, head: Sequence[Sentence]) -> Account:
        best = event.best
        linear = self.classifier.learned.categories[event.category]
        return Account(
            event.category,
            self.classifier.threshold,
            balance=self._balance(linear, best.shown, best.score),
            evidence=spans(event),
            triggers=[span for told in event.proof for span in _triggers(*told)],
            words=_words(head if best.head else [sentence for sentence, _ in best.told]),
        )

    def _decision(self, shown: Set[str]) -> Decision:
        learned = self.classifier.learned
        rival, score = learned.rival(shown)
        return Decision(rival, self._balance(learned.statuses[rival], shown, score))

    def _balance(self, linear: Linear, shown: Set[str], counts: float) -> Balance:
        reasons = [Reason(name, wording(name), weight) for name, weight in linear.reasons(shown)]
        return Balance(
            linear.bias,
            self._side([reason for reason in reasons if reason.weight > 0]),
            self._side([reason for reason in reasons if reason.weight < 0]),
            linear.score(shown),
            counts,
            confidence(counts),
        )

    def _side(self, reasons: Sequence[Reason]) -> Side:
        weight = sum(reason.weight for reason in reasons)
        return Side(len(reasons), weight, reasons[: self.heaviest])


def _head(read: Sequence[Passage]) -> Sequence[Sentence]:
    return read[0].sentences if read and read[0].head else ()


def _span(sentence: Sentence, first: int, behind: int) -> Span:
    """Return the words from the first to the one before the other."""
    start, end = sentence.starts[first], sentence.ends[behind - 1]
    text = sentence.text[start - sentence.start : end - sentence.start]
    return Span(field=sentence.field, start=start, end=end, text=text)


def _triggers(sentence: Sentence, positions: Sequence[int]) -> list[Span]:
    at = set(positions)
    return [_span(sentence, start, end) for start, end, _ in sentence.known if start in at]


def _words(sentences: Sequence[Sentence]) -> dict[str, list[str]]:
    """Return the phrases that the lexicon knows, each once, by their kinds."""
    found: dict[str, dict[str, None]] = {}
    for sentence in sentences:
        for start, end, entry in sentence.known:
            phrase = _span(sentence, start, end).text
            for name in dict.fromkeys([entry.kind, *map(str, entry.tags)]):
                found.setdefault(name, {})[phrase] = None
    return {name: list(phrases) for name, phrases in found.items()}
