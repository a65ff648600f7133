"""Leaders who meet each other, with the word summit or without it."""

from collections.abc import Sequence
from typing import Final

from schemas.report import Category
from services.classifier.actors import participants
from services.classifier.evidence import Sentence
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import Tag
from services.classifier.statuses import status

# How often each kind of rule was right on our labelled headlines, rounded.
NAMED: Final = 0.8
MEETINGS: Final = (Tag.MEET, Tag.VISIT, Tag.CALL)
UNNAMED: Final = 0.65  # a meeting told without the word


def judge(sentence: Sentence, setting: Setting) -> list[Finding]:
    """Return the leaders' meeting that the sentence reports."""
    if Tag.BACKGROUND in sentence.hits or Tag.SUMMIT_NOT in sentence.hits:
        return []
    triggers, strength = _named(sentence, setting), NAMED
    if not triggers:
        triggers, strength = _unnamed(sentence), UNNAMED
    if not triggers:
        return []
    return [
        Finding(
            Category.SUMMIT,
            status(sentence, triggers, happened=Tag.DONE, plans=(Tag.PLAN,)),
            strength,
            sentence,
            triggers,
            participants(sentence),
            tuple(name for at, _, name in sentence.names if at in triggers),
        )
    ]


def _named(sentence: Sentence, setting: Setting) -> Sequence[int]:
    """Return where "summit" stands, if states have to do with it."""
    summits, forums = sentence.hits.get(Tag.SUMMIT, ()), sentence.hits.get(Tag.FORUM, ())
    states = sentence.mentions or sentence.names or setting.countries or _people(sentence)
    return sorted({*summits, *forums}) if summits and states else ()


def _unnamed(sentence: Sentence) -> Sequence[int]:
    """Return where a forum of leaders, or the leaders of two states, are said to meet."""
    meetings = sorted(at for tag in MEETINGS for at in sentence.hits.get(tag, ()))
    forums = sentence.hits.get(Tag.FORUM, ())
    if Tag.ENVOY in sentence.hits or not (meetings or forums):
        return ()
    if forums and (meetings or _people(sentence)):
        return forums
    return meetings if _leaders(sentence) > 1 else ()


def _people(sentence: Sentence) -> bool:
    leader = any(mention.leader for *_, mention in sentence.mentions)
    return leader or Tag.LEADERS in sentence.hits or Tag.TITLE in sentence.hits


def _leaders(sentence: Sentence) -> int:
    """Return how many states' leaders the sentence names, by name or title; many are two."""
    named = {m.country for *_, m in sentence.mentions if m.leader}
    begins = [start for start, _, m in sentence.mentions if m.leader]
    states = [(end, m.country) for _, end, m in sentence.mentions if not m.leader]
    titled: set[str | int | None] = set()
    for title in sentence.hits.get(Tag.TITLE, ()):
        if any(0 < begin - title <= 3 for begin in begins):
            continue  # "President Biden" is named already
        of = [country for end, country in states if -3 <= title - end <= 1]
        titled.add(of[0] if of else title)
    many = 2 if Tag.LEADERS in sentence.hits and sentence.mentions else 0
    return len(named | titled) + many
