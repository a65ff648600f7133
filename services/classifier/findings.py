"""What the passages of an item tell, and how that becomes events."""

import itertools
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from schemas.report import Actor, Category, Prominence
from services.classifier.categories import Kind
from services.classifier.categories.all import KINDS
from services.classifier.model import Model
from services.classifier.passages import Passage, Told

MAX_PROOF: Final = 3  # sentences that an event is shown by


@dataclass(frozen=True, slots=True)
class Finding:
    """What a passage says of one event of one category, in log-odds, and what it shows for it.

    `told` are its sentences with a trigger; not empty. `own` tells its event from others. `head` is
    whether the passage is the item's head, `main` whether it says what the item is about.
    """

    kind: Kind
    told: Sequence[Told]
    own: Set[str]
    shown: Set[str]
    score: float
    head: bool
    main: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The names that its triggers are, each once: an exercise's, a missile's, a forum's."""
        found = (
            name for sentence, at in self.told for start, _, name in sentence.names if start in at
        )
        return tuple(dict.fromkeys(found))

    @property
    def actors(self) -> tuple[Actor, ...]:
        """The actors of the first sentence that names any."""
        return next(filter(None, (self.kind.actors(*told) for told in self.told)), ())


def findings(passages: Iterable[Passage], model: Model) -> Iterator[Finding]:
    """Yield what each passage says of each category that it has a trigger for."""
    for passage in passages:
        for kind in KINDS:
            if not passage.head and kind.tags.isdisjoint(passage.sentences[0].hits):
                continue  # as `told` would find; this is what most sentences come to
            for own, told in _apart(kind, passage.told(kind)):
                shown = passage.shows(kind, told)
                score = model.categories[kind.category].score(shown)
                if not passage.head:
                    score = model.later(score)
                yield Finding(kind, told, own, shown, score, passage.head, passage.main)


def _apart(kind: Kind, told: Sequence[Told]) -> Iterable[tuple[Set[str], Sequence[Told]]]:
    """Return a passage's sentences by event; what is nobody's own tells of the first."""
    groups: list[tuple[set[str], list[Told]]] = []
    for sentence, triggers in told:
        own = kind.own(sentence, triggers)
        several = [({name}, at) for name, at in own.items()] if len(own) > 1 else []
        for names, at in several or [(set(own), triggers)]:
            group = next((g for g in groups if not _differ(g[0], names)), None)
            if group:
                group[0].update(names)
                group[1].append((sentence, at))
            else:
                groups.append((names, [(sentence, at)]))
    return groups


def _differ(some: Set[str], others: Set[str]) -> bool:
    return bool(some and others and not some & others)


@dataclass(frozen=True)
class Event:
    """The findings about one event, in the item's order and not empty."""

    findings: Sequence[Finding]

    @cached_property
    def best(self) -> Finding:
        """The strongest finding, the first of equals: it says what the event is."""
        return max(self.findings, key=lambda finding: finding.score)

    @cached_property
    def proof(self) -> Sequence[Told]:
        """The sentences that tell of it, those of the best finding first; at most MAX_PROOF."""
        others = (f for f in self.findings if f is not self.best)
        told = itertools.chain(self.best.told, *(finding.told for finding in others))
        return list(itertools.islice(told, MAX_PROOF))

    @property
    def category(self) -> Category:
        """Which kind of event it is."""
        return self.findings[0].kind.category

    @property
    def prominence(self) -> Prominence:
        """Main where the headline or the lead tells of it."""
        return Prominence.MAIN if any(f.main for f in self.findings) else Prominence.MENTION

    @property
    def actors(self) -> tuple[Actor, ...]:
        """The actors of the best finding, or where it names none, of the first that does."""
        return self.best.actors or next((f.actors for f in self.findings if f.actors), ())

    @property
    def names(self) -> tuple[str, ...]:
        """The event's names, each once."""
        return tuple(dict.fromkeys(name for f in self.findings for name in f.names))


def events(found: Iterable[Finding]) -> list[Event]:
    """Return the events that the findings tell of, main ones first, else in the item's order."""
    grouped: list[tuple[Kind, set[str], list[Finding]]] = []
    for finding in found:
        for kind, own, group in grouped:
            if kind is finding.kind and not _differ(own, finding.own):
                own.update(finding.own)
                group.append(finding)
                break
        else:
            grouped.append((finding.kind, set(finding.own), [finding]))
    told = [Event(group) for _, _, group in grouped]
    return sorted(told, key=lambda event: event.prominence is not Prominence.MAIN)
