"""Leaders who meet each other, with the word summit or without it."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.report import Category
from services.classifier.actors import participants
from services.classifier.categories import Kind
from services.classifier.evidence import Sentence, own_names
from services.classifier.lexicons import Tag

MEETINGS: Final = (Tag.SUMMIT, Tag.FORUM, Tag.MEET, Tag.VISIT, Tag.CALL)
PEOPLE: Final = 2  # leaders without a word of meeting: they may agree, or quarrel
TITLE_REACH: Final = 3  # words between a title and the name that it belongs to


def triggers(sentence: Sentence) -> Sequence[int]:
    """Return where a meeting is named; where none is, the leaders, if there are two."""
    hits = sentence.hits
    meetings = {at for tag in MEETINGS if tag in hits for at in hits[tag]}
    if not meetings and _named(sentence) >= PEOPLE and leaders(sentence) >= PEOPLE:
        meetings = {start for start, _, who in sentence.mentions if who.leader}
        meetings.update(sentence.hits.get(Tag.TITLE, ()), sentence.hits.get(Tag.LEADERS, ()))
    return sorted(meetings)


def cues(sentence: Sentence, _: Sequence[int]) -> Iterator[str]:
    """Yield what makes a meeting one of leaders."""
    hits = sentence.hits
    people = min(leaders(sentence), 3)
    word = next((tag for tag in MEETINGS if tag in hits), "no meeting")
    envoys = " and envoys" if Tag.ENVOY in hits else ""
    states = "states" if sentence.mentions or sentence.names else "no states"
    yield f"=people={people}"
    yield f"={people} leaders{envoys}, {word}"
    yield f"={word}, {states}{envoys}"
    if Tag.SUMMIT_NOT in hits or Tag.BACKGROUND in hits:
        yield f"={word}, and sport, trade or background"


def _named(sentence: Sentence) -> int:
    """Return at most how many leaders the sentence names."""
    titles = len(sentence.hits.get(Tag.TITLE, ())) + 2 * len(sentence.hits.get(Tag.LEADERS, ()))
    return titles + sum(who.leader for *_, who in sentence.mentions)


def leaders(sentence: Sentence) -> int:
    """Return how many states' leaders the sentence names, by name or title; many are two."""
    mentions = sentence.mentions
    named = {who.country for *_, who in mentions if who.leader}
    begins = [start for start, _, who in mentions if who.leader]
    states = [(end, who.country) for _, end, who in mentions if not who.leader]
    titled: set[str | int | None] = set()
    for title in sentence.hits.get(Tag.TITLE, ()):
        if any(0 < begin - title <= TITLE_REACH for begin in begins):
            continue  # "President Biden" is named already
        of = [country for end, country in states if -TITLE_REACH <= title - end <= 1]
        titled.add(of[0] if of else title)
    many = 2 if Tag.LEADERS in sentence.hits and mentions else 0
    return len(named | titled) + many


KIND: Final = Kind(Category.SUMMIT, frozenset(MEETINGS), triggers, cues, participants, own_names)
