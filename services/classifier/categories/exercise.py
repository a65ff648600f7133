"""A military drill, war game or manoeuvre, alone or with allies."""

from schemas.report import Category, Status
from services.classifier.actors import participants
from services.classifier.evidence import Sentence
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import Tag
from services.classifier.statuses import status

CATEGORY = Category.EXERCISE


def judge(sentence: Sentence, setting: Setting) -> Finding | None:
    """Return the exercise that the sentence reports."""
    clear = sentence.hits.get(Tag.EXERCISE, ())
    bare = sentence.hits.get(Tag.DRILL, ())
    if not (clear or bare) or sentence.has(Tag.BACKGROUND):
        return None
    if not clear:
        if sentence.has(Tag.EXERCISE_NOT) or not (
            sentence.has(Tag.MILITARY) or len(sentence.mentions) > 1
        ):
            return None
    triggers = sorted({*clear, *bare})
    return Finding(
        CATEGORY,
        status(sentence, triggers),
        0.85 if clear else 0.7,
        sentence,
        triggers,
        participants(sentence),
        tuple(name for at, _, name in sentence.names if at in clear),
    )
