"""Balloons over somebody's border or territory: leaflets, rubbish, surveillance, arson."""

from typing import Final

from schemas.report import Category
from services.classifier.actors import launchers
from services.classifier.evidence import Sentence
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import Tag
from services.classifier.statuses import status

DATING_REACH: Final = 6  # words between "after" and the balloon
# How often each kind of rule was right on our labelled headlines, rounded.
CERTAIN: Final = 0.85
LIKELY: Final = 0.6


def judge(sentence: Sentence, setting: Setting) -> list[Finding]:
    """Return the flight of balloons that the sentence reports."""
    balloons = sentence.hits.get(Tag.BALLOON)
    if not balloons or Tag.BALLOON_NOT in sentence.hits or Tag.BACKGROUND in sentence.hits:
        return []
    cues = len(sentence.hits.get(Tag.BALLOON_CUE, ()))
    if not (cues or Tag.BALLOON_CUE in setting.tags) or _dating(sentence, balloons[0]):
        return []
    return [
        Finding(
            Category.BALLOON_LAUNCH,
            status(sentence, balloons, happened=Tag.MISSILE_DONE, plans=(Tag.PLAN,)),
            CERTAIN if cues > 1 else LIKELY,
            sentence,
            balloons,
            launchers(sentence, balloons),
        )
    ]


def _dating(sentence: Sentence, balloon: int) -> bool:
    """Return whether the balloons of a body's sentence only date or explain another story."""
    dating = sentence.hits.get(Tag.DATING, ())
    return sentence.field == "body" and any(0 < balloon - at <= DATING_REACH for at in dating)
