"""Leaders who meet each other, with the word summit or without it."""

from collections.abc import Iterator, Sequence, Set
from typing import Final

from schemas.report import Category
from services.classifier.actors import participants
from services.classifier.categories import Kind
from services.classifier.evidence import Sentence, once, own_names
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
    many = 2 if Tag.LEADERS in sentence.hits and sentence.mentions else 0
    countries, unknown = _led(sentence)
    return len(countries) + unknown + many


@once
def _led(sentence: Sentence) -> tuple[Set[str | None], int]:
    """Return the states whose leaders the sentence names, and how many leaders have no state.

    "President Biden" has a name, "the Turkish president" a state, "the king" neither.
    """
    mentions = sentence.mentions
    countries = {who.country for *_, who in mentions if who.leader}
    begins = [start for start, _, who in mentions if who.leader]
    states = [(end, who.country) for _, end, who in mentions if not who.leader]
    unknown = 0
    for title in sentence.hits.get(Tag.TITLE, ()):
        if any(0 < begin - title <= TITLE_REACH for begin in begins):
            continue  # "President Biden" is named already
        of = [country for end, country in states if -TITLE_REACH <= title - end <= 1]
        countries.update(of[:1])
        unknown += not of
    return countries, unknown


def together(sentences: Sequence[Sentence]) -> Iterator[str]:
    """Yield how many leaders the sentences name in all, each state's once, and how they meet."""
    led = [_led(sentence) for sentence in sentences]
    known = len({country for countries, _ in led for country in countries})
    unknown = max(titles for _, titles in led)
    many = any(Tag.LEADERS in sentence.hits for sentence in sentences)
    people = min(known + unknown + 2 * many, 3)
    met = [tag for tag in MEETINGS if any(tag in sentence.hits for sentence in sentences)]
    others = " and many" if many else ""
    yield f"=in all {min(known, 3)} leaders, {min(unknown, 2)} without a state{others}"
    yield f"=in all {people}"
    yield f"=in all {people}, {met[0] if met else 'no meeting'}"


KIND: Final = Kind(
    Category.SUMMIT, frozenset(MEETINGS), triggers, cues, participants, own_names, together
)
