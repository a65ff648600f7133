"""A missile or rocket that flew, or is about to; a satellite only where it is a weapons matter."""

from schemas.report import Category, Status
from services.classifier.actors import launchers
from services.classifier.evidence import Sentence, near
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import Tag
from services.classifier.statuses import status

CATEGORY = Category.MISSILE_LAUNCH
REACH = 10  # words between what flies and what it does


def judge(sentence: Sentence, setting: Setting) -> Finding | None:
    """Return the launch, strike or interception that the sentence reports."""
    flying = sentence.hits.get(Tag.MISSILE, ())
    if not flying and sentence.has(Tag.SPACE_POWER):
        flying = sentence.hits.get(Tag.SATELLITE, ())
    if not flying or sentence.has(Tag.BACKGROUND):
        return None
    done = near(flying, sentence.hits.get(Tag.MISSILE_DONE, ()), REACH)
    act = near(flying, sentence.hits.get(Tag.MISSILE_ACT, ()), REACH)
    if not (done or act):
        return None
    if sentence.has(Tag.MISSILE_NOT) and not (done and act):
        return None
    return Finding(
        CATEGORY,
        _status(sentence, flying),
        0.85 if done else 0.7,
        sentence,
        flying,
        launchers(sentence, flying),
        tuple(name for at, _, name in sentence.names if at in flying),
    )


def _status(sentence: Sentence, flying) -> Status:
    return status(sentence, flying, happened=Tag.MISSILE_DONE)
