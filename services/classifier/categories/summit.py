"""Leaders who meet each other, with the word summit or without it."""

from schemas.report import Category
from services.classifier.actors import participants
from services.classifier.evidence import Sentence, near
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import Tag
from services.classifier.statuses import status

CATEGORY = Category.SUMMIT
REACH = 12


def judge(sentence: Sentence, setting: Setting) -> Finding | None:
    """Return the leaders' meeting that the sentence reports."""
    if sentence.has(Tag.BACKGROUND):
        return None
    triggers, strength = _triggers(sentence, setting)
    if not triggers:
        return None
    return Finding(
        CATEGORY,
        status(sentence, triggers),
        strength,
        sentence,
        triggers,
        participants(sentence),
        tuple(name for at, _, name in sentence.names if at in triggers),
    )


def _triggers(sentence: Sentence, setting: Setting) -> tuple[list[int], float]:
    named = sorted({*sentence.hits.get(Tag.SUMMIT, ()), *sentence.hits.get(Tag.FORUM, ())})
    if named and not sentence.has(Tag.SUMMIT_NOT):
        states = sentence.mentions or sentence.has(Tag.FORUM, Tag.LEADERS, Tag.TITLE)
        if states or setting.countries:
            return named, 0.85
    meetings = list(sentence.hits.get(Tag.MEET, ()))
    if meetings and not sentence.has(Tag.SUMMIT_NOT, Tag.ENVOY) and _leaders(sentence) > 1:
        return meetings, 0.7
    return [], 0.0


def _leaders(sentence: Sentence) -> int:
    """Return how many states' leaders the sentence names, by name or by title and country."""
    named = {m.country for _, _, m in sentence.mentions if m.leader}
    titles = sentence.hits.get(Tag.TITLE, ())
    titled = {
        m.country
        for start, end, m in sentence.mentions
        if not m.leader and near(titles, (start, end), 2)
    }
    return len(named | titled) + (2 if sentence.has(Tag.LEADERS) and sentence.mentions else 0)
