"""Balloons over somebody's border or territory: leaflets, rubbish, surveillance, arson."""

from schemas.report import Category
from services.classifier.actors import launchers
from services.classifier.evidence import Sentence
from services.classifier.findings import Finding, Setting
from services.classifier.lexicons import Tag
from services.classifier.statuses import status

CATEGORY = Category.BALLOON_LAUNCH


def judge(sentence: Sentence, setting: Setting) -> Finding | None:
    """Return the flight of balloons that the sentence reports."""
    balloons = sentence.hits.get(Tag.BALLOON)
    if not balloons or sentence.has(Tag.BALLOON_NOT, Tag.BACKGROUND):
        return None
    cues = len(sentence.hits.get(Tag.BALLOON_CUE, ()))
    if not cues and Tag.BALLOON_CUE not in setting.tags:
        return None
    return Finding(
        CATEGORY,
        status(sentence, balloons, happened=Tag.MISSILE_DONE),
        0.85 if cues > 1 else 0.7,
        sentence,
        balloons,
        launchers(sentence, balloons),
    )
