"""A missile or rocket that flew, or is about to; a satellite only where it is a weapons matter."""

from collections.abc import Sequence
from typing import Final

from schemas.report import Category
from services.classifier.actors import launchers
from services.classifier.evidence import Sentence, distance
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import Tag
from services.classifier.statuses import status

REACH: Final = 10  # words between what flies and what it does
# How often each kind of rule was right on our labelled headlines, rounded.
CERTAIN: Final = 0.85
LIKELY: Final = 0.75


def judge(sentence: Sentence, setting: Setting) -> list[Finding]:  # noqa: ARG001 (as its siblings)
    """Return the launch, strike or interception that the sentence reports."""
    flying = _flying(sentence)
    if not flying or Tag.BACKGROUND in sentence.hits:
        return []
    done = distance(flying, sentence.hits.get(Tag.MISSILE_DONE, ())) <= REACH
    act = distance(flying, sentence.hits.get(Tag.MISSILE_ACT, ())) <= REACH
    # Beside a word of trade, space or sport it takes both: what flew, and that it did.
    if not (done or act) or (Tag.MISSILE_NOT in sentence.hits and not (done and act)):
        return []
    return [
        Finding(
            Category.MISSILE_LAUNCH,
            status(
                sentence,
                flying,
                happened=Tag.MISSILE_DONE,
                plans=(Tag.PLAN, Tag.THREAT, Tag.DEMAND),
            ),
            CERTAIN if done else LIKELY,
            sentence,
            flying,
            launchers(sentence, flying),
            tuple(name for at, _, name in sentence.names if at in flying),
        )
    ]


def _flying(sentence: Sentence) -> Sequence[int]:
    missiles = sentence.hits.get(Tag.MISSILE, ())
    if not missiles and Tag.SPACE_POWER in sentence.hits:
        return sentence.hits.get(Tag.SATELLITE, ())
    return missiles
