"""What a category's rules see, what they return, and how that becomes events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from schemas.report import Actor, Category, Prominence, Status
from services.classifier.evidence import Sentence
from services.classifier.lexicons import Tag

MAIN: Final = 4  # sentences of a body: what they tell of is what the item is about


@dataclass(frozen=True, slots=True)
class Setting:
    """What the item's headline and lead speak of, which a single sentence leaves unsaid."""

    tags: frozenset[Tag]
    countries: frozenset[str]


def setting(sentences: Iterable[Sentence], lead: int) -> Setting:
    """Return the setting that the first `lead` sentences of each field give."""
    first = [sentence for sentence in sentences if sentence.index < lead]
    return Setting(
        frozenset(tag for sentence in first for tag in sentence.hits),
        frozenset(m.country for s in first for _, _, m in s.mentions if m.country),
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence's report of one event.

    `triggers` are positions of the words that made the rule fire, ascending and not empty.
    `strength` is the rule's confidence, 0 to 1. `names` are the event's own, if it has any.
    """

    category: Category
    status: Status
    strength: float
    sentence: Sentence
    triggers: Sequence[int]
    actors: tuple[Actor, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def prominence(self) -> Prominence:
        """Whether the sentence is the headline or stands early in the body."""
        main = self.sentence.field == "title" or self.sentence.index < MAIN
        return Prominence.MAIN if main else Prominence.MENTION


@dataclass(frozen=True, slots=True)
class Event:
    """The findings about one event, in the item's order and not empty."""

    findings: Sequence[Finding]

    @property
    def best(self) -> Finding:
        """The strongest finding, the first of equals: it says what the event is."""
        return max(self.findings, key=lambda finding: finding.strength)

    @property
    def prominence(self) -> Prominence:
        """That of the first finding."""
        return self.findings[0].prominence

    @property
    def actors(self) -> tuple[Actor, ...]:
        """The actors of the best finding, or where it names none, of the first that does."""
        return self.best.actors or next((f.actors for f in self.findings if f.actors), ())

    @property
    def names(self) -> tuple[str, ...]:
        """The event's names, each once."""
        return tuple(dict.fromkeys(name for f in self.findings for name in f.names))


def events(findings: Iterable[Finding]) -> list[Event]:
    """Return the events that the findings tell of, main ones first, else in the item's order.

    A category has one event an item; only exercises of different names are different ones, and
    what names none tells of the first.
    """
    groups: dict[tuple[Category, str], list[Finding]] = {}
    unnamed: dict[Category, list[Finding]] = {}
    for finding in findings:
        if finding.category is Category.EXERCISE and finding.names:
            groups.setdefault((finding.category, finding.names[0]), []).append(finding)
        else:
            unnamed.setdefault(finding.category, []).append(finding)
    for category, more in unnamed.items():
        first = next((key for key in groups if key[0] is category), (category, ""))
        groups[first] = sorted([*groups.get(first, ()), *more], key=_place)
    found = [Event(group) for group in groups.values()]
    return sorted(found, key=lambda e: (e.prominence is not Prominence.MAIN, _place(e.findings[0])))


def _place(finding: Finding) -> tuple[bool, int, int]:
    return finding.sentence.field != "title", finding.sentence.index, finding.triggers[0]
